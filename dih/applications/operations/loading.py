"""The application that an operation is about: locked, within the actor's reach, and what may be changed in it now."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select

from dih.applications.models import Application, Clarification
from dih.applications.queries.cases import open_to
from dih.applications.rules import standing
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.calls.queries import CallView
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.wording import N_


def load(application_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> Application:
    """The application, locked until the commit. Raises NotFound when it does not exist or is out of reach."""
    reach = open_to(actor, clock.day_of(now))
    return _one(select(Application).where(Application.uuid == application_uuid, reach))


def load_for_staff(application_id: int, actor: Actor, now: dt.datetime) -> Application:
    """The same by its id, for who works on it for the hub. Raises NotFound also in a conflict of interest."""
    reach = open_to(actor, clock.day_of(now))
    return _one(select(Application).where(Application.id == application_id, reach))


def load_to_fill(application_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> tuple[Application, CallView]:
    """The application with its call, for who fills it in.

    Raises Forbidden for who may only read, BrokenRule when it is over or the call's last moment has passed.
    """
    application = load(application_uuid, actor, now)
    if not standing.may_write(actor, application.organisation_id, application.entered_by_staff):
        raise Forbidden
    standing.check_going_on(application.status)
    call = call_of(application)
    if application.status is ApplicationStatus.DRAFT:
        check_in_time(call, now)
    return application, call


def open_fields(application: Application) -> frozenset[str] | None:
    """The fields that may be changed now: None for all of them, else those that open clarifications name."""
    if application.status is ApplicationStatus.DRAFT:
        return None
    named = db.session.scalars(
        select(Clarification.fields).where(
            Clarification.application_id == application.id,
            Clarification.answered_at.is_(None),
            Clarification.withdrawn_at.is_(None),
        )
    )
    return standing.unlocked(application.status, named.all())


def call_of(application: Application) -> CallView:
    """The version of the call under which the application was begun."""
    call = calls.version(application.call_version_id)
    if call is None:
        raise NotFound
    return call


def check_in_time(call: CallView, now: dt.datetime) -> None:
    """Raises BrokenRule once the call, its grace included, is over. The dates are those of the version in force."""
    in_force = calls.in_force(call)
    if not in_force.takes_submissions(now):
        raise BrokenRule.because(
            N_("This call closed on %(day)s. Nothing can be changed or submitted any more."),
            day=clock.day_of(min(in_force.closes_at, now)),
        )


def _one(wanted: object) -> Application:
    application = db.session.scalar(wanted.with_for_update(of=Application))  # type: ignore[attr-defined]
    if application is None:
        raise NotFound
    return application
