"""Time stands still until a test moves it: views, commands and the worker read it instead of the wall clock."""

from __future__ import annotations

import datetime as dt

START = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
"""Monday 23 November 2026, 11:00 in Bucharest: a working day, inside the seeded calls."""


class Moment:
    """The moment that `dih.shared.clock.now()` answers."""

    def __init__(self) -> None:
        self.value = START

    def __call__(self) -> dt.datetime:
        return self.value

    def advance(self, **span: float) -> dt.datetime:
        """Moves on by a span such as `days=3` or `hours=2`; returns the new moment."""
        self.value += dt.timedelta(**span)
        return self.value

    def restart(self) -> None:
        """Back to START, between tests."""
        self.value = START
