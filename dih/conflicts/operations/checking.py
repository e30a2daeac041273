"""The own conflicts are looked at once a year, and before one that somebody declared comes to its last day."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, update
from sqlalchemy.dialects import postgresql, sqlite

from dih.conflicts import emails
from dih.conflicts.models import Conflict, ConflictCheck
from dih.conflicts.queries import yearly
from dih.conflicts.queries.bar import standing
from dih.conflicts.vocabulary import DECLARING, ConflictSource
from dih.extensions.database import db
from dih.shared import audit, clock
from dih.shared.access import Actor
from dih.shared.errors import Forbidden

EVERY = dt.timedelta(days=365)
AHEAD = dt.timedelta(days=14)
"""How long before its last day a mail says that a declared conflict is about to end."""


def confirm(actor: Actor, now: dt.datetime) -> None:
    """The actor says that the own conflicts are complete and right; the next reminder comes in a year."""
    if actor.person_id is None or not any(actor.may(permission) for permission in DECLARING):
        raise Forbidden
    row = db.session.get(ConflictCheck, actor.person_id)
    if row is None:
        row = ConflictCheck(person_id=actor.person_id)
        db.session.add(row)
    row.checked_at = now
    audit.record(actor, now, ("person", actor.person_id), "conflicts_confirmed")


def remind(now: dt.datetime) -> int:
    """Writes to those whose last look, reminder or beginning is a year ago; returns to how many.

    Each row is taken by one statement: of two workers at once, one writes.
    """
    people = [one for one in yearly.due(now - EVERY) if _taken(one.person_id, now)]
    own = yearly.declared([one.person_id for one in people], clock.day_of(now))
    for one in people:
        emails.yearly(one, own.get(one.person_id, []), now)
    return len(people)


def tell_of_ends(now: dt.datetime) -> int:
    """One mail to each person about the declared conflicts that end within two weeks, one to each manager about all.

    Each end is told once; returns how many there were. A manager does not read of organisations of the own conflicts.
    """
    day = clock.day_of(now)
    told = db.session.scalars(
        update(Conflict)
        .where(
            Conflict.source == ConflictSource.DECLARED,
            Conflict.expires_on <= day + AHEAD,
            Conflict.expiry_told_at.is_(None),
            *standing(day),
        )
        .values(expiry_told_at=now)
        .returning(Conflict.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not told:
        return 0
    found = yearly.ending(told)
    for person_id in dict.fromkeys(one.person_id for one in found):
        mine = [one for one in found if one.person_id == person_id]
        emails.ending(mine[0].to, mine, now)
    managers = yearly.managers()
    barred = yearly.in_conflict_with([one.person_id for one in managers], day)
    for manager in managers:
        others = [one for one in found if one.person_id != manager.person_id]
        seen = [one for one in others if (manager.person_id, one.organisation_id) not in barred]
        if seen:
            emails.all_ending(manager, seen, now)
    return len(told)


def _taken(person_id: int, now: dt.datetime) -> bool:
    """Notes the reminder, unless somebody else has done so or the person has looked meanwhile."""
    since = now - EVERY
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    taken = (
        dialect.insert(ConflictCheck)
        .values(person_id=person_id, reminded_at=now)
        .on_conflict_do_update(
            index_elements=[ConflictCheck.person_id],
            set_={"reminded_at": now},
            where=(func.coalesce(ConflictCheck.reminded_at, since) <= since)
            & (func.coalesce(ConflictCheck.checked_at, since) <= since),
        )
        .returning(ConflictCheck.person_id)
    )
    return db.session.scalar(taken) is not None
