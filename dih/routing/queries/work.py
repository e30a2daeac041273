"""What the worker finds to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, or_, select

from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.extensions.database import db
from dih.routing import rules
from dih.routing.models import Routing, RoutingHelper
from dih.routing.queries.clocks import due_day, pauses
from dih.routing.vocabulary import RoutingStatus
from dih.shared.free_days import free_days

OPEN = (RoutingStatus.PROPOSED, RoutingStatus.ACCEPTED)


def unrouted(most: int = 50) -> Sequence[int]:
    """Ids of submitted applications for which no partner is asked or has accepted, oldest first."""
    asked = exists().where(Routing.application_id == Application.id, Routing.status.in_(OPEN))
    return db.session.scalars(
        select(Application.id)
        .where(Application.status.in_(rules.ROUTABLE), ~asked)
        .order_by(Application.id)
        .limit(most)
    ).all()


def outlived() -> ColumnElement[bool]:
    """Whether what an open routing was about is no longer asked, or was submitted anew or asks for others since."""
    since = func.coalesce(Application.services_since, Application.submitted_at)
    anew = or_(Routing.proposed_at < Application.submitted_at, Routing.proposed_at < since)
    return or_(Application.status.in_(rules.ROUTING_ENDS), Application.status.in_(rules.ROUTABLE) & anew)


def ended(most: int = 50) -> Sequence[int]:
    """Ids of open routings whose application was reopened, submitted anew, withdrawn or found not eligible."""
    return db.session.scalars(
        select(Routing.id)
        .join(Application, Application.id == Routing.application_id)
        .where(Routing.status.in_(OPEN), outlived())
        .order_by(Routing.id)
        .limit(most)
    ).all()


def to_place(most: int = 50) -> Sequence[int]:
    """Ids of eligible applications whose partner has accepted already."""
    return db.session.scalars(
        select(Application.id)
        .join(Routing, Routing.application_id == Application.id)
        .where(
            Application.status == ApplicationStatus.ELIGIBLE,
            Routing.status == RoutingStatus.ACCEPTED,
            ~outlived(),
        )
        .order_by(Application.id)
        .limit(most)
    ).all()


def helping(routing_id: int) -> Sequence[int]:
    """The partners (ids) that deliver a part of what was routed to another one."""
    return db.session.scalars(
        select(RoutingHelper.partner_id)
        .where(RoutingHelper.routing_id == routing_id)
        .distinct()
        .order_by(RoutingHelper.partner_id)
    ).all()


@dataclass(frozen=True, slots=True)
class Due:
    """A routing that waits for an answer, with the day by which it is due, clarifications counted."""

    routing_id: int
    due_on: dt.date


def overdue(before: dt.date, *, reminders: bool) -> list[Due]:
    """Routings that wait for an answer and are due before a day; those not yet reminded of, or not yet escalated."""
    unsaid = Routing.reminded_at if reminders else Routing.escalated_at
    rows = db.session.execute(
        select(Routing.id, Routing.application_id, Routing.due_on, Routing.proposed_at)
        .join(Application, Application.id == Routing.application_id)
        .where(
            Routing.status == RoutingStatus.PROPOSED,
            Routing.due_on < before,
            unsaid.is_(None),
            Application.status.in_(rules.ROUTABLE),
        )
        .order_by(Routing.due_on, Routing.id)
        .limit(500)
    ).all()
    stopped, free = pauses({row.application_id for row in rows}), free_days()
    found = ((row.id, due_day(row.due_on, row.proposed_at, stopped[row.application_id], free)) for row in rows)
    return [Due(routing_id, day) for routing_id, day in found if day is not None and day < before]
