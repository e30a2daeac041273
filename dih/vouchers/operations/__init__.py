"""What happens to a voucher, from issue to its end. Each verb takes the actor and the moment; none commits."""

from __future__ import annotations

from dih.vouchers.operations.accepting import accept, hold, paid, refuse
from dih.vouchers.operations.issuing import Grant, issue
from dih.vouchers.operations.moving import award, load, parts, step
from dih.vouchers.operations.running import cancel, extend, lapse, redeem, remind

__all__ = [
    "Grant",
    "accept",
    "award",
    "cancel",
    "extend",
    "hold",
    "issue",
    "lapse",
    "load",
    "paid",
    "parts",
    "redeem",
    "refuse",
    "remind",
    "step",
]
