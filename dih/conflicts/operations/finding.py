"""What the platform finds: recorded once, ended when it does not hold any more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from dih.conflicts import rules
from dih.conflicts.models import Conflict
from dih.conflicts.operations.moving import loaded, move, record
from dih.conflicts.queries import facts
from dih.conflicts.rules import CaseFacts, Found
from dih.conflicts.vocabulary import FOUND_BY_KINDS, ConflictSource, ConflictStatus, FoundBy
from dih.extensions.database import db
from dih.shared.access import SYSTEM


def find_for(case: CaseFacts, person_ids: Collection[int], now: dt.datetime) -> None:
    """Records what the platform finds between these people and one application; `case` comes without its domains.

    What was found before is left alone: a cleared conflict stays cleared.
    """
    known = facts.known_found(person_ids, [case.organisation_id])
    people = facts.people_facts(person_ids)
    (whole,) = facts.with_domains([case])
    found = (one for person in people for one in rules.found(whole, person))
    record_found(rules.not_found_yet(found, known), now)


def find_among_staff(now: dt.datetime) -> int:
    """Records each conflict between staff and an organisation that the platform finds; returns how many were new.

    Who joins an institution that an applicant named is found with that application.
    """
    staff = facts.people_facts(facts.staff_ids())
    cases = facts.with_domains(
        [CaseFacts(None, organisation_id, None) for organisation_id in facts.organisations_of_staff(staff)]
        + facts.cases_with_names()
    )
    known = facts.known_found([person.person_id for person in staff], [case.organisation_id for case in cases])
    found = (one for case in cases for person in staff for one in rules.found(case, person))
    return record_found(rules.not_found_yet(found, known), now)


def record_same_partner(pairs: Iterable[tuple[int, int, int]], now: dt.datetime) -> int:
    """Records that reviewers work for a partner that delivers, each as (person, organisation, application).

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
            move(ended, "find_again", "", SYSTEM, now)
            new += 1
        else:
            new += record_found([Found(person_id, organisation_id, application_id, FoundBy.SAME_PARTNER)], now)
    return new


def end_same_partner(conflict_ids: Iterable[int], now: dt.datetime) -> None:
    """Ends found conflicts of reviewers whose partner does not deliver any more."""
    for conflict_id in conflict_ids:
        move(loaded(conflict_id), "end", "", SYSTEM, now)


def record_found(found: Iterable[Found], now: dt.datetime) -> int:
    """Records each conflict unless it was found before; returns how many were new."""
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
            record(loaded(conflict_id), "conflict_found", SYSTEM, now)
            new += 1
    return new
