"""What happens to the beneficiary's share: asked for, paid, refunded, invoiced, matched with the bank's statement."""

from __future__ import annotations

from dih.payments.operations.bank import confirm, import_statement, match, propose, put_aside, take_up, turn_down
from dih.payments.operations.events import apply_waiting, take_in
from dih.payments.operations.paying import choose_card, choose_transfer, expire, opened
from dih.payments.operations.refunding import by_transfer, order_refund
from dih.payments.operations.settling import close_pro_forma, dispute_seen, refund_failed, refund_seen, session_seen

__all__ = [
    "apply_waiting",
    "by_transfer",
    "choose_card",
    "choose_transfer",
    "close_pro_forma",
    "confirm",
    "dispute_seen",
    "expire",
    "import_statement",
    "match",
    "opened",
    "order_refund",
    "propose",
    "put_aside",
    "refund_failed",
    "refund_seen",
    "session_seen",
    "take_in",
    "take_up",
    "turn_down",
]
