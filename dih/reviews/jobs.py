"""Timed work on reviews: mails to reviewers, and reviews that a conflict or the end of an application closes."""

from __future__ import annotations

import datetime as dt

from dih.reviews import operations
from dih.shared.access import SYSTEM
from dih.shared.jobs import Job
from dih.shared.unit_of_work import unit_of_work


def tell(now: dt.datetime) -> None:
    """One mail to each reviewer about what is new, one a day about what is due; managers hear of what is late."""
    with unit_of_work():
        operations.tell_assigned(now)
    with unit_of_work():
        operations.remind(now)
    with unit_of_work():
        operations.escalate(now)


def sweep(now: dt.datetime) -> None:
    """Finds reviewers of the delivering partner, closes reviews in conflict, takes back those without a purpose."""
    with unit_of_work():
        operations.find_same_partner(now)
        operations.close_conflicted(SYSTEM, now)
    with unit_of_work():
        operations.recall_moot(now)


JOBS = [Job("mails to reviewers", 60, tell), Job("close reviews", 10, sweep)]
