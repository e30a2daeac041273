"""Plans that were kept: one with its pairs and proof, why a pair is in it or not, and the history of a call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased, undefer

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.applications.queries import closed_to, open_to
from dih.calls.models import Call
from dih.calls.queries import CallView
from dih.conflicts.queries import Bar, bars
from dih.conflicts.rules import CaseFacts
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import Review, ReviewPlan
from dih.reviews.queries.board import call_named
from dih.reviews.vocabulary import PlanKind, PlanStatus, ReviewStatus, Spread
from dih.shared.access import Actor
from dih.shared.errors import NotFound

if TYPE_CHECKING:
    from dih.reviews.assignment.explain import Why

HISTORY = 50
EXPLAINED = 15
"""Reviewers whose place is explained: those proposed, and the best of the others."""


@dataclass(frozen=True, slots=True)
class Head:
    """A plan or repair in the history of its call. `floor` is a fit of 1 to 10,000; `count` pairs or changes."""

    uuid: UUID
    kind: PlanKind
    status: PlanStatus
    count: int
    floor: int
    made_by: str
    made_at: dt.datetime
    published_by: str | None
    published_at: dt.datetime | None


def history(call_id: int) -> list[Head]:
    """Plans and repairs of a call, the newest first; one query."""
    maker, publisher = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(ReviewPlan, maker.name, publisher.name)
        .join(maker, maker.id == ReviewPlan.made_by)
        .outerjoin(publisher, publisher.id == ReviewPlan.published_by)
        .where(ReviewPlan.call_id == call_id)
        .order_by(ReviewPlan.id.desc())
        .limit(HISTORY)
    )
    return [
        Head(
            plan.uuid,
            plan.kind,
            plan.status,
            len(plan.pairs),
            plan.floor,
            made_by,
            plan.made_at,
            published_by,
            plan.published_at,
        )
        for plan, made_by, published_by in rows
    ]


@dataclass(frozen=True, slots=True)
class Named:
    """An application as plans show it."""

    id: int
    uuid: UUID
    reference: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One review of a plan: the name of its reviewer and the fit in percent."""

    application: Named
    reviewer: str
    fit: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its pairs as far as the actor may see them; `hidden` counts the others. Affinities in 1 to 10,000.

    `fits` is the sum over all pairs; `total` is that less the cost of load.
    """

    call: CallView
    uuid: UUID
    status: PlanStatus
    pairs: Sequence[Pair]
    hidden: int
    floor: int
    floor_asked: int | None
    spread: Spread
    fits: int
    total: int
    bound: int
    made_by: str
    made_at: dt.datetime
    published_at: dt.datetime | None

    @property
    def proven(self) -> bool:
        """Whether no plan at this floor can be better."""
        return self.total == self.bound


def plan(plan_uuid: UUID, actor: Actor, day: dt.date) -> Plan:
    """One plan. Raises NotFound, for a repair too."""
    row = db.session.execute(
        select(ReviewPlan, Person.name, Call.code)
        .join(Person, Person.id == ReviewPlan.made_by)
        .join(Call, Call.id == ReviewPlan.call_id)
        .where(ReviewPlan.uuid == plan_uuid, ReviewPlan.kind == PlanKind.PLAN)
    ).one_or_none()
    if row is None:
        raise NotFound
    found, made_by, code = row
    seen = named({pair[0] for pair in found.pairs}, actor, day)
    people = names({pair[1] for pair in found.pairs})
    pairs = [Pair(seen[one], people[who], fit // 100) for one, who, fit in found.pairs if one in seen]
    return Plan(
        call_named(code),
        found.uuid,
        found.status,
        pairs,
        len(found.pairs) - len(pairs),
        found.floor,
        found.floor_asked,
        found.spread,
        sum(pair[2] for pair in found.pairs),
        found.total,
        found.bound,
        made_by,
        found.made_at,
        found.published_at,
    )


@dataclass(frozen=True, slots=True)
class Explained:
    """One reviewer's place for an application, in the facts of the solver; `ahead` are those before, by name.

    `bars` and `declined` (its reason, "" for none) say what keeps this person out as far as it still stands today.
    """

    reviewer: str
    why: Why
    ahead: Sequence[tuple[str, bool, float]]
    bars: Sequence[Bar]
    declined: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why these reviewers were chosen for one application and the others not, as it was when the plan was made."""

    call: CallView
    plan_uuid: UUID
    application: Named
    lines: Sequence[Explained]


def explanation(plan_uuid: UUID, application_uuid: UUID, actor: Actor, day: dt.date) -> Explanation:
    """The reviewers of a plan for one application: those proposed, then the others by fit. Raises NotFound."""
    row = db.session.execute(
        select(ReviewPlan, Call.code, Application.id, Application.organisation_id, Application.partner_id)
        .join(Call, Call.id == ReviewPlan.call_id)
        .join(Application, Application.call_id == Call.id)
        .options(undefer(ReviewPlan.task))
        .where(
            ReviewPlan.uuid == plan_uuid,
            ReviewPlan.kind == PlanKind.PLAN,
            Application.uuid == application_uuid,
            open_to(actor, day),
        )
    ).one_or_none()
    if row is None or row.ReviewPlan.task is None:
        raise NotFound
    from dih.reviews.assignment.explain import why
    from dih.reviews.assignment.proof import prove
    from dih.reviews.assignment.solve import Solution
    from dih.reviews.assignment.stored import task_of

    found, code, application_id = row.ReviewPlan, row.code, row.id
    task = task_of(found.task or b"")
    if application_id not in task.applications:
        raise NotFound
    at = task.applications.index(application_id)
    chosen = task.chosen([(pair[0], pair[1]) for pair in found.pairs])
    solution = Solution(task.problem, chosen, found.floor, prove(task.problem, chosen), 0)
    fits = task.problem.aff[at]
    order = sorted(range(len(task.people)), key=lambda one: (not chosen[at, one], -int(fits[one]), task.people[one]))
    people = names(task.people)
    barred = bars([CaseFacts(application_id, row.organisation_id, row.partner_id)], set(task.people), day)
    refusals = select(Review.reviewer_id, Review.declined_reason).where(
        Review.application_id == application_id, Review.status == ReviewStatus.DECLINED
    )
    declined = {one.reviewer_id: one.declined_reason for one in db.session.execute(refusals)}
    lines = []
    for one in order[:EXPLAINED]:
        reasons = why(solution, at, one)
        ahead = [(people[task.people[other.reviewer]], other.full, other.gain) for other in reasons.better]
        who = task.people[one]
        against = barred.get((who, application_id), ())
        lines.append(Explained(people[who], reasons, ahead, against, declined.get(who, "")))
    return Explanation(call_named(code), found.uuid, named({application_id}, actor, day)[application_id], lines)


def named(application_ids: Collection[int], actor: Actor, day: dt.date) -> dict[int, Named]:
    """Those of these applications that the actor may see; one query."""
    rows = db.session.execute(
        select(Application.id, Application.uuid, Application.reference, Organisation.name)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.id.in_(application_ids), open_to(actor, day))
    )
    return {row.id: Named(row.id, row.uuid, row.reference or "", row.name) for row in rows}


def names(person_ids: Collection[int]) -> dict[int, str]:
    """Names of people by id; one query."""
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in rows}


def stored_task(plan_uuid: UUID, actor: Actor, day: dt.date) -> bytes:
    """What was solved, as a file for `flask reviews solve`, without the cases that are closed to the actor.

    Raises NotFound.
    """
    plan = db.session.execute(
        select(ReviewPlan.task, ReviewPlan.call_id).where(ReviewPlan.uuid == plan_uuid)
    ).one_or_none()
    if plan is None or plan.task is None:
        raise NotFound
    closed = set(
        db.session.scalars(select(Application.id).where(Application.call_id == plan.call_id, closed_to(actor, day)))
    )
    if not closed:
        return bytes(plan.task)
    from dih.reviews.assignment.stored import task_of

    return task_of(plan.task).without(closed).as_bytes()
