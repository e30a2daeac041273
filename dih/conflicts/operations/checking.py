"""Once a year everybody who works on cases looks at the own conflicts and says that they are right."""

from __future__ import annotations

import datetime as dt

from dih.conflicts import emails
from dih.conflicts.models import ConflictCheck
from dih.conflicts.queries import yearly
from dih.conflicts.vocabulary import DECLARING
from dih.extensions.database import db
from dih.shared import audit, clock
from dih.shared.access import Actor
from dih.shared.errors import Forbidden

EVERY = dt.timedelta(days=365)


def confirm(actor: Actor, now: dt.datetime) -> None:
    """The actor says that the own conflicts are complete and right; the next reminder comes in a year."""
    if actor.person_id is None or not any(actor.may(permission) for permission in DECLARING):
        raise Forbidden
    _row(actor.person_id).checked_at = now
    audit.record(actor, now, ("person", actor.person_id), "conflicts_confirmed")


def remind(now: dt.datetime) -> int:
    """Writes to those whose last look, reminder or beginning is a year ago; returns to how many."""
    people = yearly.due(now - EVERY)
    own = yearly.declared([one.person_id for one in people], clock.day_of(now))
    for one in people:
        _row(one.person_id).reminded_at = now
        emails.yearly(one, own.get(one.person_id, []), now)
    return len(people)


def _row(person_id: int) -> ConflictCheck:
    row = db.session.get(ConflictCheck, person_id)
    if row is None:
        row = ConflictCheck(person_id=person_id)
        db.session.add(row)
    return row
