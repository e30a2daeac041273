"""Timed work on conflicts: the platform looks for relations between staff and organisations."""

from __future__ import annotations

import datetime as dt

from dih.conflicts import operations
from dih.shared import clock
from dih.shared.jobs import Job
from dih.shared.unit_of_work import unit_of_work

REMINDER_HOUR = 8
"""The hour in Bucharest from which reminders go out."""


def find(now: dt.datetime) -> None:
    """Records what is new since the last look; two workers at once record each conflict once."""
    with unit_of_work():
        operations.find_among_staff(now)


def remind(now: dt.datetime) -> None:
    """On a working morning: the yearly look at the own conflicts, and which declared ones are about to end."""
    if clock.is_working_day(clock.day_of(now)) and now.astimezone(clock.BUCHAREST).hour >= REMINDER_HOUR:
        with unit_of_work():
            operations.remind(now)
            operations.tell_of_ends(now)


JOBS = [Job("find conflicts of interest", 60, find), Job("reminders about conflicts", 3600, remind)]
