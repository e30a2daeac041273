"""Whom to remind: a year after the last look at the own conflicts, and before a declared one comes to its last day."""

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


@dataclass(frozen=True, slots=True)
class Ending:
    """A declared conflict that is about to end, and who declared it."""

    to: Reminded
    organisation_id: int
    organisation: str
    expires_on: dt.date

    @property
    def person_id(self) -> int:
        """Who declared it."""
        return self.to.person_id


def ending(conflict_ids: Collection[int]) -> Sequence[Ending]:
    """These conflicts, those that end first at the front; one query."""
    rows = db.session.execute(
        select(
            Person.id,
            Person.email,
            Person.language,
            Person.name,
            Organisation.id,
            Organisation.name,
            Conflict.expires_on,
        )
        .select_from(Conflict)
        .join(Person, Person.id == Conflict.person_id)
        .join(Organisation, Organisation.id == Conflict.organisation_id)
        .where(Conflict.id.in_(conflict_ids))
        .order_by(Conflict.expires_on, Person.name, Conflict.id)
    )
    return [Ending(Reminded(*row[:4]), row[4], row[5], row[6]) for row in rows if row[6] is not None]


def managers() -> Sequence[Reminded]:
    """The active managers, who look after conflicts; one query."""
    rows = db.session.execute(
        select(Person.id, Person.email, Person.language, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.active, Membership.role == Role.MANAGER, Membership.ended_at.is_(None))
        .distinct()
        .order_by(Person.id)
    )
    return [Reminded(*row) for row in rows]


def in_conflict_with(person_ids: Collection[int], day: dt.date) -> set[tuple[int, int]]:
    """Pairs of these people and organisations between which a conflict stands on `day`; one query."""
    rows = db.session.execute(
        select(Conflict.person_id, Conflict.organisation_id).where(Conflict.person_id.in_(person_ids), *standing(day))
    )
    return {(row[0], row[1]) for row in rows}
