"""Declaring, clearing and ending conflicts of interest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import exists, select

from dih.accounts.models import Person
from dih.conflicts import rules
from dih.conflicts.models import Conflict
from dih.conflicts.operations.leaving import leave_a_manager
from dih.conflicts.operations.moving import loaded, move, record
from dih.conflicts.queries import facts
from dih.conflicts.queries.bar import standing
from dih.conflicts.vocabulary import DECLARING, ConflictKind, ConflictSource, ConflictStatus
from dih.extensions.database import db
from dih.shared import audit, clock
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.wording import N_


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody says about a relation; `application_id` None stands for all that the organisation applies for."""

    organisation_id: int
    application_id: int | None
    kind: ConflictKind
    note: str
    expires_on: dt.date | None = None


def declare(declaration: Declaration, actor: Actor, now: dt.datetime) -> int:
    """The actor declares a conflict of the own; it bars from this moment on. Returns its id.

    Raises BrokenRule for what is missing, and when the same is declared already.
    """
    if actor.person_id is None or not any(actor.may(permission) for permission in DECLARING):
        raise Forbidden
    return _record_declared(actor.person_id, ConflictSource.DECLARED, "conflict_declared", declaration, actor, now)


def declare_by_applicant(person_id: int, declaration: Declaration, actor: Actor, now: dt.datetime) -> int:
    """The applicant names somebody of the hub or a partner who must not work on its case. Returns the conflict's id.

    The caller has made sure that the application is the actor's. Raises BrokenRule when no manager would be left.
    """
    if actor.organisation_id != declaration.organisation_id or not actor.may(Permission.SUBMIT_APPLICATION):
        raise Forbidden
    if person_id not in facts.staff_ids():
        raise BrokenRule.because(N_("Choose a person from the list."), "person")
    left = facts.managers_left(declaration.organisation_id, clock.day_of(now))
    named = _record_declared(person_id, ConflictSource.APPLICANT, "conflict_named", declaration, actor, now)
    leave_a_manager(left, declaration.organisation_id, now)
    return named


def clear(conflict_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager lifts a conflict with a reason: the person may work on the case again.

    Raises NotFound for the manager's own one, and for a manager in conflict with the same organisation.
    """
    conflict = loaded(conflict_id)
    if conflict.person_id == actor.person_id or _has_own(actor, conflict.organisation_id, now):
        raise NotFound
    move(conflict, "clear", rules.reason_given(reason), actor, now)


def end(conflict_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The person ends a conflict that it declared itself, with a reason. Raises NotFound for any other."""
    conflict = loaded(conflict_id)
    if conflict.person_id != actor.person_id or conflict.source is not ConflictSource.DECLARED:
        raise NotFound
    move(conflict, "end", rules.reason_given(reason), actor, now)


def change_last_day(conflict_id: int, expires_on: dt.date | None, actor: Actor, now: dt.datetime) -> None:
    """The person gives a conflict in force that it declared itself another last day, or none.

    Raises NotFound for any other conflict, Stale once it is over, BrokenRule for a day gone by.
    """
    conflict = loaded(conflict_id)
    if conflict.person_id != actor.person_id or conflict.source is not ConflictSource.DECLARED:
        raise NotFound
    day = clock.day_of(now)
    before = conflict.expires_on
    if conflict.status is not ConflictStatus.STANDING or (before is not None and before < day):
        raise Stale
    rules.check_last_day(expires_on, day)
    conflict.expires_on, conflict.expiry_told_at = expires_on, None
    audit.record(
        actor,
        now,
        ("conflict", conflict.id),
        "conflict_last_day",
        before={"expires_on": before.isoformat() if before else None},
        after={"expires_on": expires_on.isoformat() if expires_on else None},
        application_id=conflict.application_id,
    )


def _record_declared(
    person_id: int, source: ConflictSource, action: str, declaration: Declaration, actor: Actor, now: dt.datetime
) -> int:
    day = clock.day_of(now)
    rules.check_declaration(declaration.kind, declaration.note, declaration.expires_on, day)
    # Whoever gives this person a case locks the person too: neither slips past the other.
    db.session.scalar(select(Person.id).where(Person.id == person_id).with_for_update())
    same = exists().where(
        Conflict.person_id == person_id,
        Conflict.organisation_id == declaration.organisation_id,
        Conflict.application_id.is_(None)
        if declaration.application_id is None
        else Conflict.application_id == declaration.application_id,
        Conflict.kind == declaration.kind,
        Conflict.source == source,
        *standing(day),
    )
    if db.session.scalar(select(same)):
        raise BrokenRule.because(N_("This conflict is declared already and is in force."), "kind")
    conflict = Conflict(
        person_id=person_id,
        organisation_id=declaration.organisation_id,
        application_id=declaration.application_id,
        kind=declaration.kind,
        source=source,
        status=ConflictStatus.STANDING,
        note=declaration.note.strip(),
        declared_at=now,
        declared_by=actor.person_id,
        expires_on=declaration.expires_on,
    )
    db.session.add(conflict)
    db.session.flush()
    record(conflict, action, actor, now)
    return conflict.id


def _has_own(actor: Actor, organisation_id: int, now: dt.datetime) -> bool:
    own = exists().where(
        Conflict.person_id == actor.person_id,
        Conflict.organisation_id == organisation_id,
        *standing(clock.day_of(now)),
    )
    return bool(db.session.scalar(select(own)))
