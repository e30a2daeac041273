"""Timed work of this room."""

from __future__ import annotations

import datetime as dt

from dih.accounts import operations
from dih.shared.jobs import Job
from dih.shared.unit_of_work import unit_of_work


def forget_old_forms(now: dt.datetime) -> None:
    """Deletes forms kept over a sign-in that never came."""
    with unit_of_work():
        operations.forget_old_forms(now)


JOBS = [Job("forget old forms", 3600, forget_old_forms)]
