"""Inviting an e-mail address into a role, and accepting it. The mailed link proves who holds the address."""

from __future__ import annotations

import datetime as dt
import secrets

from sqlalchemy import select

from dih.accounts import emails, rules
from dih.accounts.models import Invitation, Membership, Person, Scope
from dih.accounts.operations.people import create_person
from dih.accounts.operations.roles import grant_membership
from dih.extensions.database import db
from dih.shared import audit
from dih.shared.access import ROLE_LABELS, Actor, Role, ScopeKind
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.wording import N_

LIFE = dt.timedelta(days=14)


def invite(
    email: str,
    role: Role,
    scope_kind: ScopeKind,
    scope_id: int,
    actor: Actor,
    now: dt.datetime,
    *,
    language: str = "ro",
    note: str = "",
) -> int:
    """Invites an address into a role and sends the mail; returns the invitation's id. It is valid for 14 days.

    Raises Forbidden when the actor does not look after the scope's people, BrokenRule for no address, a role that
    does not exist there, an address that holds the role already or is invited into it.
    """
    rules.check_manages(actor, scope_kind, scope_id)
    rules.fit_scope(role, scope_kind, scope_id)
    address = rules.email_address(email)
    _not_yet(address, role, scope_kind, scope_id, now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        token_digest=rules.digest(token),
        email=address,
        language=language,
        role=role,
        scope_kind=scope_kind,
        scope_id=scope_id,
        note=note.strip(),
        invited_by=actor.person_id,
        created_at=now,
        expires_at=now + LIFE,
    )
    db.session.add(invitation)
    db.session.flush()
    audit.record(actor, now, ("invitation", invitation.id), "invited", after={"email": address, "role": role.value})
    scope = db.session.get(Scope, (scope_kind, scope_id))
    emails.invitation(
        address,
        language,
        token,
        inviter=actor.name,
        scope=scope.name if scope else "DIH4Society",
        role=ROLE_LABELS[role],
        note=invitation.note,
        until=invitation.expires_at,
        now=now,
    )
    return invitation.id


def _not_yet(address: str, role: Role, scope_kind: ScopeKind, scope_id: int, now: dt.datetime) -> None:
    here = (Membership.role == role, Membership.scope_kind == scope_kind, Membership.scope_id == scope_id)
    member = db.session.scalar(
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.email == address, Membership.ended_at.is_(None), *here)
    )
    if member is not None:
        raise BrokenRule.because(N_("This person already has this role."), "email")
    waiting = db.session.scalar(
        select(Invitation.id).where(
            Invitation.email == address,
            Invitation.role == role,
            Invitation.scope_kind == scope_kind,
            Invitation.scope_id == scope_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now,
        )
    )
    if waiting is not None:
        raise BrokenRule.because(N_("This address is already invited. Withdraw that invitation first."), "email")


def withdraw_invitation(invitation_id: int, actor: Actor, now: dt.datetime) -> None:
    """Makes an open invitation void; one that is settled stays as it is. Raises NotFound outside the actor's reach."""
    invitation = db.session.scalar(select(Invitation).where(Invitation.id == invitation_id).with_for_update())
    if invitation is None or not rules.may_manage(actor, invitation.scope_kind, invitation.scope_id):
        raise NotFound
    if invitation.accepted_at is None and invitation.withdrawn_at is None:
        invitation.withdrawn_at = now
        audit.record(actor, now, ("invitation", invitation.id), "withdrawn")


def accept_invitation(token: str, person_id: int, now: dt.datetime) -> int:
    """Gives the invited role to a person and returns the membership's id.

    Raises BrokenRule when the invitation is no longer open or was sent to another address than the person's.
    """
    invitation = _open(token, now)
    person = db.session.get_one(Person, person_id)
    if person.email != invitation.email:
        raise BrokenRule.because(
            N_("This invitation was sent to %(email)s. Sign in with that address."), email=invitation.email
        )
    return _settle(invitation, person, now)


def accept_as_new(
    token: str, name: str, password_hash: str, language: str, terms_version: str, now: dt.datetime
) -> tuple[int, int]:
    """Makes an account for the invited address, confirmed by the mailed link, and gives it the role.

    `language` is the one in which the person read the page.

    Returns the ids of person and membership. An account that was never confirmed is taken over. Raises BrokenRule
    when the invitation is no longer open or the address has a confirmed account.
    """
    invitation = _open(token, now)
    person = db.session.scalar(select(Person).where(Person.email == invitation.email).with_for_update())
    if person is not None and person.confirmed_at is not None:
        raise BrokenRule.because(N_("This address already has an account. Sign in and open the link again."))
    if person is None:
        person_id = create_person(
            name,
            invitation.email,
            None,
            now,
            language=language,
            password_hash=password_hash,
            terms_version=terms_version,
            confirmed=True,
        )
        person = db.session.get_one(Person, person_id)
    else:
        person.name, person.password, person.fs_uniquifier = name.strip(), password_hash, secrets.token_hex(16)
        person.confirmed_at = person.terms_accepted_at = now
        person.terms_version, person.language = terms_version, language
        by = rules.as_guest(person.id, person.name)
        audit.record(by, now, ("person", person.id), "email_confirmed", after={"email": person.email})
    return person.id, _settle(invitation, person, now)


def _open(token: str, now: dt.datetime) -> Invitation:
    invitation = db.session.scalar(
        select(Invitation).where(Invitation.token_digest == rules.digest(token)).with_for_update()
    )
    if invitation is None:
        raise BrokenRule.because(N_("This link is not complete. Open it from the mail, or ask for a new one."))
    rules.check_invitation_open(invitation.accepted_at, invitation.withdrawn_at, invitation.expires_at, now)
    return invitation


def _settle(invitation: Invitation, person: Person, now: dt.datetime) -> int:
    invitation.accepted_at = now
    return grant_membership(
        person.id,
        invitation.role,
        invitation.scope_kind,
        invitation.scope_id,
        rules.as_guest(person.id, person.name),
        now,
    )
