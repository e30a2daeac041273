"""Making people known, naming what they act for, closing and opening their accounts."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dih.accounts import rules
from dih.accounts.models import Membership, Person, Scope
from dih.accounts.operations.roles import keep_one
from dih.extensions.database import db
from dih.shared import audit
from dih.shared.access import Actor, Permission, Role, ScopeKind
from dih.shared.errors import BrokenRule, Forbidden, NotFound
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
    db.session.flush()


def deactivate(person_id: int, actor: Actor, now: dt.datetime, reason: str = "") -> None:
    """Closes an account at once; its roles stay, so that it can be opened again. Twice is once.

    Whether open work is handed over is checked by the caller, which sees the rooms above. Raises Forbidden for others
    than administrators, BrokenRule for the own account or the last administrator.
    """
    if not actor.may(Permission.MANAGE_PEOPLE):
        raise Forbidden
    administers = db.session.scalar(
        select(Membership).where(
            Membership.person_id == person_id, Membership.role == Role.ADMINISTRATOR, Membership.ended_at.is_(None)
        )
    )
    if administers is not None:
        keep_one(administers)
    person = _managed(person_id, actor)
    if not person.active:
        return
    if person.id == actor.person_id:
        raise BrokenRule.because(N_("You cannot deactivate your own account. Ask another administrator."))
    person.active = False
    person.fs_uniquifier = uuid.uuid4().hex
    audit.record(
        actor,
        now,
        ("person", person.id),
        "deactivated",
        before={"active": True},
        after={"active": False},
        reason=reason,
    )


def activate(person_id: int, actor: Actor, now: dt.datetime) -> None:
    """Opens a closed account again. Twice is once."""
    person = _managed(person_id, actor)
    if person.active:
        return
    person.active = True
    audit.record(actor, now, ("person", person.id), "activated", before={"active": False}, after={"active": True})


def switch_second_step_off(person_id: int, actor: Actor, now: dt.datetime, reason: str) -> None:
    """Lets somebody who lost the phone sign in with the password alone; passkeys that serve as second step go too."""
    person = _managed(person_id, actor)
    person.tf_primary_method = person.tf_totp_secret = person.tf_last_counter = None
    person.mf_recovery_codes = None
    person.webauthn = [passkey for passkey in person.webauthn if passkey.usage != "secondary"]
    audit.record(actor, now, ("person", person.id), "second_step_off", reason=reason)


def _managed(person_id: int, actor: Actor) -> Person:
    if not actor.may(Permission.MANAGE_PEOPLE):
        raise Forbidden
    person = db.session.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if person is None:
        raise NotFound
    return person
