"""When clarifications stood open, for the clocks that they stop."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import func, select

from dih.applications.models import Clarification
from dih.extensions.database import db
from dih.routing import rules
from dih.shared import clock

Pauses = dict[int, list[tuple[dt.datetime, dt.datetime | None]]]


def pauses(application_ids: Collection[int]) -> Pauses:
    """For each application, when clarifications were asked and closed (None: still open), in order; one query."""
    found: Pauses = defaultdict(list)
    if application_ids:
        closed = func.coalesce(Clarification.answered_at, Clarification.withdrawn_at)
        rows = db.session.execute(
            select(Clarification.application_id, Clarification.asked_at, closed)
            .where(Clarification.application_id.in_(list(application_ids)))
            .order_by(Clarification.id)
        )
        for application_id, asked, until in rows:
            found[application_id].append((asked, until))
    return found


def due_day(
    due_on: dt.date,
    proposed_at: dt.datetime,
    stopped: list[tuple[dt.datetime, dt.datetime | None]],
    free_days: Collection[dt.date],
) -> dt.date | None:
    """`rules.due_day` from moments: what was closed before the proposal does not count."""
    begun = clock.day_of(proposed_at)
    return rules.due_day(
        due_on,
        [
            (max(clock.day_of(asked), begun), None if closed is None else clock.day_of(closed))
            for asked, closed in stopped
            if closed is None or closed > proposed_at
        ],
        free_days,
    )
