"""What an administrator sees of all people: the list, one person, and where roles can be given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from dih.accounts.models import Membership, Passkey, Person, Scope
from dih.accounts.queries.people import HeldRole
from dih.accounts.rules import searchable
from dih.extensions.database import db
from dih.shared import paging
from dih.shared.access import Role, ScopeKind
from dih.shared.errors import NotFound
from dih.shared.models import AuditRecord, StoredSetting
from dih.shared.paging import FRONT, Page, Place

MOST_SCOPES = 20


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list of people."""

    id: int
    name: str
    email: str
    active: bool
    confirmed: bool
    created_at: dt.datetime
    roles: list[HeldRole] = field(default_factory=list)


def people(words: str = "", role: Role | None = None, active: bool | None = None, place: Place = FRONT) -> Page[Listed]:
    """People by name, a page in two queries; `words` is found in names and addresses."""
    page = paging.read(_filtered(words, role, active), place, Person.search_name, Person.id)
    roles = _roles_of([row.id for row in page.rows])
    return page.each(
        lambda row: Listed(
            row.id, row.name, row.email, row.active, row.confirmed_at is not None, row.created_at, roles[row.id]
        )
    )


def _filtered(words: str, role: Role | None, active: bool | None) -> Select[*tuple[Any, ...]]:
    wanted = select(
        Person.id, Person.search_name, Person.name, Person.email, Person.active, Person.confirmed_at, Person.created_at
    )
    for word in searchable(words).split():
        wanted = wanted.where(
            or_(Person.search_name.contains(word, autoescape=True), Person.email.contains(word, autoescape=True))
        )
    if role is not None:
        held = (Membership.person_id == Person.id, Membership.role == role, Membership.ended_at.is_(None))
        wanted = wanted.where(exists().where(*held))
    if active is not None:
        wanted = wanted.where(Person.active == active)
    return wanted


def _roles_of(person_ids: Sequence[int]) -> dict[int, list[HeldRole]]:
    rows = db.session.execute(
        select(
            Membership.id,
            Membership.person_id,
            Person.name,
            Membership.role,
            Membership.scope_kind,
            Membership.scope_id,
            Scope.name.label("scope_name"),
        )
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Scope, and_(Scope.kind == Membership.scope_kind, Scope.scope_id == Membership.scope_id))
        .where(Membership.person_id.in_(person_ids), Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    held: dict[int, list[HeldRole]] = {person_id: [] for person_id in person_ids}
    for row in rows:
        held[row.person_id].append(HeldRole(*row[:-1], row.scope_name or "DIH4Society"))
    return held


@dataclass(frozen=True, slots=True)
class Happened:
    """One audit record about an account, one of its roles, or a setting."""

    at: dt.datetime
    who: str
    action: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One person with roles and what happened to account and roles."""

    person: Listed
    language: str
    second_step: bool
    history: list[Happened]


def profile_of(person_id: int) -> Profile:
    """A person for the administrator; four queries. Raises NotFound."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound
    secondary = exists().where(Passkey.user_id == person_id, Passkey.usage == "secondary")
    listed = Listed(
        person.id,
        person.name,
        person.email,
        person.active,
        person.confirmed_at is not None,
        person.created_at,
        _roles_of([person_id])[person_id],
    )
    return Profile(
        listed,
        person.language,
        person.tf_primary_method is not None or bool(db.session.scalar(select(secondary))),
        _history(person_id),
    )


def _history(person_id: int) -> list[Happened]:
    """What happened to an account and its roles, newest first, at most 100 records."""
    own = select(Membership.id).where(Membership.person_id == person_id)
    return _records(
        or_(
            and_(AuditRecord.subject_kind == "person", AuditRecord.subject_id == person_id),
            and_(AuditRecord.subject_kind == "membership", AuditRecord.subject_id.in_(own)),
        )
    )


def setting_history(name: str) -> list[Happened]:
    """The changes of a setting, newest first, at most 100."""
    stored = select(StoredSetting.id).where(StoredSetting.name == name).scalar_subquery()
    return _records(and_(AuditRecord.subject_kind == "setting", AuditRecord.subject_id == stored))


def _records(which: ColumnElement[bool]) -> list[Happened]:
    rows = db.session.execute(
        select(
            AuditRecord.at,
            AuditRecord.person_name,
            AuditRecord.action,
            AuditRecord.before,
            AuditRecord.after,
            AuditRecord.reason,
        )
        .where(which)
        .order_by(AuditRecord.id.desc())
        .limit(100)
    )
    return [Happened(*row) for row in rows]


def scopes_named(kind: ScopeKind, words: str) -> list[tuple[int, str]]:
    """Organisations or partners whose name has all the words, by name, at most 20: (id, name)."""
    wanted = select(Scope.scope_id, Scope.name).where(Scope.kind == kind)
    for word in searchable(words).split():
        wanted = wanted.where(Scope.search_name.contains(word, autoescape=True))
    return [(row.scope_id, row.name) for row in db.session.execute(wanted.order_by(Scope.name).limit(MOST_SCOPES))]
