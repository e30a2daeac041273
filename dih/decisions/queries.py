"""The meeting's list: who waits for a decision in a call, in the call's order, and where the money ends."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, func, select
from sqlalchemy.orm import aliased

from dih.accounts.models import Person
from dih.applications.models import Application, RequestedService
from dih.applications.vocabulary import ApplicationStatus
from dih.budget import queries as budget
from dih.budget.rules import Line, second_needed
from dih.budget.settings import FOUR_EYES_EURO
from dih.calls.models import Call, CallVersion
from dih.calls.vocabulary import CallMethod
from dih.conflicts.queries import in_conflict
from dih.decisions import rules
from dih.decisions.models import Decision, FirstApproval
from dih.decisions.vocabulary import Outcome
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.reviews import queries as reviews
from dih.shared import settings
from dih.shared.access import Actor

TO_DECIDE = (ApplicationStatus.PLACED, ApplicationStatus.IN_REVIEW, ApplicationStatus.WAITING_LIST)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One application that waits for a decision; `by_line` are envelope cents by line id.

    `takes_two`: an approval needs two managers; `first_by` names who gave the first, `first_mine`: it was the actor.
    """

    id: int
    uuid: uuid.UUID
    reference: str | None
    title: str
    organisation: str
    partner: str
    status: ApplicationStatus
    submitted_at: dt.datetime | None
    requested_cents: int
    first_by: str | None
    first_mine: bool
    by_line: Mapping[int, int]
    reached: bool
    takes_two: bool

    @property
    def envelope_cents(self) -> int:
        return sum(self.by_line.values())


@dataclass(frozen=True, slots=True)
class Meeting:
    """The list of one call with the lines that pay for it, as they stand now."""

    call_code: str
    call_title: Mapping[str, str]
    method: CallMethod
    candidates: Sequence[Candidate]
    lines: Sequence[Line]
    four_eyes_euro: int


@dataclass(frozen=True, slots=True)
class CallToDecide:
    """A call with how many applications wait for a decision."""

    code: str
    title: Mapping[str, str]
    method: CallMethod
    waiting: int


def calls_to_decide() -> Sequence[CallToDecide]:
    """Calls in which somebody waits for a decision, by code."""
    rows = db.session.execute(
        select(Call.code, CallVersion.title, CallVersion.method, func.count(Application.id))
        .join(CallVersion, CallVersion.id == Call.current_version_id)
        .join(Application, Application.call_id == Call.id)
        .where(Application.status.in_(TO_DECIDE))
        .group_by(Call.id, CallVersion.id)
        .order_by(Call.code)
    )
    return [CallToDecide(*row) for row in rows]


def meeting(call_code: str, actor: Actor, today: dt.date) -> Meeting | None:
    """The meeting's list of a call, without the cases in which the actor has a conflict; None for an unknown call.

    A ranked call is listed by its ranking, with what is not in it after, and any other in order of arrival.
    """
    call = db.session.execute(
        select(Call.id, CallVersion.title, CallVersion.method)
        .join(CallVersion, CallVersion.id == Call.current_version_id)
        .where(Call.code == call_code)
    ).one_or_none()
    if call is None:
        return None
    rows = db.session.execute(
        select(
            Application.id,
            Application.uuid,
            Application.reference,
            Application.title,
            Organisation.name,
            Partner.short_name,
            Application.status,
            Application.submitted_at,
            Application.requested_cents,
            Person.name,
            func.coalesce(FirstApproval.given_by == actor.person_id, false()),
        )
        .outerjoin(FirstApproval, first_waits(Application))
        .outerjoin(Person, Person.id == FirstApproval.given_by)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Partner, Partner.id == Application.partner_id)
        .where(
            Application.call_id == call.id,
            Application.status.in_(TO_DECIDE),
            ~in_conflict(actor.person_id, today, Application.id, Application.organisation_id),
        )
        .order_by(Application.submitted_at, Application.id)
    ).all()
    asked = _asked(call.id)
    is_ranked = call.method is CallMethod.RANKED
    ranked = reviews.ranking(call_code, actor, today, TO_DECIDE).places if is_ranked else ()
    place = {one.application_id: index for index, one in enumerate(ranked)}
    ordered = sorted(rows, key=lambda row: place.get(row.id, len(place)))
    lines = budget.lines()
    used = {line for row in rows for line in asked[row.id]}
    free = {line.id: line.free_cents for line in lines}
    reached = rules.money_line([rules.Asked(row.id, asked[row.id]) for row in ordered], free)
    above = settings.read(FOUR_EYES_EURO)
    candidates = [
        Candidate(*row, asked[row.id], row.id in reached, second_needed(sum(asked[row.id].values()), above))
        for row in ordered
    ]
    paying = [line for line in lines if line.id in used]
    return Meeting(call_code, call.title, call.method, candidates, paying, above)


def first_waits(application: type[Application]) -> ColumnElement[bool]:
    """Joins the first approval that waits for a second, if it still is about the application as it stands."""
    return and_(
        FirstApproval.application_id == application.id,
        FirstApproval.ended_at.is_(None),
        FirstApproval.moves == application.moves,
    )


def waits_for_second(actor: Actor) -> ColumnElement[bool]:
    """Which applications wait for the actor's second approval: another manager gave the first."""
    return exists().where(first_waits(Application), FirstApproval.given_by != actor.person_id)


def _asked(call_id: int) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for application_id, line_id, cents in db.session.execute(
        select(RequestedService.application_id, RequestedService.line_id, func.sum(RequestedService.envelope_cents))
        .join(Application, Application.id == RequestedService.application_id)
        .where(
            Application.call_id == call_id,
            Application.status.in_(TO_DECIDE),
            RequestedService.line_id.is_not(None),
        )
        .group_by(RequestedService.application_id, RequestedService.line_id)
    ):
        found[application_id][line_id or 0] = int(cents)
    return found


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision as the case page shows it; `amount_cents` is what was reserved, `first_by` the first of two."""

    outcome: Outcome
    reason: str
    decided_at: dt.datetime
    decided_by: str
    amount_cents: int
    first_by: str | None


def decisions_on(application_id: int) -> Sequence[Decided]:
    """All decisions on an application, the last one first."""
    first = aliased(Person)
    rows = db.session.execute(
        select(
            Decision.outcome,
            Decision.reason,
            Decision.decided_at,
            func.coalesce(Person.name, ""),
            Decision.amount_cents,
            first.name,
        )
        .outerjoin(Person, Person.id == Decision.decided_by)
        .outerjoin(first, first.id == Decision.first_by)
        .where(Decision.application_id == application_id)
        .order_by(Decision.id.desc())
    )
    return [Decided(*row) for row in rows]
