"""Submitting, reopening, withdrawing, and drafts whose call has closed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy import delete, func, insert, select, update

from dih.applications import emails, queries
from dih.applications.models import Answer, Application, Submission
from dih.applications.operations.loading import call_of, check_in_time, load
from dih.applications.operations.moving import find_lines, move
from dih.applications.operations.services import price
from dih.applications.queries import Contents
from dih.applications.rules import standing, tasks
from dih.applications.rules.snapshot import snapshot
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import eligibility
from dih.calls import queries as calls
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.access import SYSTEM, Actor
from dih.shared.errors import BrokenRule, Forbidden, Stale
from dih.shared.numbers import next_number
from dih.shared.wording import N_


def submit(application_uuid: uuid.UUID, declared: Collection[str], actor: Actor, now: dt.datetime) -> str:
    """Submits the application with the declarations ticked (by their keys) and returns its reference.

    Raises BrokenRule with all that is missing at once, Stale when it is no draft any more, Forbidden for who may not.
    """
    application = _to_hand_in(application_uuid, actor, now)
    if application.status is not ApplicationStatus.DRAFT:
        raise Stale
    call = call_of(application)
    check_in_time(call, now)
    declare(application, [declaration.key for declaration in call.content.declarations], declared, actor, now)
    whole = queries.contents_of(application, clock.day_of(now))
    if problems := tasks.missing(call.content, whole.draft):
        raise BrokenRule(*problems)
    requested = price(application, eligibility.money_rule(call.content, whole.facts))
    find_lines(application)
    reference = application.reference or _new_reference(now)
    move(
        application,
        "submit",
        actor,
        now,
        reference=reference,
        submitted_at=now,
        requested_cents=requested,
        county=whole.facts.county,
    )
    keep_version(application, whole, actor, now)
    emails.submitted(application, call, now)
    return reference


def reopen(application_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """Turns a submission back into a draft; the version submitted is kept, the place in the queue is given up.

    Raises BrokenRule once the call has closed or a partner has taken the case.
    """
    application = _to_hand_in(application_uuid, actor, now)
    call = call_of(application)
    if not standing.may_reopen(application.status, calls.in_force(call).is_open(now)):
        raise BrokenRule.because(
            N_("A submission can be reopened until the call closes or a partner takes the case. This is past.")
        )
    move(application, "reopen", actor, now, submitted_at=None)
    db.session.execute(
        update(Submission)
        .where(Submission.application_id == application.id, Submission.reopened_at.is_(None))
        .values(reopened_at=now)
    )


def withdraw(application_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Ends the application at the applicant's wish; what it asked of the envelope is free for others at once."""
    application = _to_hand_in(application_uuid, actor, now)
    was_submitted = application.reference is not None
    move(application, "withdraw", actor, now, reason=reason.strip())
    if was_submitted:
        emails.withdrawn(application, now)


def expire(application_id: int, now: dt.datetime) -> None:
    """Ends a draft whose call has closed. What is no draft any more is left alone."""
    application = db.session.scalar(
        select(Application)
        .where(Application.id == application_id, Application.status == ApplicationStatus.DRAFT)
        .with_for_update()
    )
    if application is None:
        return
    call = call_of(application)
    if not calls.in_force(call).takes_submissions(now):
        move(application, "expire", SYSTEM, now)
        emails.expired(application, call, now)


def remind(application_id: int, now: dt.datetime) -> None:
    """Tells the applicant, once, that the call of a draft closes soon."""
    application = db.session.scalar(
        select(Application)
        .where(
            Application.id == application_id,
            Application.status == ApplicationStatus.DRAFT,
            Application.reminded_at.is_(None),
        )
        .with_for_update()
    )
    if application is not None:
        application.reminded_at = now
        emails.closing_soon(application, call_of(application), now)


def keep_version(
    application: Application, whole: Contents, actor: Actor, now: dt.datetime, clarification_id: int | None = None
) -> None:
    """Keeps the application as it stands as its next version."""
    last = db.session.scalar(select(func.max(Submission.number)).where(Submission.application_id == application.id))
    services = [
        {"service_id": chosen.service_id, "name": dict(chosen.name), "price_cents": chosen.price_cents}
        for chosen in whole.services
    ]
    documents = [{"id": file.id, "key": file.key, "name": file.name, "sha256": file.sha256} for file in whole.documents]
    db.session.add(
        Submission(
            application_id=application.id,
            number=(last or 0) + 1,
            submitted_at=now,
            submitted_by=actor.person_id,
            clarification_id=clarification_id,
            content=snapshot(whole.answers, services, documents),
        )
    )


def _to_hand_in(application_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> Application:
    application = load(application_uuid, actor, now)
    if not standing.may_hand_in(actor, application.organisation_id, application.entered_by_staff):
        raise Forbidden
    return application


def declare(
    application: Application, keys: Collection[str], declared: Collection[str], actor: Actor, now: dt.datetime
) -> None:
    """Keeps which of the declarations `keys` are made: those in `declared`, the others not."""
    db.session.execute(
        delete(Answer).where(
            Answer.application_id == application.id, Answer.key.in_([tasks.DECLARATION + key for key in keys])
        )
    )
    made = [
        {
            "application_id": application.id,
            "key": tasks.DECLARATION + key,
            "value": True,
            "updated_at": now,
            "updated_by": actor.person_id,
        }
        for key in keys
        if key in declared
    ]
    if made:
        db.session.execute(insert(Answer), made)


def _new_reference(now: dt.datetime) -> str:
    year = clock.day_of(now).year
    return f"DIH-{year}-{next_number('application', year):05d}"
