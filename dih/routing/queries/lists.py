"""What was routed: by deadline while an answer is awaited, else the last one first; a page in two queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select

from dih.applications.models import Application
from dih.conflicts.queries import in_conflict
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.routing import rules
from dih.routing.models import Routing
from dih.routing.queries.clocks import due_day, pauses
from dih.routing.vocabulary import RoutingMode, RoutingStatus
from dih.shared import clock, paging
from dih.shared.access import Actor, Permission
from dih.shared.free_days import free_days
from dih.shared.paging import FRONT, Page, Place


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to. `status` PROPOSED means: waits for an answer. None and "" let all through.

    `late` goes by the day as first set: also what a clarification has given more time since.
    """

    status: RoutingStatus | None = RoutingStatus.PROPOSED
    partner_id: int | None = None
    county: str = ""
    mode: RoutingMode | None = None
    late: bool = False

    @property
    def count(self) -> int:
        """How many filters beside the status are set."""
        return sum(
            getattr(self, field.name) not in (None, "", False) for field in fields(self) if field.name != "status"
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One routing as the list shows it. `due_on` is None while a clarification stops the clock."""

    id: int
    application_uuid: UUID
    reference: str
    title: str
    organisation: str
    county: str
    partner: str | None
    mode: RoutingMode
    status: RoutingStatus
    proposed_at: dt.datetime
    due_on: dt.date | None
    answered_at: dt.datetime | None
    late: bool


def page(actor: Actor, filters: Filters, now: dt.datetime, place: Place = FRONT) -> Page[Row]:
    """The routings within the actor's reach that fit, without those in which the actor has a conflict of interest."""
    today = clock.day_of(now)
    order = (Routing.id,) if filters.status is None else (Routing.due_on, Routing.id)
    waiting = filters.status is RoutingStatus.PROPOSED
    found = paging.read(_rows(actor, filters, today), place, *order, descending=not waiting)
    stopped = pauses({row.application_id for row in found.rows if row.status is RoutingStatus.PROPOSED})
    free = free_days()

    def shown(row: Any) -> Row:
        due = due_day(row.due_on, row.proposed_at, stopped.get(row.application_id, []), free)
        return _as_row(row, due, row.status is RoutingStatus.PROPOSED and due is not None and due < today)

    return found.each(shown)


_COLUMNS: list[Any] = [
    Routing.id,
    Application.uuid.label("application_uuid"),
    Application.reference,
    Application.title,
    Organisation.name.label("organisation"),
    Application.county,
    Partner.short_name.label("partner"),
    Routing.mode,
    Routing.status,
    Routing.proposed_at,
    Routing.due_on,
    Routing.answered_at,
    Routing.application_id,
]


def _as_row(row: Any, due_on: dt.date | None, late: bool) -> Row:
    values = {name: value for name, value in row._mapping.items() if name != "application_id"}
    return Row(**{**values, "due_on": due_on, "late": late})


def _rows(actor: Actor, filters: Filters, today: dt.date) -> Select[Any]:
    return (
        select(*_COLUMNS)
        .outerjoin(Application, Application.id == Routing.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Partner, Partner.id == Routing.partner_id)
        .where(
            *_conditions(actor, filters, today),
            ~in_conflict(actor.person_id, today, Application.id, Application.organisation_id),
        )
    )


def _conditions(actor: Actor, filters: Filters, today: dt.date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    partner_id = filters.partner_id if actor.may(Permission.SEE_ALL) else actor.partner_id or 0
    if partner_id is not None:
        conditions.append(Routing.partner_id == partner_id)
    if filters.status is RoutingStatus.PROPOSED:
        conditions.append(and_(Routing.status == filters.status, Application.status.in_(rules.ROUTABLE)))
    elif filters.status is not None:
        conditions.append(Routing.status == filters.status)
    if filters.county:
        conditions.append(Application.county == filters.county)
    if filters.late:
        conditions.append(Routing.due_on < today)
    if filters.mode is not None:
        conditions.append(Routing.mode == filters.mode)
    return conditions
