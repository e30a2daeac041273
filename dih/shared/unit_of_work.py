"""One business transaction: the only place that commits."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from dih.extensions.database import db, writing

Found = TypeVar("Found")
_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("read", default=None)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Runs the block in one transaction that commits at its end and rolls back when anything is raised.

    What was read before is dropped first, so that the block sees the present state; blocks do not nest.
    """
    if writing.get():
        raise RuntimeError("units of work do not nest")
    db.session.rollback()
    token, kept = writing.set(True), _read.set({})
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        writing.reset(token)
        _read.reset(kept)


def read_once(key: Hashable, read: Callable[[], Found | None]) -> Found | None:
    """What `read` finds, which within a unit of work or a request that only reads is read once; elsewhere, each time.

    For what the operations of a transaction, or the panels of a page, ask over and over. Who changes it calls `forget`.
    """
    known = _read.get()
    if known is None:
        return read()
    if key not in known and (found := read()) is not None:
        known[key] = found
    return known.get(key)


def begin_reading() -> None:
    """From here to `end_reading` nothing is changed, so that `read_once` may keep what it finds."""
    _read.set({})


def end_reading() -> None:
    """The request is over; what it read is not kept for the next one."""
    _read.set(None)


def forget() -> None:
    """Whatever has been read once is read again."""
    if (known := _read.get()) is not None:
        known.clear()


def let_go() -> None:
    """Ends the reading transaction, so that a slow step (an upload, a call to another system) holds no connection."""
    db.session.rollback()
