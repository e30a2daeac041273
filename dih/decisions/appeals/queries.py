"""Reads of appeals: what may be appealed and until when, who may hear it, and what its page and the desks show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from dih.accounts.models import Membership, Person
from dih.applications import queries as applications
from dih.applications.models import Application, EligibilityCheck
from dih.applications.queries import Case
from dih.applications.rules.standing import may_hand_in
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.conflicts.queries import in_conflict
from dih.decisions.models import Appeal, AppealDocument, Decision, DecisionVoice
from dih.decisions.vocabulary import APPEAL_STATUS_TRANSITIONS, OPEN_APPEALS, AppealStatus, Outcome, Voice
from dih.documents import queries as documents
from dih.documents.queries import FileView
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import Review
from dih.reviews.vocabulary import HANDED_IN
from dih.shared import clock, paging
from dih.shared.access import Actor, Permission, Role
from dih.shared.models import AuditRecord
from dih.shared.paging import FRONT, Page, Place
from dih.shared.transitions import open_actions

BY_OUTCOME = {
    ApplicationStatus.REJECTED: Outcome.REJECTED,
    ApplicationStatus.WAITING_LIST: Outcome.WAITING_LIST,
}
"""Which decision left an application in a state that may be appealed; a finding of not eligible is the third."""


@dataclass(frozen=True, slots=True)
class Against:
    """What an appeal is about: a decision or an eligibility check, when it was taken, why, until when, and by whom."""

    decision_id: int | None
    check_id: int | None
    status: ApplicationStatus
    decided_at: dt.datetime
    reason: str
    until: dt.date | None
    by: frozenset[int]


@dataclass(frozen=True, slots=True)
class Seen:
    """An appeal as its page shows it. `mine`: the actor is to hear it; `actions` are what the actor may do now."""

    id: int
    status: AppealStatus
    reasons: str
    filed_at: dt.datetime
    due_on: dt.date
    heard_by: str
    outcome_reason: str
    ended_at: dt.datetime | None
    against: Against | None
    documents: Sequence[tuple[int, FileView]]
    actions: Sequence[str]


@dataclass(frozen=True, slots=True)
class AppealPage:
    """All appeals of a case, the newest first, and what may be appealed now (`against` None: nothing)."""

    case: Case
    appeals: Sequence[Seen]
    against: Against | None
    may_file: bool
    hearers: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """An appeal in the list."""

    id: int
    application_uuid: UUID
    reference: str
    organisation: str
    status: AppealStatus
    filed_at: dt.datetime
    due_on: dt.date
    heard_by: str | None


def appealable(application_id: int, status: ApplicationStatus, call_version_id: int) -> Against | None:
    """What the applicant may appeal as the application stands, in time or not; None where there is nothing."""
    if status is ApplicationStatus.INELIGIBLE:
        check = db.session.scalar(
            select(EligibilityCheck)
            .where(EligibilityCheck.application_id == application_id)
            .order_by(EligibilityCheck.id.desc())
            .limit(1)
        )
        return _against_check(check, call_version_id) if check is not None and not check.eligible else None
    decision = db.session.scalar(
        select(Decision).where(Decision.application_id == application_id).order_by(Decision.id.desc()).limit(1)
    )
    if decision is None or decision.outcome is not BY_OUTCOME.get(status):
        return None
    return _against_decision(decision, status)


def against(appeal: Appeal, call_version_id: int) -> Against:
    """What an appeal is about."""
    if appeal.decision_id is None:
        return _against_check(db.session.get_one(EligibilityCheck, appeal.check_id), call_version_id)
    decision = db.session.get_one(Decision, appeal.decision_id)
    status = next(state for state, outcome in BY_OUTCOME.items() if outcome is decision.outcome)
    return _against_decision(decision, status)


def appealed(found: Against) -> bool:
    """Whether there was an appeal against it before, whatever became of it."""
    column = Appeal.decision_id if found.decision_id else Appeal.check_id
    return bool(db.session.scalar(select(exists().where(column == (found.decision_id or found.check_id)))))


def able_to_hear(application_id: int, barred: Collection[int], day: dt.date) -> list[tuple[int, str]]:
    """Managers, as (person id, name), with no part in the decision and no conflict of interest on `day`."""
    rows = db.session.execute(
        select(Person.id, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Application, Application.id == application_id)
        .where(
            Membership.role == Role.MANAGER,
            Membership.ended_at.is_(None),
            Person.active,
            Person.id.not_in(barred),
            ~in_conflict(Person.id, day, Application.id, Application.organisation_id),
        )
        .distinct()
        .order_by(Person.name, Person.id)
    )
    return [(row.id, row.name) for row in rows]


def page(application_uuid: UUID, actor: Actor, now: dt.datetime) -> AppealPage:
    """The page of a case's appeals. Raises NotFound when the case is out of reach."""
    day = clock.day_of(now)
    case = applications.find(application_uuid, actor, day)
    hearer = aliased(Person)
    rows = db.session.execute(
        select(Appeal, hearer.name)
        .outerjoin(hearer, hearer.id == Appeal.heard_by)
        .where(Appeal.application_id == case.id)
        .order_by(Appeal.id.desc())
    ).all()
    found = appealable(case.id, case.status, case.call_version_id)
    staff = actor.organisation_id is None
    seen = [_seen(row.Appeal, row.name or "", case, actor, staff) for row in rows]
    waits = next((one for one in seen if one.status is AppealStatus.FILED and one.against), None)
    hands = actor.may(Permission.DECIDE) and waits is not None and waits.against is not None
    return AppealPage(
        case,
        seen,
        found,
        _may_file(found, case, actor, day),
        able_to_hear(case.id, waits.against.by, day) if hands and waits and waits.against else (),
    )


def may_file(case: Case, actor: Actor, day: dt.date) -> Against | None:
    """What the actor may appeal on `day`; None where nothing."""
    found = appealable(case.id, case.status, case.call_version_id)
    return found if _may_file(found, case, actor, day) else None


def listed(actor: Actor, day: dt.date, place: Place = FRONT) -> Page[Row]:
    """All appeals but those in which the actor has a conflict, the newest first, a page."""
    hearer = aliased(Person)
    wanted = (
        select(
            Appeal.id,
            Application.uuid,
            Application.reference,
            Organisation.name,
            Appeal.status,
            Appeal.filed_at,
            Appeal.due_on,
            hearer.name,
        )
        .select_from(Appeal)
        .join(Application, Application.id == Appeal.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(hearer, hearer.id == Appeal.heard_by)
        .where(~in_conflict(actor.person_id, day, Application.id, Application.organisation_id))
    )
    return paging.read(wanted, place, Appeal.id, descending=True).each(lambda row: Row(*row))


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """Which appeals wait for the actor: those that the actor is to hear, and those that nobody was given yet."""
    mine = (Appeal.status == AppealStatus.IN_HEARING) & (Appeal.heard_by == actor.person_id)
    return or_(Appeal.status == AppealStatus.FILED, mine)


def document(application_id: int, appeal_document_id: int) -> FileView | None:
    """A file of one of the case's appeals; who may read the case is the caller's business."""
    file_id = db.session.scalar(
        select(AppealDocument.file_id)
        .join(Appeal, Appeal.id == AppealDocument.appeal_id)
        .where(AppealDocument.id == appeal_document_id, Appeal.application_id == application_id)
    )
    return documents.file(file_id) if file_id is not None else None


def _may_file(found: Against | None, case: Case, actor: Actor, day: dt.date) -> bool:
    in_time = found is not None and found.until is not None and day <= found.until and not appealed(found)
    return in_time and may_hand_in(actor, case.organisation_id, case.entered_by_staff)


def _seen(appeal: Appeal, hearer: str, case: Case, actor: Actor, staff: bool) -> Seen:
    actions = open_actions(APPEAL_STATUS_TRANSITIONS, appeal.status, actor)
    if appeal.heard_by != actor.person_id:
        actions = [action for action in actions if action not in ("uphold", "dismiss")]
    if not may_hand_in(actor, case.organisation_id, case.entered_by_staff):
        actions = [action for action in actions if action != "withdraw"]
    rows = db.session.execute(
        select(AppealDocument.id, AppealDocument.file_id)
        .where(AppealDocument.appeal_id == appeal.id)
        .order_by(AppealDocument.id)
    ).all()
    files = documents.files([row.file_id for row in rows])
    return Seen(
        appeal.id,
        appeal.status,
        appeal.reasons,
        appeal.filed_at,
        appeal.due_on,
        hearer if staff else "",
        appeal.outcome_reason,
        appeal.ended_at,
        against(appeal, case.call_version_id) if appeal.status in OPEN_APPEALS else None,
        [(row.id, files[row.file_id]) for row in rows if row.file_id in files],
        actions,
    )


def _against_check(check: EligibilityCheck, call_version_id: int) -> Against:
    call = calls.version(call_version_id)
    stood_in_for = db.session.scalar(
        select(AuditRecord.deputy_for).where(
            AuditRecord.application_id == check.application_id,
            AuditRecord.action == "find_ineligible",
            AuditRecord.at == check.checked_at,
        )
    )
    return Against(
        None,
        check.id,
        ApplicationStatus.INELIGIBLE,
        check.checked_at,
        check.reason,
        call.content.days.appeal_until(clock.day_of(check.checked_at)) if call else None,
        frozenset(one for one in (check.checked_by, stood_in_for) if one is not None),
    )


def _against_decision(decision: Decision, status: ApplicationStatus) -> Against:
    took_part = db.session.scalars(
        select(DecisionVoice.person_id).where(
            DecisionVoice.decision_id == decision.id, DecisionVoice.voice != Voice.OUT
        )
    )
    reviewed = db.session.scalars(
        select(Review.reviewer_id).where(Review.application_id == decision.application_id, Review.status.in_(HANDED_IN))
    )
    by = {decision.decided_by, decision.deputy_for, decision.first_by, *took_part, *reviewed}
    return Against(
        decision.id,
        None,
        status,
        decision.decided_at,
        decision.reason,
        decision.appeal_until,
        frozenset(person_id for person_id in by if person_id is not None),
    )
