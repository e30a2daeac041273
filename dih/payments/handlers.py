"""What the outbox does for payments: refunds go to Stripe after the commit that intended them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dih.payments import checkout
from dih.payments.operations.refunding import SEND
from dih.shared import outbox


@outbox.handles(SEND)
def refund(item_id: int, payload: dict[str, Any], now: dt.datetime) -> None:
    """Sends one refund; the key made from it lets it go once, however often this runs."""
    checkout.send_refund(payload["refund"], now)
