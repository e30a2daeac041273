"""What screens show of conflicts: the own ones, those a manager looks after, those about one case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, column, exists, or_, select, table
from sqlalchemy.orm import aliased

from dih.accounts.models import Membership, Person, Scope
from dih.accounts.rules import searchable
from dih.conflicts.models import Conflict
from dih.conflicts.queries.bar import standing
from dih.conflicts.vocabulary import DECLARING, ConflictKind, ConflictSource, ConflictStatus, FoundBy
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.shared import paging
from dih.shared.access import Actor, Permission, Role, ScopeKind
from dih.shared.errors import NotFound
from dih.shared.paging import FRONT, Page, Place

MOST_FOUND = 20

_applications = table("application", column("id"), column("reference"))
"""Only its reference is shown here; the room of applications lies above this one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One conflict as lists show it; `reference` is None where it stands against the whole organisation."""

    id: int
    person_id: int
    person: str
    organisation: str
    application_id: int | None
    reference: str | None
    kind: ConflictKind
    source: ConflictSource
    found_by: FoundBy | None
    status: ConflictStatus
    note: str
    declared_at: dt.datetime
    expires_on: dt.date | None
    closed_reason: str
    closed_at: dt.datetime | None

    def in_force(self, day: dt.date) -> bool:
        """Whether it bars on `day`."""
        return self.status is ConflictStatus.STANDING and (self.expires_on is None or self.expires_on >= day)


_FROM_ELSEWHERE = {
    "person": Person.name.label("person"),
    "organisation": Organisation.name.label("organisation"),
    "reference": _applications.c.reference,
}


def _rows() -> Select[*tuple[Any, ...]]:
    columns: list[Any] = [_FROM_ELSEWHERE.get(field.name, getattr(Conflict, field.name, None)) for field in fields(Row)]
    return (
        select(*columns)
        .join(Person, Person.id == Conflict.person_id)
        .join(Organisation, Organisation.id == Conflict.organisation_id)
        .outerjoin(_applications, _applications.c.id == Conflict.application_id)
    )


def mine(actor: Actor) -> list[Row]:
    """All conflicts of the actor, newest first."""
    wanted = _rows().where(Conflict.person_id == actor.person_id).order_by(Conflict.id.desc()).limit(200)
    return [Row(*row) for row in db.session.execute(wanted)]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the manager's list is narrowed to; None and "" let all through.

    `routine` shows reviewers of the partner that delivers, which are many, instead of all others.
    """

    status: ConflictStatus | None = None
    source: ConflictSource | None = None
    kind: ConflictKind | None = None
    person: str = ""
    routine: bool = False


def page(actor: Actor, filters: Filters, day: dt.date, place: Place = FRONT) -> Page[Row]:
    """The conflicts of others that fit, newest first, but those about organisations with which the actor has one."""
    same_partner = Conflict.found_by.is_not_distinct_from(FoundBy.SAME_PARTNER)
    wanted = _rows().where(_may_see(actor, day), same_partner if filters.routine else ~same_partner)
    for name in ("status", "source", "kind"):
        if (value := getattr(filters, name)) is not None:
            wanted = wanted.where(getattr(Conflict, name) == value)
    for word in searchable(filters.person).split():
        wanted = wanted.where(Person.search_name.contains(word, autoescape=True))
    return paging.read(wanted, place, Conflict.id, descending=True).each(lambda row: Row(*row))


def own(conflict_id: int, actor: Actor) -> Row:
    """One of the actor's own conflicts. Raises NotFound."""
    return _one(_rows().where(Conflict.id == conflict_id, Conflict.person_id == actor.person_id))


def for_manager(conflict_id: int, actor: Actor, day: dt.date) -> Row:
    """One conflict of somebody else. Raises NotFound also where the actor is in conflict with that organisation."""
    return _one(_rows().where(Conflict.id == conflict_id, _may_see(actor, day)))


def _one(wanted: Select[*tuple[Any, ...]]) -> Row:
    row = db.session.execute(wanted).one_or_none()
    if row is None:
        raise NotFound
    return Row(*row)


def _may_see(actor: Actor, day: dt.date) -> ColumnElement[bool]:
    """Conflicts of others, as long as the actor has none with the same organisation."""
    actors = aliased(Conflict)
    partial = exists().where(
        actors.person_id == actor.person_id,
        actors.organisation_id == Conflict.organisation_id,
        actors.status == ConflictStatus.STANDING,
        or_(actors.expires_on.is_(None), actors.expires_on >= day),
    )
    return (Conflict.person_id != (actor.person_id or 0)) & ~partial


class Case(Protocol):
    """The application on whose page the panel stands; its own room lies above."""

    @property
    def id(self) -> int: ...
    @property
    def uuid(self) -> UUID: ...
    @property
    def organisation_id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Panel:
    """What the case page shows: conflicts in force for those who look after them, and what the actor may do."""

    application_uuid: UUID
    rows: Sequence[Row]
    sees_rows: bool
    may_clear: bool
    may_declare: bool
    may_name: bool


def panel(case: Case, actor: Actor, day: dt.date) -> Panel | None:
    """The conflicts about one case; None where there is nothing to show to the actor. At most one query.

    Managers and auditors see those in force on `day`, the applicant those that it named itself.
    """
    applicant = actor.organisation_id == case.organisation_id
    sees_all = actor.may(Permission.SEE_ALL)
    rows: list[Row] = []
    if sees_all or applicant:
        wanted = _rows().where(
            Conflict.organisation_id == case.organisation_id,
            or_(Conflict.application_id.is_(None), Conflict.application_id == case.id),
            *standing(day),
        )
        if not sees_all:
            wanted = wanted.where(Conflict.source == ConflictSource.APPLICANT)
        rows = [Row(*row) for row in db.session.execute(wanted.order_by(Conflict.id))]
    shown = Panel(
        case.uuid,
        rows,
        sees_rows=sees_all or bool(rows),
        may_clear=actor.may(Permission.MANAGE_CONFLICTS),
        may_declare=any(actor.may(permission) for permission in DECLARING),
        may_name=applicant and actor.may(Permission.SUBMIT_APPLICATION),
    )
    return shown if shown.sees_rows or shown.may_declare or shown.may_name else None


@dataclass(frozen=True, slots=True)
class Against:
    """An organisation against which a conflict is declared."""

    id: int
    uuid: UUID
    name: str
    cui: str
    locality: str


def organisations_named(words: str) -> list[Against]:
    """Organisations with this CUI, or with these words in their name; the first 20."""
    words = words.strip()
    if not words:
        return []
    wanted = select(Organisation.id, Organisation.uuid, Organisation.name, Organisation.cui, Organisation.locality)
    digits = words.upper().removeprefix("RO").strip()
    if digits.isdecimal():
        wanted = wanted.where(Organisation.cui == digits)
    else:
        wanted = wanted.join(Scope, (Scope.kind == ScopeKind.ORGANISATION) & (Scope.scope_id == Organisation.id)).where(
            *(Scope.search_name.contains(word, autoescape=True) for word in searchable(words).split())
        )
    return [Against(*row) for row in db.session.execute(wanted.order_by(Organisation.name).limit(MOST_FOUND))]


def organisation(organisation_uuid: UUID) -> Against:
    """One organisation. Raises NotFound."""
    row = db.session.execute(
        select(Organisation.id, Organisation.uuid, Organisation.name, Organisation.cui, Organisation.locality).where(
            Organisation.uuid == organisation_uuid
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return Against(*row)


def institutions() -> list[tuple[int, str]]:
    """The partners by name: (id, short name)."""
    return [
        (row.id, row.short_name)
        for row in db.session.execute(select(Partner.id, Partner.short_name).order_by(Partner.short_name))
    ]


def staff() -> list[tuple[int, str, str]]:
    """Everybody who may work on cases: (person id, name, where), partner by partner, the hub first."""
    rows = db.session.execute(
        select(Person.id, Person.name, Scope.name)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(Scope, (Scope.kind == Membership.scope_kind) & (Scope.scope_id == Membership.scope_id))
        .where(
            Membership.scope_kind.in_([ScopeKind.PARTNER, ScopeKind.HUB]),
            Membership.role != Role.ADMINISTRATOR,
            Membership.ended_at.is_(None),
            Person.active,
        )
        .distinct()
    )
    found: dict[int, tuple[int, str, str]] = {}
    for person_id, name, where in sorted(rows, key=lambda row: (row[2] or "", row[1], row[0])):
        found.setdefault(person_id, (person_id, name, where or "DIH4Society"))
    return list(found.values())
