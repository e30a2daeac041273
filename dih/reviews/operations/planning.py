"""Plans of reviewers: kept as a draft, published whole or not at all, mended afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from dih.accounts.models import Person
from dih.calls.models import Call
from dih.extensions.database import db
from dih.reviews.models import Review, ReviewPlan
from dih.reviews.operations.assigning import assign, hold
from dih.reviews.operations.moving import move
from dih.reviews.queries.facts import facts, task
from dih.reviews.queries.mending import Mending, mendings
from dih.reviews.vocabulary import OPEN_REVIEWS, PLAN_STATUS_TRANSITIONS, PlanKind, PlanStatus
from dih.shared import audit, clock
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.status import take
from dih.shared.transitions import target_of
from dih.shared.wording import N_

if TYPE_CHECKING:
    from dih.reviews.queries.planning import Solved

CHANGED = N_(
    "Applications, reviewers, conflicts or bids have changed since this plan was made. Nothing was published: make it "
    "again."
)


def keep_plan(solved: Solved, actor: Actor, now: dt.datetime) -> UUID:
    """Keeps a solved plan as a draft; nothing is assigned yet. Returns its uuid."""
    _check(actor)
    plan = ReviewPlan(
        call_id=solved.call_id,
        kind=PlanKind.PLAN,
        status=PlanStatus.DRAFT,
        task=solved.task.as_bytes(),
        pairs=[list(pair) for pair in solved.pairs],
        floor=solved.floor,
        floor_asked=solved.floor_asked,
        spread=solved.spread,
        total=solved.total,
        bound=solved.bound,
        made_by=actor.person_id,
        made_at=now,
    )
    db.session.add(plan)
    db.session.flush()
    return plan.uuid


def publish(plan_uuid: UUID, actor: Actor, now: dt.datetime) -> str:
    """Assigns a plan whole, or nothing of it; other drafts of the call are overtaken. Returns the call's code.

    Applications and people are locked first, so that neither another plan nor a conflict slips in between. Raises
    BrokenRule, with who was faster, for a plan that is published or overtaken, and for one whose facts have changed.
    """
    _check(actor)
    plan, code = _loaded(plan_uuid)
    pairs = [(pair[0], pair[1]) for pair in plan.pairs]
    hold(pairs, actor, now)
    _hold_drafts(plan.call_id)
    db.session.refresh(plan, ["status"])
    if plan.status is not PlanStatus.DRAFT:
        raise _too_late(plan)
    _check_fresh(plan, code, actor, now)
    assign(pairs, actor, now, plan.id)
    published = PlanStatus(target_of(PLAN_STATUS_TRANSITIONS, "publish", plan.status, actor))
    take(ReviewPlan, plan.id, plan.status, published, published_by=actor.person_id, published_at=now)
    overtaken = PlanStatus(target_of(PLAN_STATUS_TRANSITIONS, "supersede", PlanStatus.DRAFT, actor))
    db.session.execute(
        update(ReviewPlan)
        .where(ReviewPlan.call_id == plan.call_id, ReviewPlan.status == PlanStatus.DRAFT)
        .values(status=overtaken)
        .execution_options(synchronize_session=False)
    )
    audit.record(actor, now, ("review_plan", plan.id), "plan_publish", after={"reviews": len(pairs)})
    return code


def repair(code: str, plan_id: int, key: str, actor: Actor, now: dt.datetime, added: Collection[int] = ()) -> int:
    """Applies exactly the changes that were shown for a published plan; returns how many reviews pass on.

    `added` are reviewers beyond those of the plan, by id.

    Raises BrokenRule when something has changed since, NotFound when nothing is to be mended there.
    """
    _check(actor)
    shown = _mending(code, plan_id, added, actor, now)
    hold([(one.application.id, who) for one in shown.changes for who in (one.leaves_id, one.takes_id)], actor, now)
    present = _mending(code, plan_id, added, actor, now)
    if present.key != key or not present.changes:
        raise BrokenRule.because(
            N_("Something has changed since these changes were listed. Nothing was done: look at them again.")
        )
    for one in present.changes:
        review = db.session.scalars(
            select(Review)
            .where(Review.application_id == one.application.id, Review.reviewer_id == one.leaves_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        if review.status in OPEN_REVIEWS:
            move(review, "recall", actor, now)
    assign([(one.application.id, one.takes_id) for one in present.changes], actor, now, plan_id)
    _record(present, actor, now)
    return len(present.changes)


def _record(mending: Mending, actor: Actor, now: dt.datetime) -> None:
    plan = db.session.get_one(ReviewPlan, mending.plan_id)
    mend = ReviewPlan(
        call_id=plan.call_id,
        kind=PlanKind.REPAIR,
        status=PlanStatus.PUBLISHED,
        repairs_id=plan.id,
        pairs=[[one.application.id, one.leaves_id, one.takes_id] for one in mending.changes],
        floor=plan.floor,
        total=0,
        bound=0,
        made_by=actor.person_id,
        made_at=now,
        published_by=actor.person_id,
        published_at=now,
    )
    db.session.add(mend)
    db.session.flush()
    audit.record(
        actor,
        now,
        ("review_plan", plan.id),
        "plan_repair",
        after={"repair": mend.id, "changes": len(mending.changes)},
    )


def _mending(code: str, plan_id: int, added: Collection[int], actor: Actor, now: dt.datetime) -> Mending:
    for one in mendings(code, actor, clock.day_of(now), added).plans:
        if one.plan_id == plan_id:
            return one
    raise NotFound


def _check_fresh(plan: ReviewPlan, code: str, actor: Actor, now: dt.datetime) -> None:
    from dih.reviews.assignment.stored import task_of

    day = clock.day_of(now)
    found = facts(code, actor, day)
    if not found.needs or plan.task is None or not task_of(plan.task).same(task(found, day)):
        raise BrokenRule.because(CHANGED)


def _too_late(plan: ReviewPlan) -> BrokenRule:
    if plan.status is PlanStatus.PUBLISHED:
        return BrokenRule.because(N_("This plan is published already."))
    winner = db.session.execute(
        select(Person.name, ReviewPlan.published_at)
        .join(Person, Person.id == ReviewPlan.published_by)
        .where(ReviewPlan.call_id == plan.call_id, ReviewPlan.kind == PlanKind.PLAN)
        .where(ReviewPlan.status == PlanStatus.PUBLISHED)
        .order_by(ReviewPlan.published_at.desc(), ReviewPlan.id.desc())
        .limit(1)
    ).one()
    return BrokenRule.because(
        N_("%(name)s has published another plan in the meantime. Nothing of this one was assigned."), name=winner.name
    )


def _hold_drafts(call_id: int) -> None:
    drafts = select(ReviewPlan.id).where(ReviewPlan.call_id == call_id, ReviewPlan.status == PlanStatus.DRAFT)
    db.session.scalars(drafts.order_by(ReviewPlan.id).with_for_update()).all()


def _loaded(plan_uuid: UUID) -> tuple[ReviewPlan, str]:
    row = db.session.execute(
        select(ReviewPlan, Call.code)
        .join(Call, Call.id == ReviewPlan.call_id)
        .options(undefer(ReviewPlan.task))
        .where(ReviewPlan.uuid == plan_uuid, ReviewPlan.kind == PlanKind.PLAN)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def _check(actor: Actor) -> None:
    if not actor.may(Permission.ASSIGN_REVIEWERS):
        raise Forbidden
