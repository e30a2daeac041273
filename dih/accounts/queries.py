"""Reads about people: who acts, in which roles, who belongs to a scope and who gets a mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, literal, null, select, union_all

from dih.accounts.models import Deputy, KeptForm, Membership, Passkey, Person, Scope
from dih.accounts.rules import ACTING_ORDER
from dih.extensions.database import db
from dih.shared.access import ROLE_LABELS, Role, ScopeKind
from dih.shared.errors import NotFound
from dih.shared.wording import N_, Text


@dataclass(frozen=True, slots=True)
class ActingMembership:
    """A membership that a person may act in: the own, or that of `deputy_for` (a person's id) for some days."""

    id: int
    role: Role
    scope_kind: ScopeKind
    scope_id: int
    scope_name: str
    deputy_for: int | None
    deputy_for_name: str

    @property
    def label(self) -> Text:
        """The role and where, as the chooser at the top of the page says it."""
        where = self.scope_name or self.deputy_for_name
        role = Text(ROLE_LABELS[self.role])
        if self.deputy_for is not None:
            return Text(
                N_("%(role)s, %(scope)s, deputy for %(person)s"),
                {"role": role, "scope": self.scope_name or "DIH4Society", "person": self.deputy_for_name},
            )
        return Text(N_("%(role)s, %(scope)s"), {"role": role, "scope": where}) if where else role


def memberships_of(person_id: int, today: dt.date) -> list[ActingMembership]:
    """All memberships that a person may act in today, own ones first, in the order of work; one query."""
    scope = and_(Scope.kind == Membership.scope_kind, Scope.scope_id == Membership.scope_id)
    columns = (
        Membership.id,
        Membership.role,
        Membership.scope_kind,
        Membership.scope_id,
        Scope.name.label("scope_name"),
    )
    own = (
        select(*columns, null().label("deputy_for"), literal("").label("deputy_for_name"))
        .outerjoin(Scope, scope)
        .where(Membership.person_id == person_id, Membership.ended_at.is_(None))
    )
    lent = (
        select(*columns, Membership.person_id, Person.name)
        .join(Deputy, Deputy.membership_id == Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Scope, scope)
        .where(
            Deputy.person_id == person_id,
            Deputy.ended_at.is_(None),
            Deputy.starts_on <= today,
            Deputy.ends_on >= today,
            Membership.ended_at.is_(None),
            Person.active,
        )
    )
    found = [
        ActingMembership(
            row.id, row.role, row.scope_kind, row.scope_id, row.scope_name or "", row.deputy_for, row.deputy_for_name
        )
        for row in db.session.execute(union_all(own, lent))
    ]
    return sorted(found, key=lambda m: (m.deputy_for is not None, ACTING_ORDER.index(m.role), m.scope_name, m.id))


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a role of a scope."""

    membership_id: int
    person_id: int
    name: str
    email: str
    role: Role
    active: bool
    since: dt.datetime


def people_of(scope_kind: ScopeKind, scope_id: int = 0, roles: Collection[Role] | None = None) -> list[Member]:
    """Who belongs to a scope now, by name; `roles` narrows it to some. Deactivated people are left out."""
    wanted = (
        select(
            Membership.id, Membership.person_id, Person.name, Person.email, Membership.role, Person.active,
            Membership.created_at,
        )
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.scope_kind == scope_kind,
            Membership.scope_id == scope_id,
            Membership.ended_at.is_(None),
            Person.active,
        )
        .order_by(Person.name, Membership.id)
    )  # fmt: skip
    if roles is not None:
        wanted = wanted.where(Membership.role.in_(list(roles)))
    return [Member(*row) for row in db.session.execute(wanted)]


def mail_recipients(scope_kind: ScopeKind, scope_id: int, roles: Collection[Role]) -> list[tuple[str, str, str]]:
    """Whom to write to: (address, language, name) of each active person in any of `roles` of a scope, once each."""
    rows = db.session.execute(
        select(Person.email, Person.language, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.scope_kind == scope_kind,
            Membership.scope_id == scope_id,
            Membership.role.in_(list(roles)),
            Membership.ended_at.is_(None),
            Person.active,
        )
        .distinct()
        .order_by(Person.email)
    )
    return [(row.email, row.language, row.name) for row in rows]


def person_id_of(email: str) -> int | None:
    """The person with this address (in its normal form), if there is one."""
    return db.session.scalar(select(Person.id).where(Person.email == email))


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was sent after the session had ended."""

    path: str
    fields: list[tuple[str, str]]
    with_files: bool


def kept_form(token: str) -> Kept | None:
    """The kept form of a token, if it is still there."""
    row = db.session.scalar(select(KeptForm).where(KeptForm.token == token))
    return Kept(row.path, [(name, value) for name, value in row.fields], row.with_files) if row else None


@dataclass(frozen=True, slots=True)
class Account:
    """What a person sees of the own account."""

    id: int
    name: str
    email: str
    language: str
    second_step: bool
    recovery_codes: int
    passkeys: list[str]


def account_of(person_id: int | None) -> Account:
    """The account of a person; two queries. Raises NotFound."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound
    passkeys = db.session.scalars(select(Passkey.name).where(Passkey.user_id == person.id).order_by(Passkey.id)).all()
    return Account(
        person.id,
        person.name,
        person.email,
        person.language,
        person.tf_primary_method is not None,
        len(person.mf_recovery_codes or []),
        list(passkeys),
    )
