"""When a partner answers, in which states it is asked, and the reason that it gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from dih.applications.vocabulary import ApplicationStatus
from dih.shared import clock, texts
from dih.shared.wording import N_

ROUTABLE = frozenset({ApplicationStatus.SUBMITTED, ApplicationStatus.ELIGIBLE})
"""States of an application in which a partner is asked."""

MOVABLE = ROUTABLE | {ApplicationStatus.PLACED}
"""States in which a manager may still give the application to another partner."""

ROUTING_ENDS = frozenset(
    {ApplicationStatus.DRAFT, ApplicationStatus.INELIGIBLE, ApplicationStatus.WITHDRAWN, ApplicationStatus.EXPIRED}
)
"""States in which a routing is over, whatever its partner said: what it was about is no longer asked."""


def due_day(
    due_on: dt.date, pauses: Sequence[tuple[dt.date, dt.date | None]], free_days: Collection[dt.date] = ()
) -> dt.date | None:
    """The day by which a partner answers: `due_on`, moved by the working days during which a clarification stood open.

    `pauses` are (day asked, day closed or None) in the order asked, none before the proposal; days of two that overlap
    count once. None while one is open that began in time: the clock stands still.
    """
    counted_to = dt.date.min
    for asked, closed in pauses:
        if asked > due_on:
            break
        if closed is None:
            return None
        first = max(asked, counted_to)
        if closed > first:
            due_on = clock.add_working_days(due_on, clock.working_days_between(first, closed, free_days), free_days)
            counted_to = closed
    return due_on


def reason_given(text: str, field: str = "reason") -> str:
    """A reason as it is kept. Raises BrokenRule when there is none, or a too long one."""
    return texts.needed(text, field, N_("Give a reason: it is kept with the application."))
