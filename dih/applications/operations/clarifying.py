"""Questions from staff: they stop the clocks and unlock only the fields that they name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import select

from dih.accounts.models import Person
from dih.applications import emails, queries
from dih.applications.models import Application, Clarification
from dih.applications.operations.loading import call_of, load_for_staff
from dih.applications.operations.services import ask_anew, exchange
from dih.applications.operations.submitting import declare, keep_version
from dih.applications.queries.cases import open_to
from dih.applications.rules import standing, tasks
from dih.applications.vocabulary import PIPELINE
from dih.calls import eligibility
from dih.extensions.database import db
from dih.shared import audit, clock, texts
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.free_days import free_days
from dih.shared.wording import N_


def ask_clarification(
    application_id: int, question: str, fields: Collection[str], actor: Actor, now: dt.datetime
) -> int:
    """Asks the applicant; `fields` are the questions, documents and declarations unlocked. Returns its id.

    The answer is due after the call's number of working days. Raises BrokenRule for an empty question, an unknown
    field, or an application that is not under way; Forbidden for who does not decide; NotFound.
    """
    if not actor.may(Permission.DECIDE):
        raise Forbidden
    application = load_for_staff(application_id, actor, now)
    call = call_of(application)
    if application.status not in PIPELINE:
        raise BrokenRule.because(N_("Only an application that is under way can be clarified."))
    named = standing.clarifiable(fields, clarifiable_fields(application))
    clarification = Clarification(
        application_id=application.id,
        question=texts.needed(question, "question", N_("Write what the applicant should explain.")),
        fields=named,
        asked_at=now,
        asked_by=actor.person_id,
        due_on=clock.add_working_days(clock.day_of(now), call.content.days.clarification_working_days, free_days()),
    )
    db.session.add(clarification)
    db.session.flush()
    _record(clarification, "ask_clarification", actor, now, question=clarification.question, fields=named)
    emails.clarification_asked(application, clarification, now)
    return clarification.id


def answer_clarification(
    clarification_id: int,
    text: str,
    actor: Actor,
    now: dt.datetime,
    declared: Collection[str] = (),
    services: tuple[Collection[int], Collection[int]] = ((), ()),
) -> None:
    """Answers for the applicant and keeps the changed application as a new version; its place in the queue stays.

    `declared` are the keys of the declarations made, of those that are named; an owner makes them, as at submission.
    `services` are the ids ticked and those that the page showed as chosen, where the services are named: others are
    priced, the rules asked and a partner asked anew. Raises BrokenRule for an empty answer or a named field that is
    not in order; Stale when it is closed already.
    """
    application, clarification = _open_one(clarification_id, actor, now)
    if not standing.may_write(actor, application.organisation_id, application.entered_by_staff):
        raise Forbidden
    answer = texts.needed(text, "answer", N_("Write your answer."))
    if asked := [key.removeprefix(tasks.DECLARATION) for key in clarification.fields if _is_declaration(key)]:
        if not standing.may_hand_in(actor, application.organisation_id, application.entered_by_staff):
            raise BrokenRule.because(N_("An owner of the organisation makes the declarations and sends this answer."))
        declare(application, asked, declared, actor, now)
    call = call_of(application)
    before = exchange(application, call, *services) if tasks.CHOICE in clarification.fields else []
    whole = queries.contents_of(application, clock.day_of(now))
    named = {tasks.SERVICES if field == tasks.CHOICE else field for field in clarification.fields}
    if problems := [problem for problem in tasks.missing(call.content, whole.draft) if problem.field in named]:
        raise BrokenRule(*problems)
    if before:
        ask_anew(application, before, eligibility.money_rule(call.content, whole.facts), actor, now)
    clarification.answer = answer
    clarification.answered_at, clarification.answered_by = now, actor.person_id
    if clarification.fields:
        # What the first of two managers approved is no longer what is here.
        application.moves += 1
        keep_version(application, whole, actor, now, clarification.id)
    _record(clarification, "answer_clarification", actor, now, answer=answer)
    if asker := db.session.get(Person, clarification.asked_by):
        emails.clarification_answered(application, clarification, asker, now)


def withdraw_clarification(clarification_id: int, actor: Actor, now: dt.datetime) -> None:
    """Takes a question back: clocks run on, its fields are locked again. Raises Stale when it is closed already."""
    if not actor.may(Permission.DECIDE):
        raise Forbidden
    application, clarification = _open_one(clarification_id, actor, now)
    load_for_staff(application.id, actor, now)
    clarification.withdrawn_at = now
    _record(clarification, "withdraw_clarification", actor, now)


def clarifiable_fields(application: Application) -> list[str]:
    """The keys that a clarification may unlock, in the order of the page.

    The services only until the review begins: reviewers judge what they have read.
    """
    content = call_of(application).content
    return [
        *([tasks.CHOICE] if application.status in standing.EXCHANGEABLE else []),
        *tasks.all_asked(content),
        *(document.key for document in content.documents),
        *(tasks.DECLARATION + declaration.key for declaration in content.declarations),
    ]


def _is_declaration(key: str) -> bool:
    return key.startswith(tasks.DECLARATION)


def _open_one(clarification_id: int, actor: Actor, now: dt.datetime) -> tuple[Application, Clarification]:
    application = db.session.scalar(
        select(Application)
        .join(Clarification, Clarification.application_id == Application.id)
        .where(Clarification.id == clarification_id, open_to(actor, clock.day_of(now)))
        .with_for_update(of=Application)
    )
    clarification = db.session.get(Clarification, clarification_id) if application else None
    if application is None or clarification is None:
        raise NotFound
    if clarification.answered_at or clarification.withdrawn_at:
        raise Stale
    return application, clarification


def _record(clarification: Clarification, action: str, actor: Actor, now: dt.datetime, **after: object) -> None:
    audit.record(
        actor,
        now,
        ("clarification", clarification.id),
        action,
        after=after,
        application_id=clarification.application_id,
    )
