"""Filing an appeal, giving it to somebody who had no part in the decision, and hearing it. No money moves here."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from dih.accounts.models import Person
from dih.applications import operations as applications
from dih.applications.models import Application
from dih.applications.rules.standing import may_hand_in
from dih.applications.vocabulary import ApplicationStatus
from dih.budget.rules import Hands
from dih.decisions import emails
from dih.decisions.appeals import queries
from dih.decisions.appeals.queries import Against
from dih.decisions.models import Appeal, AppealDocument
from dih.decisions.settings import APPEAL_HEARING_DAYS
from dih.decisions.vocabulary import APPEAL_STATUS_TRANSITIONS, OPEN_APPEALS, AppealStatus
from dih.extensions.database import db
from dih.shared import audit, clock, settings, texts
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.status import take
from dih.shared.transitions import target_of
from dih.shared.wording import N_


def check_may_file(application_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> tuple[Application, Against]:
    """The application, locked, and what is appealed. Asked before files are taken in.

    Raises Forbidden for who may not act for the applicant; BrokenRule when there is nothing to appeal, its day has
    passed, or there was an appeal already.
    """
    application = applications.load(application_uuid, actor, now)
    if not may_hand_in(actor, application.organisation_id, application.entered_by_staff):
        raise Forbidden
    found = queries.appealable(application.id, application.status, application.call_version_id)
    if found is None or found.until is None:
        raise BrokenRule.because(N_("There is no decision here that can be appealed."))
    if clock.day_of(now) > found.until:
        raise BrokenRule.because(N_("The last day to appeal was %(day)s."), day=found.until)
    if queries.appealed(found):
        raise BrokenRule.because(N_("There was an appeal against this decision already. It is below."))
    return application, found


def file(application_uuid: uuid.UUID, reasons: str, file_ids: Collection[int], actor: Actor, now: dt.datetime) -> int:
    """Files an appeal with reasons and stored files; returns its id. Raises what `check_may_file` raises."""
    application, found = check_may_file(application_uuid, actor, now)
    words = texts.needed(reasons, "reasons", N_("Say why the decision should be another one."))
    appeal = Appeal(
        application_id=application.id,
        decision_id=found.decision_id,
        check_id=found.check_id,
        status=AppealStatus.FILED,
        reasons=words,
        filed_at=now,
        filed_by=actor.person_id,
        due_on=clock.day_of(now) + dt.timedelta(days=settings.read(APPEAL_HEARING_DAYS)),
    )
    db.session.add(appeal)
    db.session.flush()
    db.session.add_all(AppealDocument(appeal_id=appeal.id, file_id=file_id) for file_id in file_ids)
    _record(appeal, "file", actor, now, after={"status": AppealStatus.FILED.value})
    able = [person_id for person_id, _ in queries.able_to_hear(application.id, found.by, clock.day_of(now))]
    emails.appeal_filed(application, appeal, now)
    emails.appeal_waits(application, appeal, _people(able), now)
    return appeal.id


def hand_to(application_uuid: uuid.UUID, person_id: int, actor: Actor, now: dt.datetime) -> None:
    """Gives the appeal to a manager who hears it.

    Raises BrokenRule for who took part in the decision, is in conflict of interest, or is no manager.
    """
    application, appeal = _open_one(application_uuid, actor, now)
    found = queries.against(appeal, application.call_version_id)
    able = dict(queries.able_to_hear(application.id, found.by, clock.day_of(now)))
    if person_id not in able:
        raise BrokenRule.because(
            N_("Choose a manager who had no part in the decision and has no conflict of interest."), "person"
        )
    _move(appeal, "hand_to", actor, now, heard_by=person_id)
    emails.appeal_yours(application, appeal, _people([person_id]), now)


def give_back(application_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """Takes the appeal from who was to hear it, so that somebody else may."""
    _application, appeal = _open_one(application_uuid, actor, now)
    _move(appeal, "give_back", actor, now, heard_by=None)


def hear(application_uuid: uuid.UUID, upheld: bool, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Ends the appeal with reasons. Upheld, the decision is set aside and the application waits to be decided again.

    Raises Forbidden for anybody but who was given the appeal; NotFound in a conflict of interest; BrokenRule without
    reasons, for who had a part in the decision, and when another decision took its place meanwhile.
    """
    application, appeal = _open_one(application_uuid, actor, now)
    if appeal.heard_by != actor.person_id:
        raise Forbidden
    found = queries.against(appeal, application.call_version_id)
    if any(Hands(one, None).touch(Hands(actor.person_id, actor.deputy_for)) for one in found.by):
        raise BrokenRule.because(N_("You had a part in this decision. Somebody else hears the appeal."))
    words = texts.needed(reason, "reason", N_("Give the reasons: the applicant reads them."))
    if upheld:
        _set_aside(application, found, words, actor, now)
    _move(appeal, "uphold" if upheld else "dismiss", actor, now, reason=words, outcome_reason=words, ended_at=now)
    emails.appeal_heard(application, appeal, upheld, words, now)


def withdraw(application_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """The applicant takes the appeal back; the decision stands."""
    application = applications.load(application_uuid, actor, now)
    if not may_hand_in(actor, application.organisation_id, application.entered_by_staff):
        raise Forbidden
    _move(_open_appeal(application), "withdraw", actor, now, ended_at=now)


def _set_aside(application: Application, found: Against, reason: str, actor: Actor, now: dt.datetime) -> None:
    if application.status is not found.status:
        raise BrokenRule.because(
            N_("The application was decided again meanwhile. Dismiss the appeal and say so in the reasons.")
        )
    if found.status is ApplicationStatus.INELIGIBLE:
        action = "look_again"
    else:
        reviewed = applications.call_of(application).content.reviews_per_application
        action = "set_aside_reviewed" if reviewed else "set_aside"
    applications.move(application, action, actor, now, reason=reason)


def _open_one(application_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> tuple[Application, Appeal]:
    if not actor.may(Permission.DECIDE):
        raise Forbidden
    application = applications.load(application_uuid, actor, now)
    return application, _open_appeal(application)


def _open_appeal(application: Application) -> Appeal:
    """The open appeal of a locked application. Raises NotFound without any appeal, Stale when it has ended."""
    appeal = db.session.scalar(
        select(Appeal).where(Appeal.application_id == application.id).order_by(Appeal.id.desc()).limit(1)
    )
    if appeal is None:
        raise NotFound
    if appeal.status not in OPEN_APPEALS:
        raise Stale
    return appeal


def _move(appeal: Appeal, action: str, actor: Actor, now: dt.datetime, reason: str = "", **values: Any) -> None:
    source = appeal.status
    target = AppealStatus(target_of(APPEAL_STATUS_TRANSITIONS, action, source, actor))
    take(Appeal, appeal.id, source, target, **values)
    changed = {"before": {"status": source.value}, "after": {"status": target.value}}
    _record(appeal, action, actor, now, reason=reason, **changed)


def _record(appeal: Appeal, action: str, actor: Actor, now: dt.datetime, **more: Any) -> None:
    audit.record(actor, now, ("appeal", appeal.id), f"appeal_{action}", application_id=appeal.application_id, **more)


def _people(ids: Collection[int]) -> list[Person]:
    return list(db.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)))
