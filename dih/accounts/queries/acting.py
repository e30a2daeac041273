"""Who acts: the memberships of a person; the own account; a form that waited for the sign-in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Result, and_, bindparam, exists, literal, null, select, union_all
from sqlalchemy.orm import aliased

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


_scope = and_(Scope.kind == Membership.scope_kind, Scope.scope_id == Membership.scope_id)
_columns = (
    Membership.id,
    Membership.role,
    Membership.scope_kind,
    Membership.scope_id,
    Scope.name.label("scope_name"),
)
_own = (
    select(*_columns, null().label("deputy_for"), literal("").label("deputy_for_name"))
    .outerjoin(Scope, _scope)
    .where(Membership.person_id == bindparam("person"), Membership.ended_at.is_(None))
)
_own_there = aliased(Membership)
_lent = (
    select(*_columns, Membership.person_id, Person.name)
    .join(Deputy, Deputy.membership_id == Membership.id)
    .join(Person, Person.id == Membership.person_id)
    .outerjoin(Scope, _scope)
    .where(
        Deputy.person_id == bindparam("person"),
        Deputy.ended_at.is_(None),
        Deputy.starts_on <= bindparam("today"),
        Deputy.ends_on >= bindparam("today"),
        Membership.ended_at.is_(None),
        Person.active,
        # Who has left the place acts for nobody there any more.
        exists().where(
            _own_there.person_id == Deputy.person_id,
            _own_there.scope_kind == Membership.scope_kind,
            _own_there.scope_id == Membership.scope_id,
            _own_there.ended_at.is_(None),
        ),
    )
)
_OWN_AND_LENT: CompoundSelect[Any] = union_all(_own, _lent)
"""Built once: it is asked in every request of somebody signed in."""


def memberships_of(person_id: int, today: dt.date) -> list[ActingMembership]:
    """All memberships that a person may act in today, own ones first, in the order of work; one query."""
    rows: Result[Any] = db.session.execute(_OWN_AND_LENT, {"person": person_id, "today": today})
    found = [
        ActingMembership(
            row.id, row.role, row.scope_kind, row.scope_id, row.scope_name or "", row.deputy_for, row.deputy_for_name
        )
        for row in rows
    ]
    return sorted(found, key=lambda m: (m.deputy_for is not None, ACTING_ORDER.index(m.role), m.scope_name, m.id))


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


def password_waiting(mark: str) -> str | None:
    """The hash of the password of a registration that waits with this mark; None when none waits or it has none."""
    return db.session.scalar(select(Person.password).where(Person.fs_uniquifier == mark, Person.confirmed_at.is_(None)))


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
