"""Timed work on vouchers: those whose day has passed lapse; those about to are reminded. Safe with two workers."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from dih.shared import clock
from dih.shared.errors import Stale
from dih.shared.jobs import Job, apart
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations, queries


def lapse(now: dt.datetime) -> None:
    """Ends every voucher that was not accepted, paid or redeemed in time, each in its own transaction."""
    for voucher_id in queries.due_to_lapse(clock.day_of(now)):
        with apart("a voucher could not lapse", voucher=voucher_id), suppress(Stale), unit_of_work():
            operations.lapse(voucher_id, now)


def remind(now: dt.datetime) -> None:
    """Reminds beneficiaries, once of each deadline."""
    for voucher_id, deadline in queries.due_for_reminder(clock.day_of(now)):
        with unit_of_work():
            operations.remind(voucher_id, deadline, now)


JOBS = [Job("lapse vouchers", 60, lapse), Job("remind of vouchers", 300, remind)]
