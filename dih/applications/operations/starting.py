"""A new application."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from dih.applications import queries
from dih.applications.models import Answer, Application
from dih.applications.operations.answering import TITLE, as_title
from dih.applications.rules import tasks
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.calls.queries import CallView
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.shared import audit
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.wording import N_


def start(
    organisation_id: int, call_code: str, actor: Actor, now: dt.datetime, *, asked: Mapping[str, bool] | None = None
) -> uuid.UUID:
    """Begins an application of the organisation to the call and returns its uuid; a draft that is there is taken up.

    `asked` holds answers of the eligibility check by the key of their condition. Answers of the organisation's last
    submitted application fill equal questions. Raises Forbidden for who may not apply for the organisation, NotFound
    for an unknown call or organisation, BrokenRule for a call that is not open.
    """
    for_own = actor.organisation_id == organisation_id and actor.may(Permission.EDIT_APPLICATION)
    if not for_own and not actor.may(Permission.ENTER_FOR_APPLICANT):
        raise Forbidden
    call = calls.current(call_code)
    organisation = db.session.scalar(select(Organisation).where(Organisation.id == organisation_id).with_for_update())
    if call is None or organisation is None:
        raise NotFound
    if not call.is_open(now):
        raise BrokenRule.because(N_("This call does not take applications now. Its dates are on its page."))
    if draft := _draft(organisation_id, call.call_id):
        return draft
    answers = _first_answers(organisation_id, call, asked or {})
    application = Application(
        uuid=uuid.uuid4(),
        organisation_id=organisation_id,
        call_id=call.call_id,
        call_version_id=call.id,
        status=ApplicationStatus.DRAFT,
        status_since=now,
        title=as_title(answers.get(TITLE)),
        target_group=call.target_group,
        county=organisation.county,
        created_at=now,
        created_by=actor.person_id,
        entered_by_staff=not for_own,
    )
    db.session.add(application)
    db.session.flush()
    db.session.add_all(
        Answer(application_id=application.id, key=key, value=value, updated_at=now, updated_by=actor.person_id)
        for key, value in answers.items()
    )
    audit.record(
        actor,
        now,
        ("application", application.id),
        "start",
        after={"status": ApplicationStatus.DRAFT.value, "entered_by_staff": application.entered_by_staff},
        application_id=application.id,
    )
    return application.uuid


def _draft(organisation_id: int, call_id: int) -> uuid.UUID | None:
    return db.session.scalar(
        select(Application.uuid)
        .where(
            Application.organisation_id == organisation_id,
            Application.call_id == call_id,
            Application.status == ApplicationStatus.DRAFT,
        )
        .order_by(Application.id)
        .limit(1)
    )


def _first_answers(organisation_id: int, call: CallView, asked: Mapping[str, bool]) -> dict[str, Any]:
    conditions = {condition.key for condition in tasks.asked_conditions(call.content)}
    given = {tasks.CONDITION + key: value for key, value in asked.items() if tasks.CONDITION + key in conditions}
    earlier = queries.earlier_answers(organisation_id)
    if earlier is None:
        return given
    version = calls.version(earlier[0])
    kinds = {question.key: question.kind for question in version.content.questions} if version else {}
    return {**tasks.prefilled(call.content, earlier[1], kinds), **given}
