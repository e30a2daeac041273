"""Timed work of routing. Each step runs in its own transaction and looks again, so two workers do it once."""

from __future__ import annotations

import datetime as dt

from dih.routing import operations, queries
from dih.shared import clock
from dih.shared.free_days import free_days
from dih.shared.jobs import Job
from dih.shared.unit_of_work import unit_of_work


def route(now: dt.datetime) -> None:
    """Ends what is no longer asked, names a partner where there is none, places what was accepted before."""
    for routing_id in queries.ended():
        with unit_of_work():
            operations.end(routing_id, now)
    for application_id in queries.unrouted():
        with unit_of_work():
            operations.route(application_id, now)
    for application_id in queries.to_place():
        with unit_of_work():
            operations.place(application_id, now)


def remind(now: dt.datetime) -> None:
    """Reminds coordinators one working day before an answer is due; tells the managers when the day has passed."""
    today = clock.day_of(now)
    for due in queries.overdue(clock.add_working_days(today, 1, free_days()) + dt.timedelta(days=1), reminders=True):
        with unit_of_work():
            operations.remind(due, now)
    for due in queries.overdue(today, reminders=False):
        with unit_of_work():
            operations.escalate(due, now)


JOBS = [Job("route applications", 2, route), Job("remind of routed applications", 300, remind)]
