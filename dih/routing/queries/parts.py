"""Applications that another partner leads and of which the own one delivers a part: read only, the part marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select

from dih.applications import queries as applications
from dih.applications.models import Application
from dih.applications.queries import Attachment, Case
from dih.applications.queries.contents import attachments, chosen_services, stored_answers
from dih.applications.rules import snapshot, tasks
from dih.applications.rules.snapshot import Part
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.calls.content import CallContent
from dih.catalogue.queries import ServiceView
from dih.conflicts.queries import in_conflict
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.routing.models import Routing, RoutingHelper
from dih.routing.queries.cases import requested
from dih.routing.vocabulary import RoutingStatus
from dih.shared import paging
from dih.shared.access import Actor, Permission
from dih.shared.errors import NotFound
from dih.shared.paging import FRONT, Page, Place


@dataclass(frozen=True, slots=True)
class Helped:
    """An application in the list, with the partner that leads it."""

    uuid: UUID
    reference: str
    title: str
    organisation: str
    leader: str
    status: ApplicationStatus


@dataclass(frozen=True, slots=True)
class OwnPart:
    """An application as a partner that helps reads it; `mine` are ids of the services that it delivers."""

    case: Case
    content: CallContent
    leader: Mapping[str, str]
    leader_email: str
    services: Sequence[ServiceView]
    mine: frozenset[int]
    parts: Sequence[Part]
    documents: Sequence[Attachment]

    @property
    def person_days(self) -> int:
        """The days of the own services."""
        return sum(one.person_days for one in self.services if one.id in self.mine)


def helps(actor: Actor, today: dt.date) -> ColumnElement[bool]:
    """The WHERE clause of applications in which the actor's partner helps an accepting leader, conflicts left out."""
    helping = exists().where(
        Routing.application_id == Application.id,
        Routing.status == RoutingStatus.ACCEPTED,
        RoutingHelper.routing_id == Routing.id,
        RoutingHelper.partner_id == (actor.partner_id if actor.may(Permission.SEE_ROUTED) else None),
    )
    return and_(helping, ~in_conflict(actor.person_id, today, Application.id, Application.organisation_id))


def helped(actor: Actor, today: dt.date, place: Place = FRONT) -> Page[Helped]:
    """What the actor's partner helps with, the newest first, a page in one query."""
    wanted = (
        select(
            Application.uuid,
            Application.reference,
            Application.title,
            Organisation.name,
            Partner.short_name,
            Application.status,
            Application.id,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Partner, Partner.id == Application.partner_id)
        .where(helps(actor, today))
    )
    return paging.read(wanted, place, Application.id, descending=True).each(lambda row: Helped(*row[:6]))


def own_part(application_uuid: UUID, actor: Actor, today: dt.date) -> OwnPart:
    """The application with the part of the actor's partner. Raises NotFound where it does not help."""
    case = applications.find_within(application_uuid, helps(actor, today))
    call = calls.version(case.call_version_id)
    leader = db.session.get(Partner, case.partner_id)
    if call is None or leader is None:
        raise NotFound
    mine = db.session.scalars(
        select(RoutingHelper.service_id)
        .join(Routing, Routing.id == RoutingHelper.routing_id)
        .where(
            Routing.application_id == case.id,
            Routing.status == RoutingStatus.ACCEPTED,
            RoutingHelper.partner_id == actor.partner_id,
        )
    )
    return OwnPart(
        case,
        call.content,
        leader.name,
        leader.email,
        requested(case.id),
        frozenset(mine),
        _told(case, call.content),
        attachments(case.id),
    )


def _told(case: Case, content: CallContent) -> list[Part]:
    given = {key: stored.value for key, stored in stored_answers(case.id).items()}
    services = [
        {"name": one.name, "price_cents": one.price_cents} for one in chosen_services(case.id, case.call_version_id)
    ]
    parts = snapshot.parts(content, snapshot.snapshot(given, services, []))
    return [part for part in parts if part.task != tasks.DOCUMENTS]
