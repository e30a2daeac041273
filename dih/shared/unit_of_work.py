"""One business transaction: the only place that commits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dih.extensions.database import db, writing


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Runs the block in one transaction that commits at its end and rolls back when anything is raised.

    What was read before is dropped first, so that the block sees the present state; blocks do not nest.
    """
    if writing.get():
        raise RuntimeError("units of work do not nest")
    db.session.rollback()
    token = writing.set(True)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        writing.reset(token)


def let_go() -> None:
    """Ends the reading transaction, so that a slow step (an upload, a call to another system) holds no connection."""
    db.session.rollback()
