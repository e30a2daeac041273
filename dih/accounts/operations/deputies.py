"""A colleague who acts in somebody's role from one day to another."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from dih.accounts import emails, queries, rules
from dih.accounts.models import Deputy, Membership, Person
from dih.extensions.database import db
from dih.shared import audit, clock
from dih.shared.access import ROLE_LABELS, Actor
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.wording import N_


def appoint_deputy(
    membership_id: int, person_id: int, starts_on: dt.date, ends_on: dt.date, actor: Actor, now: dt.datetime
) -> int:
    """Lets a colleague act in a membership from one day to another, both included; returns the deputy's id.

    The holder may appoint one, and whoever looks after the scope's people. Raises NotFound for others, BrokenRule for
    impossible days or somebody who has no role of the own in the same place.
    """
    membership = _of(membership_id, actor)
    rules.check_deputy_days(starts_on, ends_on, clock.day_of(now))
    if membership.person_id == person_id:
        raise BrokenRule.because(N_("Choose a colleague."), "person")
    if not _is_colleague(membership, person_id):
        raise BrokenRule.because(N_("Choose a colleague who has a role in the same place."), "person")
    deputy = Deputy(
        membership_id=membership.id, person_id=person_id, starts_on=starts_on, ends_on=ends_on, created_at=now
    )
    db.session.add(deputy)
    db.session.flush()
    audit.record(actor, now, ("membership", membership.id), "deputy_appointed", after=_facts(deputy))
    _tell(deputy, membership, now)
    return deputy.id


def end_deputy(deputy_id: int, actor: Actor, now: dt.datetime) -> None:
    """Ends a deputy's time at once. Twice is once. Raises NotFound outside the actor's reach."""
    deputy = db.session.scalar(select(Deputy).where(Deputy.id == deputy_id).with_for_update())
    if deputy is None:
        raise NotFound
    membership = _of(deputy.membership_id, actor)
    if deputy.ended_at is None:
        deputy.ended_at = now
        audit.record(actor, now, ("membership", membership.id), "deputy_ended", before=_facts(deputy))


def _tell(deputy: Deputy, membership: Membership, now: dt.datetime) -> None:
    colleague, holder = (db.session.get_one(Person, one) for one in (deputy.person_id, membership.person_id))
    emails.deputy_appointed(
        (colleague.email, colleague.language, colleague.name),
        holder=holder.name,
        scope=queries.scope_name(membership.scope_kind, membership.scope_id) or "DIH4Society",
        role=ROLE_LABELS[membership.role],
        starts_on=deputy.starts_on,
        ends_on=deputy.ends_on,
        now=now,
    )


def _of(membership_id: int, actor: Actor) -> Membership:
    """The membership, for its holder acting in person or whoever looks after the scope's people."""
    membership = db.session.get(Membership, membership_id)
    if membership is None or membership.ended_at is not None:
        raise NotFound
    own = membership.person_id == actor.person_id
    if not own and not rules.may_manage(actor, membership.scope_kind, membership.scope_id):
        raise NotFound
    return membership


def _is_colleague(membership: Membership, person_id: int) -> bool:
    return (
        db.session.scalar(
            select(Membership.id)
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.person_id == person_id,
                Membership.scope_kind == membership.scope_kind,
                Membership.scope_id == membership.scope_id,
                Membership.ended_at.is_(None),
                Person.active,
            )
            .limit(1)
        )
        is not None
    )


def _facts(deputy: Deputy) -> dict[str, object]:
    return {
        "person_id": deputy.person_id,
        "starts_on": deputy.starts_on.isoformat(),
        "ends_on": deputy.ends_on.isoformat(),
    }
