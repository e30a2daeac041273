"""Giving and ending roles."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from dih.accounts import rules
from dih.accounts.models import Deputy, Membership, Person
from dih.extensions.database import db
from dih.shared import audit
from dih.shared.access import Actor, Role, ScopeKind
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.wording import N_


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
    """Ends a role: that of others for whoever looks after the scope's people, one's own for everybody. Twice is once.

    What rests on it ends too: its deputies' time and, with the last role in a place, the own time as deputy there.

    Raises NotFound outside the actor's reach, BrokenRule for the last owner of an organisation and the last
    administrator.
    """
    membership = db.session.get(Membership, membership_id)
    if membership is None:
        raise NotFound
    own = membership.person_id == actor.person_id
    if not own and not rules.may_manage(actor, membership.scope_kind, membership.scope_id):
        raise NotFound
    if membership.role in rules.NEVER_NOBODY:
        keep_one(membership)
    db.session.scalar(
        select(Membership)
        .where(Membership.id == membership_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if membership.ended_at is not None:
        return
    membership.ended_at = now
    audit.record(actor, now, ("membership", membership.id), "role_ended", before=_facts(membership), reason=reason)
    _end_deputies(membership, actor, now)


def _end_deputies(membership: Membership, actor: Actor, now: dt.datetime) -> None:
    lent = aliased(Membership)
    here = and_(lent.scope_kind == membership.scope_kind, lent.scope_id == membership.scope_id)
    stays = exists().where(
        Membership.person_id == membership.person_id,
        Membership.scope_kind == membership.scope_kind,
        Membership.scope_id == membership.scope_id,
        Membership.ended_at.is_(None),
    )
    resting = (
        select(Deputy)
        .join(lent, lent.id == Deputy.membership_id)
        .where(
            Deputy.ended_at.is_(None),
            or_(lent.id == membership.id, and_(Deputy.person_id == membership.person_id, here, ~stays)),
        )
        .order_by(Deputy.id)
        .with_for_update(of=Deputy)
    )
    for deputy in db.session.scalars(resting):
        deputy.ended_at = now
        facts = {"person_id": deputy.person_id, "ends_on": deputy.ends_on.isoformat()}
        audit.record(actor, now, ("membership", deputy.membership_id), "deputy_ended", before=facts)


def keep_one(membership: Membership) -> None:
    """Locks the role's memberships in the scope, in order; raises BrokenRule when nobody else active holds one."""
    held = (
        Membership.role == membership.role,
        Membership.scope_kind == membership.scope_kind,
        Membership.scope_id == membership.scope_id,
        Membership.ended_at.is_(None),
    )
    db.session.execute(select(Membership.id).where(*held).order_by(Membership.id).with_for_update())
    # Asked only now: another holder may have been deactivated while this one waited for the lock.
    holders = db.session.scalars(
        select(Membership.person_id).join(Person, Person.id == Membership.person_id).where(*held, Person.active)
    ).all()
    if set(holders) == {membership.person_id}:
        raise BrokenRule.because(rules.NEVER_NOBODY[membership.role])


def _facts(membership: Membership) -> dict[str, object]:
    return {
        "person_id": membership.person_id,
        "role": membership.role.value,
        "scope_kind": membership.scope_kind.value,
        "scope_id": membership.scope_id,
    }
