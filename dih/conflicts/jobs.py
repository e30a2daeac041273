"""Timed work on conflicts: the platform looks for relations between staff and organisations."""

from __future__ import annotations

import datetime as dt

from dih.conflicts import operations
from dih.shared.jobs import Job
from dih.shared.unit_of_work import unit_of_work


def find(now: dt.datetime) -> None:
    """Records what is new since the last look; two workers at once record each conflict once."""
    with unit_of_work():
        operations.find_among_staff(now)


JOBS = [Job("find conflicts of interest", 60, find)]
