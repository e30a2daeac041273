"""The one way a status changes: UPDATE ... WHERE status = old, so that of two people at the same moment one wins."""

from __future__ import annotations

import enum
from typing import Any

from sqlalchemy import update

from dih.extensions.database import db
from dih.shared.errors import Stale


def take(model: Any, row_id: int, source: enum.StrEnum, target: enum.StrEnum, **values: Any) -> None:
    """Changes a row's status from `source` to `target`, with other columns. Raises Stale when it was not `source`."""
    done = db.session.execute(
        update(model).where(model.id == row_id, model.status == source).values(status=target, **values)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale
