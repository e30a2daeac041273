"""Loads the problem of a call for the planner: its open applications, how each could be delivered, what partners have.

Nine queries, whatever the number of applications.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select

from dih.applications.models import Application
from dih.conflicts.queries import in_conflict
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.rules import Quarter
from dih.routing import offers, rules
from dih.routing.models import Routing, RoutingHelper
from dih.routing.offers import Means
from dih.routing.planner.problem import Case, Option, Problem, Room, problem
from dih.routing.queries.work import OPEN, outlived
from dih.routing.rules import Need, Score
from dih.routing.rules.scoring import Helpers
from dih.routing.vocabulary import DESKS, RoutingStatus
from dih.shared import clock
from dih.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Open:
    """An open application of the call, with the step at hand (0: none; at a desk `partner_id` is None)."""

    id: int
    uuid: UUID
    reference: str
    title: str
    organisation: str
    partner_id: int | None
    routing_id: int
    accepted: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a plan is made from. `scores` are each application's, by partner, one for each way.

    `partners` are short names by id, `means` what they have, `quarters` the counted ones.
    """

    problem: Problem
    applications: Mapping[int, Open]
    scores: Mapping[int, Mapping[int, Sequence[Score]]]
    partners: Mapping[int, str]
    means: Mapping[int, Means]
    quarters: Sequence[Quarter]


def load(call_id: int, actor: Actor, now: dt.datetime) -> Facts:
    """The facts of a call at this moment, without the applications in which the actor has a conflict of interest.

    Those stay where they are and count as promised.
    """
    today = clock.day_of(now)
    applications, helpers = _open(call_id, actor, today)
    needs = offers.needs(applications.keys(), today)
    has = offers.means(today, without=needs)
    given = offers.offers(today, has)
    scores = {number: rules.ways(needs[number], given) for number in applications}
    cases = [_case(one, needs[one.id], scores[one.id], helpers[one.id]) for one in applications.values()]
    rooms = [
        Room(
            partner_id,
            means.stated,
            means.taken_days,
            None if means.share_cents is None else means.share_cents - means.taken_cents,
        )
        for partner_id, means in has.items()
    ]
    names = {partner_id: means.name for partner_id, means in has.items()}
    return Facts(problem(cases, rooms), applications, scores, names, has, offers.counted_quarters(today))


def _open(call_id: int, actor: Actor, today: dt.date) -> tuple[dict[int, Open], Mapping[int, Helpers]]:
    """The open applications, and who helps to deliver each as it is routed now, by id."""
    rows = db.session.execute(
        select(
            Application.id,
            Application.uuid,
            Application.reference,
            Application.title,
            Organisation.name,
            Routing.id.label("routing_id"),
            Routing.partner_id,
            Routing.status,
            Routing.mode,
            RoutingHelper.service_id,
            RoutingHelper.partner_id.label("helper"),
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Routing, and_(Routing.application_id == Application.id, Routing.status.in_(OPEN), ~outlived()))
        .outerjoin(RoutingHelper, RoutingHelper.routing_id == Routing.id)
        .where(
            Application.call_id == call_id,
            Application.status.in_(rules.MOVABLE),
            ~in_conflict(actor.person_id, today, Application.id, Application.organisation_id),
        )
        .order_by(Application.id)
    )
    found: dict[int, Open] = {}
    pairs: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        if row.helper is not None:
            pairs[row.id].append((row.service_id, row.helper))
        accepted = row.status is RoutingStatus.ACCEPTED
        at_desk = row.mode in DESKS and not accepted
        found[row.id] = Open(
            row.id,
            row.uuid,
            row.reference or "",
            row.title,
            row.name,
            None if at_desk else row.partner_id,
            row.routing_id or 0,
            accepted,
        )
    return found, defaultdict(tuple, {one: tuple(sorted(helping)) for one, helping in pairs.items()})


def _case(one: Open, need: Need, scores: Mapping[int, Sequence[Score]], helpers: Helpers) -> Case:
    options = [
        option_of(need, score.partner_id, score.helpers, score.lasting)
        for found in scores.values()
        for score in found
        if score.able
    ]
    today = None
    if one.partner_id is not None:
        same = [option for option in options if (option.partner, option.helpers) == (one.partner_id, helpers)]
        # Who has it today may be no way any more, or never was one: it stays one for this application, without points.
        option = same[0] if same else option_of(need, one.partner_id, helpers, 0)
        options += [] if same else [option]
        today = options.index(option)
    return Case(one.id, tuple(options), today, one.accepted, one.routing_id)


def option_of(need: Need, partner_id: int, helpers: Helpers, fit: int) -> Option:
    """A way to deliver a need: what no helper delivers, the leader does."""
    days: dict[int, int] = defaultdict(int)
    for service, number in need.days.items():
        days[dict(helpers).get(service, partner_id)] += number
    return Option(partner_id, helpers, fit, tuple(sorted(days.items())), need.value_cents)
