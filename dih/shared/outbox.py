"""The transactional outbox: what is to happen after the commit, written in the same transaction, done by the worker.

An item is claimed with a lease, so that two workers never hold it at once and a killed worker's item is taken up again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from sqlalchemy import insert, or_, select, update

from dih.extensions.database import db
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work

log = structlog.get_logger()

LEASE = dt.timedelta(minutes=2)
MOST_ATTEMPTS = 8

Handler = Callable[[int, dict[str, Any], dt.datetime], None]
_handlers: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Registers the function that does items of `kind`; it gets the item's id, its payload and the moment."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def put(kind: str, payload: dict[str, Any], now: dt.datetime, run_at: dt.datetime | None = None) -> None:
    """Adds an item to the transaction at hand."""
    db.session.add(OutboxItem(kind=kind, payload=payload, created_at=now, run_at=run_at or now))


def put_all(kind: str, payloads: Sequence[dict[str, Any]], now: dt.datetime) -> None:
    """Adds several items, in one statement however many there are."""
    if payloads:
        rows = [{"kind": kind, "payload": payload, "created_at": now, "run_at": now} for payload in payloads]
        db.session.execute(insert(OutboxItem), rows)


def claim(now: dt.datetime, most: int = 20) -> list[tuple[int, str, dict[str, Any], int]]:
    """Leases up to `most` due items to the caller; each comes as (id, kind, payload, attempts)."""
    with unit_of_work():
        due = (
            select(OutboxItem.id)
            .where(
                OutboxItem.done_at.is_(None),
                OutboxItem.dead_at.is_(None),
                OutboxItem.run_at <= now,
                or_(OutboxItem.locked_until.is_(None), OutboxItem.locked_until < now),
            )
            .order_by(OutboxItem.run_at, OutboxItem.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        rows = db.session.execute(
            update(OutboxItem)
            .where(OutboxItem.id.in_(due.scalar_subquery()))
            .values(locked_until=now + LEASE, attempts=OutboxItem.attempts + 1)
            .returning(OutboxItem.id, OutboxItem.kind, OutboxItem.payload, OutboxItem.attempts)
            .execution_options(synchronize_session=False)
        ).all()
    return sorted((row.id, row.kind, row.payload, row.attempts) for row in rows)


def work(clock: Callable[[], dt.datetime], most: int = 20) -> int:
    """Claims what is due and does it; returns how many items were claimed. A failing item waits longer each time."""
    items = claim(clock(), most)
    for item_id, kind, payload, attempts in items:
        try:
            _handlers[kind](item_id, payload, clock())
        except Exception as error:
            db.session.rollback()
            log.warning("outbox item failed", item=item_id, kind=kind, attempts=attempts, error=str(error))
            _put_back(item_id, attempts, error, clock())
        else:
            with unit_of_work():
                _change(item_id, done_at=clock(), locked_until=None)
    return len(items)


def _put_back(item_id: int, attempts: int, error: Exception, now: dt.datetime) -> None:
    with unit_of_work():
        if attempts >= MOST_ATTEMPTS:
            _change(item_id, dead_at=now, locked_until=None, last_error=repr(error))
        else:
            wait = dt.timedelta(seconds=10 * 3**attempts)
            _change(item_id, run_at=now + wait, locked_until=None, last_error=repr(error))


def _change(item_id: int, **values: Any) -> None:
    db.session.execute(update(OutboxItem).where(OutboxItem.id == item_id).values(**values))
