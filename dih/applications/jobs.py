"""Timed work: drafts whose call has closed, and a reminder before it does."""

from __future__ import annotations

import datetime as dt

from dih.applications import operations, queries
from dih.shared.jobs import Job
from dih.shared.unit_of_work import unit_of_work

REMIND_DAYS = 3
"""How many days before the end of a call those with an open draft are reminded, once."""


def expire(now: dt.datetime) -> None:
    """Ends drafts whose call is over, its grace included, each in its own transaction."""
    for application_id in queries.drafts_past_the_end(now):
        with unit_of_work():
            operations.expire(application_id, now)


def remind(now: dt.datetime) -> None:
    """Reminds of drafts whose call closes within a few days."""
    for application_id in queries.drafts_to_remind(now, now + dt.timedelta(days=REMIND_DAYS)):
        with unit_of_work():
            operations.remind(application_id, now)


JOBS = [Job("expire drafts", 60, expire), Job("remind of drafts", 600, remind)]
