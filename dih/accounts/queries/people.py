"""Who belongs to an organisation, a partner or the hub, who is invited, who stands in for whom, and who gets a mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from dih.accounts import rules
from dih.accounts.models import Deputy, Invitation, Membership, Person, Scope
from dih.extensions.database import db
from dih.shared.access import Actor, Role, ScopeKind
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.wording import N_


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


def mail_recipients(
    scope_kind: ScopeKind, scope_id: int, roles: Collection[Role], *only: ColumnElement[bool]
) -> list[tuple[str, str, str]]:
    """Whom to write to: (address, language, name) of each active person in any of `roles` of a scope, once each.

    `only` are further conditions on Person, of rooms above.
    """
    rows = db.session.execute(
        select(Person.email, Person.language, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.scope_kind == scope_kind,
            Membership.scope_id == scope_id,
            Membership.role.in_(list(roles)),
            Membership.ended_at.is_(None),
            Person.active,
            *only,
        )
        .distinct()
        .order_by(Person.email)
    )
    return [(row.email, row.language, row.name) for row in rows]


def person_id_of(email: str) -> int | None:
    """The person with this address (in its normal form), if there is one."""
    return db.session.scalar(select(Person.id).where(Person.email == email))


def scope_name(kind: ScopeKind, scope_id: int) -> str:
    """The name of an organisation or a partner, "" when nobody told it."""
    return db.session.scalar(select(Scope.name).where(Scope.kind == kind, Scope.scope_id == scope_id)) or ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation that nobody has accepted yet."""

    id: int
    email: str
    role: Role
    created_at: dt.datetime
    expires_at: dt.datetime


def invitations_to(kind: ScopeKind, scope_id: int, now: dt.datetime) -> list[Waiting]:
    """The open invitations of a scope, oldest first."""
    rows = db.session.execute(
        select(Invitation.id, Invitation.email, Invitation.role, Invitation.created_at, Invitation.expires_at)
        .where(
            Invitation.scope_kind == kind,
            Invitation.scope_id == scope_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now,
        )
        .order_by(Invitation.id)
    )
    return [Waiting(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Invited:
    """What somebody sees who opens the link of an invitation."""

    email: str
    role: Role
    scope_name: str
    inviter: str
    has_account: bool


def invitation_of(token: str, now: dt.datetime) -> Invited:
    """The invitation of a mailed link. Raises BrokenRule when there is none that can still be accepted."""
    inviter = aliased(Person)
    row = db.session.execute(
        select(Invitation, Scope.name, inviter.name.label("inviter"), Person.confirmed_at)
        .join(inviter, inviter.id == Invitation.invited_by)
        .outerjoin(Person, Person.email == Invitation.email)
        .outerjoin(Scope, and_(Scope.kind == Invitation.scope_kind, Scope.scope_id == Invitation.scope_id))
        .where(Invitation.token_digest == rules.digest(token))
    ).one_or_none()
    if row is None:
        raise BrokenRule.because(N_("This link is not complete. Open it from the mail, or ask for a new one."))
    found = row.Invitation
    rules.check_invitation_open(found.accepted_at, found.withdrawn_at, found.expires_at, now)
    return Invited(found.email, found.role, row.name or "DIH4Society", row.inviter, row.confirmed_at is not None)


@dataclass(frozen=True, slots=True)
class Standin:
    """A deputy of a membership, now or later."""

    id: int
    membership_id: int
    name: str
    starts_on: dt.date
    ends_on: dt.date


def deputies_of(membership_ids: Collection[int], today: dt.date) -> dict[int, list[Standin]]:
    """The deputies of each of some memberships whose time is not over, by their first day; one query."""
    rows = db.session.execute(
        select(Deputy.id, Deputy.membership_id, Person.name, Deputy.starts_on, Deputy.ends_on)
        .join(Person, Person.id == Deputy.person_id)
        .where(Deputy.membership_id.in_(list(membership_ids)), Deputy.ended_at.is_(None), Deputy.ends_on >= today)
        .order_by(Deputy.starts_on, Deputy.id)
    )
    found: dict[int, list[Standin]] = {}
    for row in rows:
        found.setdefault(row.membership_id, []).append(Standin(*row))
    return found


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A membership with its holder and the name of its scope."""

    id: int
    person_id: int
    person_name: str
    role: Role
    scope_kind: ScopeKind
    scope_id: int
    scope_name: str


def held_role(membership_id: int, actor: Actor) -> HeldRole:
    """A membership that is not over, for its holder and whoever looks after the scope's people; else NotFound."""
    row = db.session.execute(
        select(
            Membership.id,
            Membership.person_id,
            Person.name.label("person_name"),
            Membership.role,
            Membership.scope_kind,
            Membership.scope_id,
            Scope.name,
        )
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Scope, and_(Scope.kind == Membership.scope_kind, Scope.scope_id == Membership.scope_id))
        .where(Membership.id == membership_id, Membership.ended_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound
    held = HeldRole(*row[:-1], row.name or "DIH4Society")
    if held.person_id != actor.person_id and not rules.may_manage(actor, held.scope_kind, held.scope_id):
        raise NotFound
    return held
