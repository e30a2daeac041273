"""One application's routing: the panel of the case page, and the page on which it is answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from dih.accounts.models import Person
from dih.applications import queries as applications
from dih.applications.models import Application, RequestedService
from dih.catalogue.queries import ServiceView, by_ids
from dih.extensions.database import db
from dih.partners.models import Partner
from dih.routing import rules
from dih.routing.models import Routing
from dih.routing.queries.clocks import due_day
from dih.routing.vocabulary import (
    PART_LABELS,
    ROUTING_MODE_LABELS,
    ROUTING_STATUS_COLOURS,
    ROUTING_STATUS_LABELS,
    ROUTING_STATUS_TRANSITIONS,
    RoutingMode,
    RoutingStatus,
)
from dih.shared import clock
from dih.shared.access import Actor, Permission
from dih.shared.errors import NotFound
from dih.shared.free_days import free_days
from dih.shared.transitions import open_actions
from dih.shared.wording import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One proposal of a partner and its answer. `due_on` is the day by which the partner that is asked answers.

    It is None while a clarification stops the clock; of an answered step it is the day first set. At the hub managers'
    desk no partner is asked, so its three fields are None.
    """

    id: int
    partner_id: int | None
    partner_name: Mapping[str, str] | None
    partner_short: str | None
    mode: RoutingMode
    status: RoutingStatus
    reason: str
    proposed_at: dt.datetime
    proposed_by: str
    due_on: dt.date | None
    answered_at: dt.datetime | None
    answered_by: str
    answer_reason: str

    @property
    def status_label(self) -> str:
        """The state in words."""
        return ROUTING_STATUS_LABELS[self.status]

    @property
    def status_colour(self) -> str:
        """The colour of the state's badge."""
        return ROUTING_STATUS_COLOURS[self.status]

    @property
    def mode_label(self) -> str:
        """How the partner came to be named, in words."""
        return ROUTING_MODE_LABELS[self.mode]

    @property
    def waits(self) -> bool:
        """Whether the partner is still asked."""
        return self.status is RoutingStatus.PROPOSED

    def is_late(self, now: dt.datetime) -> bool:
        """Whether the answer is overdue."""
        return self.waits and self.due_on is not None and self.due_on < clock.day_of(now)


@dataclass(frozen=True, slots=True)
class Panel:
    """What the case page shows of routing. `actions`: answer, see (the reasons), override."""

    application_uuid: UUID
    step: Step
    for_staff: bool
    actions: Sequence[str]


def panel(application_id: int, actor: Actor) -> Panel | None:
    """The last routing of an application that the actor may see; None before the first.

    One query, and two about the clock while the partner is asked, which the page has read already.

    The caller has made sure that the actor may see the application.
    """
    row = db.session.execute(_steps(application_id).order_by(Routing.id.desc()).limit(1)).first()
    if row is None:
        return None
    step = _as_steps([row], application_id)[0]
    asked = step.partner_id is not None and step.partner_id == actor.partner_id
    staff = actor.may(Permission.SEE_ALL) or asked
    actions = []
    if asked and "accept" in open_actions(ROUTING_STATUS_TRANSITIONS, step.status, actor):
        actions.append("answer")
    elif staff:
        actions.append("see")
    if actor.may(Permission.OVERRIDE_ROUTING) and row.application_status in rules.MOVABLE:
        actions.append("override")
    return Panel(row.uuid, step, staff, tuple(actions))


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a partner's score. `most` is 0 for what decides by itself whether the partner fits."""

    key: str
    points: int
    most: int
    words: Text


@dataclass(frozen=True, slots=True)
class PartnerScore:
    """How well one partner fitted when the application was routed."""

    partner_id: int
    name: Mapping[str, str]
    short_name: str
    fits: bool
    total: int
    parts: Mapping[str, Reason]
    helpers: Sequence[str]


@dataclass(frozen=True, slots=True)
class Case:
    """The routing of one application, the latest step first, with the scores of all partners at the last proposal."""

    application: applications.Case
    steps: Sequence[Step]
    scores: Sequence[PartnerScore]

    @property
    def step(self) -> Step:
        return self.steps[0]


def case(application_uuid: UUID, actor: Actor, today: dt.date) -> Case:
    """What the routing page shows, in four queries. Raises NotFound out of reach, in conflict and before routing."""
    application = applications.find(application_uuid, actor, today)
    rows = db.session.execute(_steps(application.id).add_columns(Routing.scores).order_by(Routing.id.desc())).all()
    if not rows:
        raise NotFound
    names = {
        partner.id: partner for partner in db.session.execute(select(Partner.id, Partner.name, Partner.short_name))
    }
    scores = [
        PartnerScore(
            score["partner_id"],
            names[score["partner_id"]].name,
            names[score["partner_id"]].short_name,
            score["fits"],
            score["total"],
            {part["key"]: _reason(part) for part in score["parts"] if part["key"] in PART_LABELS},
            sorted({names[helper].short_name for _service, helper in score["helpers"]}),
        )
        for score in rows[0].scores
    ]
    return Case(application, _as_steps(rows, application.id), scores)


def requested(application_id: int) -> list[ServiceView]:
    """The services that an application asks for, in three queries."""
    ids = db.session.scalars(
        select(RequestedService.service_id)
        .where(RequestedService.application_id == application_id)
        .order_by(RequestedService.id)
    ).all()
    found = by_ids(ids)
    return [found[service_id] for service_id in ids]


_proposer, _answerer = aliased(Person), aliased(Person)


_COLUMNS: list[Any] = [
    Routing.id,
    Routing.partner_id,
    Partner.name.label("partner_name"),
    Partner.short_name.label("partner_short"),
    Routing.mode,
    Routing.status,
    Routing.reason,
    Routing.proposed_at,
    _proposer.name.label("proposed_by"),
    Routing.due_on,
    Routing.answered_at,
    _answerer.name.label("answered_by"),
    Routing.answer_reason,
    Application.uuid,
    Application.status.label("application_status"),
]


def _steps(application_id: int) -> Select[Any]:
    return (
        select(*_COLUMNS)
        .join(Application, Application.id == Routing.application_id)
        .outerjoin(Partner, Partner.id == Routing.partner_id)
        .outerjoin(_proposer, _proposer.id == Routing.proposed_by)
        .outerjoin(_answerer, _answerer.id == Routing.answered_by)
        .where(Routing.application_id == application_id)
    )


def _as_steps(rows: Sequence[Any], application_id: int) -> list[Step]:
    asked = any(row.status is RoutingStatus.PROPOSED for row in rows)
    questions = applications.clarifications(application_id) if asked else []
    stopped = [(one.asked_at, one.answered_at or one.withdrawn_at) for one in questions]
    free = free_days() if stopped else frozenset()
    return [
        Step(
            row.id,
            row.partner_id,
            row.partner_name,
            row.partner_short,
            row.mode,
            row.status,
            row.reason,
            row.proposed_at,
            row.proposed_by or "",
            due_day(row.due_on, row.proposed_at, stopped, free) if stopped else row.due_on,
            row.answered_at,
            row.answered_by or "",
            row.answer_reason,
        )
        for row in rows
    ]


def _reason(part: Mapping[str, Any]) -> Reason:
    words = rules.in_words(part["message"], part["values"])
    return Reason(part["key"], part["points"], part["most"], words)
