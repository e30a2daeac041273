"""Timed work of routing."""

from __future__ import annotations

import datetime as dt

from dih.routing import operations, queries
from dih.shared.jobs import Job
from dih.shared.unit_of_work import unit_of_work


def route(now: dt.datetime) -> None:
    """Names a partner for every submitted application that has none, each in its own transaction."""
    for application_id in queries.unrouted():
        with unit_of_work():
            operations.route(application_id, now)


JOBS = [Job("route applications", 2, route)]
