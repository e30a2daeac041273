"""Timed work: each room lists its jobs in `JOBS`; the worker runs them. Two workers at once are safe."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """A function of the moment, run about every `seconds`. It opens its own units of work and may run twice at once."""

    name: str
    seconds: int
    run: Callable[[dt.datetime], None]
