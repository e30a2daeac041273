"""What the outbox does for accounts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dih.accounts import operations
from dih.accounts.operations.self_service import FORGOTTEN
from dih.shared import outbox
from dih.shared.unit_of_work import unit_of_work


@outbox.handles(FORGOTTEN)
def forgotten_password(_item_id: int, payload: dict[str, Any], now: dt.datetime) -> None:
    """Writes the mail that leads to a new password, where the address has an account."""
    with unit_of_work():
        operations.send_reset_link(payload["email"], now)
