"""Who is to look at the own conflicts again, a year after the last time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from dih.accounts.models import Membership, Person
from dih.conflicts.models import Conflict, ConflictCheck
from dih.conflicts.queries.bar import standing
from dih.conflicts.vocabulary import ConflictSource
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.shared.access import PARTNER_ROLES, Role


@dataclass(frozen=True, slots=True)
class Reminded:
    """Somebody to write to."""

    person_id: int
    email: str
    language: str
    name: str


def due(since: dt.datetime) -> Sequence[Reminded]:
    """Active people who work on cases and neither looked, were reminded nor began after `since`; one query."""
    rows = db.session.execute(
        select(Person.id, Person.email, Person.language, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(ConflictCheck, ConflictCheck.person_id == Person.id)
        .where(
            Person.active,
            Membership.role.in_([*PARTNER_ROLES, Role.MANAGER]),
            Membership.ended_at.is_(None),
            func.coalesce(ConflictCheck.checked_at, since) <= since,
            func.coalesce(ConflictCheck.reminded_at, since) <= since,
        )
        .group_by(Person.id, Person.email, Person.language, Person.name)
        .having(func.min(Membership.created_at) <= since)
        .order_by(Person.id)
    )
    return [Reminded(*row) for row in rows]


def declared(person_ids: Collection[int], day: dt.date) -> dict[int, list[str]]:
    """The organisations with which these people declared a conflict that is in force on `day`; one query."""
    rows = db.session.execute(
        select(Conflict.person_id, Organisation.name)
        .join(Organisation, Organisation.id == Conflict.organisation_id)
        .where(Conflict.person_id.in_(person_ids), Conflict.source == ConflictSource.DECLARED, *standing(day))
        .order_by(Organisation.name)
        .distinct()
    )
    found: dict[int, list[str]] = defaultdict(list)
    for person_id, name in rows:
        found[person_id].append(name)
    return found
