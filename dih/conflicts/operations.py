"""Declaring, finding, clearing and ending conflicts of interest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.dialects import postgresql, sqlite

from dih.accounts.models import Person
from dih.conflicts import rules
from dih.conflicts.models import Conflict
from dih.conflicts.queries import facts
from dih.conflicts.queries.bar import standing
from dih.conflicts.rules import CaseFacts, Found
from dih.conflicts.vocabulary import (
    CONFLICT_STATUS_TRANSITIONS,
    DECLARING,
    FOUND_BY_KINDS,
    ConflictKind,
    ConflictSource,
    ConflictStatus,
    FoundBy,
)
from dih.extensions.database import db
from dih.shared import audit, clock
from dih.shared.access import SYSTEM, Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.status import take
from dih.shared.transitions import target_of
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

    The caller has made sure that the application is the actor's.
    """
    if actor.organisation_id != declaration.organisation_id or not actor.may(Permission.SUBMIT_APPLICATION):
        raise Forbidden
    if person_id not in facts.staff_ids():
        raise BrokenRule.because(N_("Choose a person from the list."), "person")
    return _record_declared(person_id, ConflictSource.APPLICANT, "conflict_named", declaration, actor, now)


def find_for(case: CaseFacts, person_ids: Collection[int], now: dt.datetime) -> None:
    """Records what the platform finds between these people and one application; `case` comes without its domains.

    What was found before is left alone: a cleared conflict stays cleared.
    """
    known = facts.known_found(person_ids, [case.organisation_id])
    people = facts.people_facts(person_ids)
    (whole,) = facts.with_domains([case])
    found = (one for person in people for one in rules.found(whole, person))
    _record_found(rules.not_found_yet(found, known), now)


def find_among_staff(now: dt.datetime) -> int:
    """Records each conflict between staff and an organisation that the platform finds; returns how many were new."""
    staff = facts.people_facts(facts.staff_ids())
    cases = facts.with_domains(
        [CaseFacts(None, organisation_id, None) for organisation_id in facts.organisations_of_staff(staff)]
    )
    known = facts.known_found([person.person_id for person in staff], [case.organisation_id for case in cases])
    found = (one for case in cases for person in staff for one in rules.found(case, person))
    return _record_found(rules.not_found_yet(found, known), now)


def record_same_partner(pairs: Iterable[tuple[int, int, int]], now: dt.datetime) -> int:
    """Records that reviewers work for the partner that delivers, each as (person, organisation, application).

    One that had ended because another partner delivered stands again; a cleared one stays cleared.
    """
    new = 0
    for person_id, organisation_id, application_id in sorted(pairs):
        ended = db.session.scalar(
            select(Conflict).where(
                Conflict.person_id == person_id,
                Conflict.application_id == application_id,
                Conflict.found_by == FoundBy.SAME_PARTNER,
                Conflict.status == ConflictStatus.ENDED,
            )
        )
        if ended is not None:
            _move(ended, "find_again", "", SYSTEM, now)
            new += 1
        else:
            new += _record_found([Found(person_id, organisation_id, application_id, FoundBy.SAME_PARTNER)], now)
    return new


def end_same_partner(conflict_ids: Iterable[int], now: dt.datetime) -> None:
    """Ends found conflicts of reviewers whose partner does not deliver any more."""
    for conflict_id in conflict_ids:
        _move(_loaded(conflict_id), "end", "", SYSTEM, now)


def clear(conflict_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager lifts a conflict with a reason: the person may work on the case again.

    Raises NotFound for the manager's own one, and for a manager in conflict with the same organisation.
    """
    conflict = _loaded(conflict_id)
    if conflict.person_id == actor.person_id or _has_own(actor, conflict.organisation_id, now):
        raise NotFound
    _move(conflict, "clear", rules.reason_given(reason), actor, now)


def end(conflict_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The person ends a conflict that it declared itself, with a reason. Raises NotFound for any other."""
    conflict = _loaded(conflict_id)
    if conflict.person_id != actor.person_id or conflict.source is not ConflictSource.DECLARED:
        raise NotFound
    _move(conflict, "end", rules.reason_given(reason), actor, now)


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
    _audit(conflict, action, actor, now)
    return conflict.id


def _record_found(found: Iterable[Found], now: dt.datetime) -> int:
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    new = 0
    for one in found:
        conflict_id = db.session.scalar(
            dialect.insert(Conflict)
            .values(
                person_id=one.person_id,
                organisation_id=one.organisation_id,
                application_id=one.application_id,
                kind=FOUND_BY_KINDS[one.found_by],
                source=ConflictSource.FOUND,
                found_by=one.found_by,
                status=ConflictStatus.STANDING,
                note="",
                declared_at=now,
                closed_reason="",
            )
            .on_conflict_do_nothing()
            .returning(Conflict.id)
        )
        if conflict_id is not None:
            _audit(_loaded(conflict_id), "conflict_found", SYSTEM, now)
            new += 1
    return new


def _move(conflict: Conflict, action: str, reason: str, actor: Actor, now: dt.datetime) -> None:
    source = conflict.status
    target = ConflictStatus(target_of(CONFLICT_STATUS_TRANSITIONS, action, source, actor))
    standing_again = target is ConflictStatus.STANDING
    take(
        Conflict,
        conflict.id,
        source,
        target,
        closed_by=None if standing_again else actor.person_id,
        closed_at=None if standing_again else now,
        closed_reason=reason,
    )
    audit.record(
        actor,
        now,
        ("conflict", conflict.id),
        f"conflict_{action}",
        before={"status": source.value},
        after={"status": target.value},
        reason=reason,
        application_id=conflict.application_id,
    )


def _audit(conflict: Conflict, action: str, actor: Actor, now: dt.datetime) -> None:
    audit.record(
        actor,
        now,
        ("conflict", conflict.id),
        action,
        after={
            "status": conflict.status.value,
            "person_id": conflict.person_id,
            "organisation_id": conflict.organisation_id,
            "kind": conflict.kind.value,
        },
        application_id=conflict.application_id,
    )


def _has_own(actor: Actor, organisation_id: int, now: dt.datetime) -> bool:
    own = exists().where(
        Conflict.person_id == actor.person_id,
        Conflict.organisation_id == organisation_id,
        *standing(clock.day_of(now)),
    )
    return bool(db.session.scalar(select(own)))


def _loaded(conflict_id: int) -> Conflict:
    conflict = db.session.scalar(
        select(Conflict).where(Conflict.id == conflict_id).with_for_update().execution_options(populate_existing=True)
    )
    if conflict is None:
        raise NotFound
    return conflict
