"""Timed work: each room lists its jobs in `JOBS`; the worker runs them. Two workers at once are safe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """A function of the moment, run about every `seconds`. It opens its own units of work and may run twice at once."""

    name: str
    seconds: int
    run: Callable[[dt.datetime], None]


@contextmanager
def apart(what: str, **named: object) -> Iterator[None]:
    """One of many: what fails in here goes to the log as `what`, with what `named` tells, and does not keep the next.

    Wraps the unit of work, so that this has been taken back by then.
    """
    try:
        yield
    except Exception:
        log.exception(what, **named)
