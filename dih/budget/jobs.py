"""Timed work on the ledger."""

from __future__ import annotations

import datetime as dt

from dih.budget import totals
from dih.shared.jobs import Job
from dih.shared.unit_of_work import unit_of_work


def fold(now: dt.datetime) -> None:
    """Folds new entries into the totals, so that sums by dimension stay quick."""
    with unit_of_work():
        totals.fold(now)


JOBS = [Job("fold budget totals", 30, fold)]
