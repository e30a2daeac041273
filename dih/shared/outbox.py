"""The transactional outbox: what is to happen after the commit, written in the same transaction, done by the worker.

An item is claimed with a lease, so that two workers never hold it at once and a killed worker's item is taken up again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import and_, func, insert, or_, select, update

from dih.extensions.database import db
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work

log = structlog.get_logger()

LEASE = dt.timedelta(minutes=5)
"""How long one worker has for one item; a mail server that answers at all needs seconds."""
LONGEST_PAUSE = dt.timedelta(hours=1)
MOST_ATTEMPTS = 5 + 6 * 24
"""Five within an hour, then hourly for six days: a mail server may be away for as long as it takes to mend it."""

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


def claim(now: dt.datetime) -> tuple[int, str, dict[str, Any], int] | None:
    """Leases the item that is due first to the caller: its id, kind, payload and attempts; None when nothing is due."""
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
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = db.session.execute(
            update(OutboxItem)
            .where(OutboxItem.id == due.scalar_subquery())
            .values(locked_until=now + LEASE, attempts=OutboxItem.attempts + 1)
            .returning(OutboxItem.id, OutboxItem.kind, OutboxItem.payload, OutboxItem.attempts)
            .execution_options(synchronize_session=False)
        ).one_or_none()
    return (row.id, row.kind, row.payload, row.attempts) if row else None


def work(clock: Callable[[], dt.datetime], most: int = 20) -> int:
    """Does up to `most` due items; returns how many. A failing item waits longer each time, an hour at most.

    Each is claimed when its turn comes: a slow one never uses up the lease of those behind it.
    """
    for done in range(most):
        claimed = claim(clock())
        if claimed is None:
            return done
        item_id, kind, payload, attempts = claimed
        try:
            _handlers[kind](item_id, payload, clock())
        except Exception as error:
            db.session.rollback()
            log.warning("outbox item failed", item=item_id, kind=kind, attempts=attempts, error=str(error))
            _put_back(item_id, attempts, error, clock())
        else:
            with unit_of_work():
                _change(item_id, done_at=clock(), locked_until=None)
    return most


def _put_back(item_id: int, attempts: int, error: Exception, now: dt.datetime) -> None:
    with unit_of_work():
        if attempts >= MOST_ATTEMPTS:
            _change(item_id, dead_at=now, locked_until=None, last_error=repr(error))
        else:
            wait = min(dt.timedelta(seconds=10 * 3 ** min(attempts, 6)), LONGEST_PAUSE)
            _change(item_id, run_at=now + wait, locked_until=None, last_error=repr(error))


def _change(item_id: int, **values: Any) -> None:
    db.session.execute(update(OutboxItem).where(OutboxItem.id == item_id).values(**values))


@dataclass(frozen=True, slots=True)
class Stuck:
    """Items that failed and are not done: how many, how many of them were given up, since when, and the last error."""

    count: int
    dead: int
    since: dt.datetime
    error: str


_FAILED = and_(OutboxItem.done_at.is_(None), OutboxItem.last_error != "")


def stuck() -> Stuck | None:
    """What the outbox could not do so far; None when nothing waits because of a failure."""
    newest = select(OutboxItem.last_error).where(_FAILED).order_by(OutboxItem.id.desc()).limit(1).scalar_subquery()
    row = db.session.execute(
        select(func.count(), func.count(OutboxItem.dead_at), func.min(OutboxItem.created_at), newest).where(_FAILED)
    ).one()
    return Stuck(*row) if row[0] else None


def failed() -> list[OutboxItem]:
    """The items that failed and are not done, oldest first."""
    return list(db.session.scalars(select(OutboxItem).where(_FAILED).order_by(OutboxItem.id)))


def revive(now: dt.datetime, ids: Collection[int] = ()) -> int:
    """Lets items that were given up or wait for their next attempt run at once, with all attempts before them.

    Those of `ids`, or all that failed; returns how many. A worker that holds one just now keeps it.
    """
    free = or_(OutboxItem.locked_until.is_(None), OutboxItem.locked_until < now)
    wanted = and_(_FAILED, free, OutboxItem.id.in_(ids)) if ids else and_(_FAILED, free)
    revived = db.session.scalars(
        update(OutboxItem)
        .where(wanted)
        .values(dead_at=None, run_at=now, attempts=0, locked_until=None)
        .returning(OutboxItem.id)
        .execution_options(synchronize_session=False)
    )
    return len(revived.all())
