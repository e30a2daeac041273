"""Whose application it is: what an actor reaches, and one application as pages need it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, select, true

from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.calls.models import Call, CallVersion
from dih.calls.rules import phase, takes_submissions
from dih.calls.vocabulary import CallPhase, CallStatus
from dih.conflicts.queries import in_conflict
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.shared.access import Actor, Permission
from dih.shared.errors import NotFound
from dih.taxonomy.vocabulary import TargetGroup


@dataclass(frozen=True, slots=True)
class Case:
    """One application with the name of its organisation and the dates of its call. Money in cents."""

    id: int
    uuid: UUID
    reference: str | None
    status: ApplicationStatus
    status_since: dt.datetime
    title: str
    organisation_id: int
    organisation_uuid: UUID
    organisation_name: str
    call_id: int
    call_version_id: int
    target_group: TargetGroup
    county: str
    requested_cents: int
    partner_id: int | None
    entered_by_staff: bool
    created_at: dt.datetime
    submitted_at: dt.datetime | None
    call_status: CallStatus
    opens_at: dt.datetime
    closes_at: dt.datetime

    def call_is_open(self, now: dt.datetime) -> bool:
        """Whether the call takes new applications at `now`; its dates are those of the version in force."""
        return phase(self.call_status, self.opens_at, self.closes_at, now) is CallPhase.OPEN

    def takes_submissions(self, grace_minutes: int, now: dt.datetime) -> bool:
        """Whether a submission at `now` is in time, the call's grace included."""
        return takes_submissions(self.call_status, self.opens_at, self.closes_at, grace_minutes, now)


_ELSEWHERE = {
    "organisation_uuid": Organisation.uuid.label("organisation_uuid"),
    "organisation_name": Organisation.name.label("organisation_name"),
    "call_status": Call.status.label("call_status"),
    "opens_at": CallVersion.opens_at,
    "closes_at": CallVersion.closes_at,
}
_COLUMNS: list[Any] = [
    _ELSEWHERE[field.name] if field.name in _ELSEWHERE else getattr(Application, field.name) for field in fields(Case)
]


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """The WHERE clause of what a role may read.

    People of an organisation reach its own applications; a partner's coordinators and deliverers what was routed to
    them, once submitted; managers and auditors all. Reviewers reach by their assignments: the reviews room asks there.
    """
    if actor.may(Permission.SEE_ALL):
        return true()
    if actor.organisation_id is not None and actor.may(Permission.SEE_OWN_APPLICATIONS):
        return Application.organisation_id == actor.organisation_id
    if actor.partner_id is not None and actor.may(Permission.SEE_ROUTED):
        return (Application.partner_id == actor.partner_id) & (Application.status != ApplicationStatus.DRAFT)
    return false()


def open_to(actor: Actor, today: dt.date) -> ColumnElement[bool]:
    """`within_reach`, without the cases that a conflict of interest closes in every staff role, the auditor's too.

    The applicant's own people keep their own view.
    """
    return within_reach(actor) & ~closed_to(actor, today)


def closed_to(actor: Actor, today: dt.date) -> ColumnElement[bool]:
    """Whether a conflict of interest closes the application of a row to the actor on `today`.

    Lists of money keep such rows, so that they add up, without what tells whose they are.
    """
    if actor.person_id is None or actor.organisation_id is not None:
        return false()
    return in_conflict(actor.person_id, today, Application.id, Application.organisation_id)


def find(application_uuid: UUID, actor: Actor, today: dt.date) -> Case:
    """The application, in one query. Raises NotFound when it does not exist or is not open to the actor."""
    return find_within(application_uuid, open_to(actor, today))


def find_within(application_uuid: UUID, reach: ColumnElement[bool]) -> Case:
    """The same within a reach that the caller says, for the rooms above that have one of their own."""
    row = db.session.execute(
        select(*_COLUMNS)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Application.call_id)
        .join(CallVersion, CallVersion.id == Call.current_version_id)
        .where(Application.uuid == application_uuid, reach)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Case(*row)
