"""Whose application it is: what an actor reaches, and one application as pages need it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, select, true

from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.shared.access import Actor, Permission
from dih.shared.errors import NotFound
from dih.taxonomy.vocabulary import TargetGroup


@dataclass(frozen=True, slots=True)
class Case:
    """One application with the name of its organisation. Money in cents."""

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


_OF_ORGANISATION = {
    "organisation_uuid": Organisation.uuid.label("organisation_uuid"),
    "organisation_name": Organisation.name.label("organisation_name"),
}
_COLUMNS: list[Any] = [
    _OF_ORGANISATION[field.name] if field.name in _OF_ORGANISATION else getattr(Application, field.name)
    for field in fields(Case)
]


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """The WHERE clause of what an actor may read.

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


def find(application_uuid: UUID, actor: Actor) -> Case:
    """The application, in one query. Raises NotFound when it does not exist or is out of the actor's reach."""
    row = db.session.execute(
        select(*_COLUMNS)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.uuid == application_uuid, within_reach(actor))
    ).one_or_none()
    if row is None:
        raise NotFound
    return Case(*row)
