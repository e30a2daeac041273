"""What the case page shows of decisions and appeals, by role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.applications.queries import Case
from dih.applications.rules.standing import may_hand_in
from dih.applications.vocabulary import ApplicationStatus
from dih.decisions.appeals import queries as appeals
from dih.decisions.models import Appeal, Decision, Meeting
from dih.decisions.vocabulary import AppealStatus, Outcome
from dih.extensions.database import db
from dih.shared.access import Actor, Permission


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision as the case page shows it; `amount_cents` is what was reserved, `first_by` the first of two.

    `meeting` is the meeting in which it was taken, as (uuid, reference).
    """

    id: int
    outcome: Outcome
    reason: str
    decided_at: dt.datetime
    decided_by: str
    amount_cents: int
    first_by: str | None
    meeting: tuple[UUID, str] | None


@dataclass(frozen=True, slots=True)
class Panel:
    """The decisions on a case, the last one first, and where its last appeal stands.

    `may_appeal_until` is the last day on which the actor may appeal (None: may not); partners read no letters.
    """

    application_uuid: UUID
    decisions: Sequence[Decided]
    reads_letters: bool
    appeal: AppealStatus | None
    may_appeal_until: dt.date | None


def panel(case: Case, actor: Actor, day: dt.date) -> Panel | None:
    """The panel for the actor, in one query, two more for a case found not eligible; None while nothing concerns it."""
    reads = actor.organisation_id is not None or actor.may(Permission.SEE_ALL)
    appeal = select(Appeal.status).where(Appeal.application_id == case.id).order_by(Appeal.id.desc()).limit(1)
    appealed = exists().where(Appeal.decision_id == Decision.id).correlate(Decision)
    first = aliased(Person)
    rows = db.session.execute(
        select(
            Decision.id,
            Decision.outcome,
            Decision.reason,
            Decision.decided_at,
            func.coalesce(Person.name, ""),
            Decision.amount_cents,
            first.name,
            Meeting.uuid,
            Meeting.reference,
            Decision.appeal_until,
            appealed.label("appealed"),
            appeal.scalar_subquery().label("appeal"),
        )
        .select_from(Application)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .outerjoin(Person, Person.id == Decision.decided_by)
        .outerjoin(first, first.id == Decision.first_by)
        .outerjoin(Meeting, Meeting.id == Decision.meeting_id)
        .where(Application.id == case.id)
        .order_by(Decision.id.desc())
    ).all()
    made = [Decided(*row[:7], (row.uuid, row.reference) if row.uuid else None) for row in rows if row.id is not None]
    if not made and not reads:
        return None
    stands = rows[0].appeal if reads else None
    until = _may_appeal_until(case, actor, day, rows[0]) if reads else None
    if not made and stands is None and until is None:
        return None
    return Panel(case.uuid, made, reads, stands, until)


def _may_appeal_until(case: Case, actor: Actor, day: dt.date, last: Any) -> dt.date | None:
    if case.status is ApplicationStatus.INELIGIBLE:
        against = appeals.may_file(case, actor, day)
        return against.until if against else None
    in_time = last.appeal_until is not None and day <= last.appeal_until and not last.appealed
    is_about_it = last.outcome is not None and last.outcome is appeals.BY_OUTCOME.get(case.status)
    is_theirs = may_hand_in(actor, case.organisation_id, case.entered_by_staff)
    return last.appeal_until if in_time and is_about_it and is_theirs else None
