"""Verbs about people: making them known, giving and ending roles."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dih.accounts import rules
from dih.accounts.models import Membership, Person, Scope
from dih.extensions.database import db
from dih.shared import audit
from dih.shared.access import Actor, Role, ScopeKind
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.wording import N_


def create_person(
    name: str,
    email: str,
    actor: Actor | None,
    now: dt.datetime,
    *,
    language: str = "ro",
    password_hash: str | None = None,
    terms_version: str = "",
    confirmed: bool = False,
) -> int:
    """Makes a person known and returns the id.

    `actor` is None for somebody who registers alone. `password_hash` comes from `flask_security.hash_password`,
    called before the transaction because it takes 0.1 s.
    Raises BrokenRule when the address is none or already belongs to somebody.
    """
    address = rules.email_address(email)
    if db.session.scalar(select(Person.id).where(Person.email == address)) is not None:
        raise _taken()
    person = Person(
        name=name.strip(),
        search_name=rules.searchable(name),
        email=address,
        language=language,
        password=password_hash,
        fs_uniquifier=uuid.uuid4().hex,
        fs_webauthn_user_handle=uuid.uuid4().hex,
        created_at=now,
        confirmed_at=now if confirmed else None,
        terms_version=terms_version,
        terms_accepted_at=now if terms_version else None,
    )
    db.session.add(person)
    try:
        db.session.flush()
    except IntegrityError:
        raise _taken() from None
    by = actor or rules.as_guest(person.id, person.name)
    audit.record(by, now, ("person", person.id), "person_created", after={"email": address, "name": person.name})
    return person.id


def _taken() -> BrokenRule:
    return BrokenRule.because(N_("Somebody with this e-mail address is already registered."), "email")


def name_scope(kind: ScopeKind, scope_id: int, name: str) -> None:
    """Tells under which name an organisation or a partner is shown beside roles; its room calls it at each change."""
    scope = db.session.get(Scope, (kind, scope_id))
    if scope is None:
        scope = Scope(kind=kind, scope_id=scope_id)
        db.session.add(scope)
    scope.name = name
    scope.search_name = rules.searchable(name)
    db.session.flush()


def grant_membership(
    person_id: int, role: Role, scope_kind: ScopeKind, scope_id: int, actor: Actor, now: dt.datetime
) -> int:
    """Gives a person a role in a scope and returns the membership's id; a role that is held already stays as it is.

    Whether the actor may do so is asked by the caller (`rules.check_manages`): whoever registers an organisation
    becomes its first owner without having been one. Raises NotFound for no such person, BrokenRule for a role
    that does not exist in the scope or a person who is deactivated.
    """
    rules.fit_scope(role, scope_kind, scope_id)
    person = db.session.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if person is None:
        raise NotFound
    if not person.active:
        raise BrokenRule.because(N_("This person's account is deactivated. Activate it first."))
    membership = db.session.scalar(
        select(Membership).where(
            Membership.person_id == person_id,
            Membership.role == role,
            Membership.scope_kind == scope_kind,
            Membership.scope_id == scope_id,
        )
    )
    if membership is None:
        membership = Membership(
            person_id=person_id, role=role, scope_kind=scope_kind, scope_id=scope_id, created_at=now
        )
        db.session.add(membership)
    elif membership.ended_at is None:
        return membership.id
    else:
        membership.created_at = now
        membership.ended_at = None
    db.session.flush()
    audit.record(actor, now, ("membership", membership.id), "role_given", after=_facts(membership))
    return membership.id


def end_membership(membership_id: int, actor: Actor, now: dt.datetime, reason: str = "") -> None:
    """Ends a role. Raises NotFound outside the actor's reach, BrokenRule for the last owner of an organisation."""
    membership = db.session.get(Membership, membership_id)
    if membership is None or not rules.may_manage(actor, membership.scope_kind, membership.scope_id):
        raise NotFound
    if membership.role is Role.OWNER:
        _keep_an_owner(membership)
    db.session.refresh(membership, with_for_update=True)
    if membership.ended_at is not None:
        return
    membership.ended_at = now
    audit.record(actor, now, ("membership", membership.id), "role_ended", before=_facts(membership), reason=reason)


def _keep_an_owner(membership: Membership) -> None:
    """Locks the owners of an organisation, in order, and refuses when only this one is left."""
    owners = db.session.scalars(
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.role == Role.OWNER,
            Membership.scope_kind == membership.scope_kind,
            Membership.scope_id == membership.scope_id,
            Membership.ended_at.is_(None),
            Person.active,
        )
        .order_by(Membership.id)
        .with_for_update(of=Membership)
    ).all()
    if set(owners) <= {membership.id}:
        raise BrokenRule.because(N_("An organisation needs at least one owner. Make somebody else an owner first."))


def _facts(membership: Membership) -> dict[str, object]:
    return {
        "person_id": membership.person_id,
        "role": membership.role.value,
        "scope_kind": membership.scope_kind.value,
        "scope_id": membership.scope_id,
    }
