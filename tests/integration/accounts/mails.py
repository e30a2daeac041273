"""What the outbox holds for the worker to send."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from dih.extensions.database import db
from dih.shared.models import OutboxItem


def mails() -> list[dict[str, Any]]:
    """All mails written so far, oldest first."""
    return list(db.session.scalars(select(OutboxItem.payload).where(OutboxItem.kind == "mail").order_by(OutboxItem.id)))


def path_in(mail: dict[str, Any], part: str) -> str:
    """The path of the link whose address has `part`; it must lead to our public address."""
    found = re.search(rf"^http://127\.0\.0\.1:5000(\S*{part}\S*)$", mail["body"], re.MULTILINE)
    assert found, mail["body"]
    return found.group(1)
