"""Timed work on deliveries: beneficiaries who have not answered a report are reminded. Safe with two workers."""

from __future__ import annotations

import datetime as dt

from dih.delivery import operations, queries
from dih.shared import clock
from dih.shared.jobs import Job
from dih.shared.unit_of_work import unit_of_work


def remind(now: dt.datetime) -> None:
    """Reminds of each report after a third and after two thirds of the time to answer."""
    for voucher_uuid in queries.unanswered(clock.day_of(now)):
        with unit_of_work():
            operations.remind(voucher_uuid, now)


JOBS = [Job("remind of delivery reports", 300, remind)]
