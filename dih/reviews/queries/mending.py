"""What is to be mended in the published plans of a call, and how: the cheapest exchange; begun reviews stay."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import undefer

from dih.calls.queries import CallView
from dih.extensions.database import db
from dih.reviews.models import ReviewPlan
from dih.reviews.queries.board import call_named
from dih.reviews.queries.facts import fits
from dih.reviews.queries.plans import Named, named, names
from dih.reviews.queries.present import Present, Row, rows
from dih.reviews.queries.reviewers import Reviewer, reviewers
from dih.reviews.queries.terms import USUAL
from dih.reviews.rules.affinity import Competence
from dih.reviews.vocabulary import READING_REVIEWS, PlanKind, ReviewStatus
from dih.shared.access import Actor

if TYPE_CHECKING:
    from dih.reviews.assignment.problem import Pairs, Problem
    from dih.reviews.assignment.repair import Repair
    from dih.reviews.assignment.stored import Task

PERCENT = 100
"""Affinity units in one percent of fit."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A review that somebody cannot write any more: declined, in conflict, taken back, or the reviewer is away."""

    application: Named
    reviewer_id: int
    reviewer: str
    status: ReviewStatus
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """A review that passes on. `lost` is False where a review not begun moves to make room; fits in percent."""

    application: Named
    leaves_id: int
    leaves: str
    takes_id: int
    takes: str
    fit_before: int
    fit_after: int
    lost: bool


@dataclass(frozen=True, slots=True)
class Stuck:
    """An application that the floor leaves without a reviewer; `own_floor` (percent) for it alone would do, if any."""

    application: Named
    own_floor: int | None


@dataclass(frozen=True, slots=True)
class Mending:
    """One published plan that needs repair: what was lost, what changes, or who is stuck (then nothing changes).

    `cost` is what the plan loses in fit, in percent of one pair. `key` names exactly these changes. `outside` are
    reviewers whom the plan does not know and who take reviews: those who joined since.
    """

    plan_id: int
    floor: int
    lost: Sequence[Lost]
    changes: Sequence[Change]
    stuck: Sequence[Stuck]
    cost: float
    outside: Sequence[Reviewer]

    @property
    def key(self) -> str:
        """A digest of the plan and its changes: what is applied is what was shown."""
        moves = [(one.application.id, one.leaves_id, one.takes_id) for one in self.changes]
        return hashlib.sha256(repr((self.plan_id, moves)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Mendings:
    """All published plans of a call that need repair."""

    call: CallView
    plans: Sequence[Mending]


def mendings(code: str, actor: Actor, day: dt.date, added: Collection[int] = ()) -> Mendings:
    """What is to be mended in a call, as far as the actor reaches it. Raises NotFound for a call without reviews.

    `added` are reviewers (ids of people) beyond those of the plans, whom the manager wants to use too.
    """
    call = call_named(code)
    found = Present(rows(call.call_id, actor, day), {one.person_id: one for one in reviewers()}, day)
    lost = found.lost(call.content.reviews_per_application)
    plans = db.session.scalars(
        select(ReviewPlan)
        .options(undefer(ReviewPlan.task))
        .where(
            ReviewPlan.id.in_({row.review.plan_id for row in lost if row.review.plan_id is not None}),
            ReviewPlan.kind == PlanKind.PLAN,
        )
        .order_by(ReviewPlan.id)
    ).all()
    seen = named({row.case.application_id or 0 for row in found.rows}, actor, day) if plans else {}
    return Mendings(
        call,
        [_mending(one, found, [row for row in lost if row.review.plan_id == one.id], seen, added) for one in plans],
    )


def _mending(
    plan: ReviewPlan, found: Present, lost: Sequence[Row], seen: Mapping[int, Named], added: Collection[int]
) -> Mending:
    from dih.reviews.assignment.repair import repair
    from dih.reviews.assignment.stored import task_of

    planned = task_of(plan.task or b"")
    task = _widened(planned, plan.id, found, added)
    outside = [one for one in found.people.values() if one.person_id not in planned.people and not one.away_reason]
    gone = {(row.review.application_id, row.review.reviewer_id) for row in lost}
    kept = [
        row
        for row in found.rows
        if row.review.plan_id == plan.id
        and row.review.status in READING_REVIEWS
        and (row.review.application_id, row.review.reviewer_id) not in gone
    ]
    begun = [row for row in kept if row.review.status is not ReviewStatus.ASSIGNED]
    kept_table = task.chosen([(row.review.application_id, row.review.reviewer_id) for row in kept])
    before = kept_table | task.chosen(list(gone))
    problem = _today(task, kept_table, before, found)
    pinned = task.chosen([(row.review.application_id, row.review.reviewer_id) for row in begun])
    pinned |= kept_table & (problem.aff < problem.floor[:, None])
    row_of = {one: index for index, one in enumerate(task.applications)}
    column_of = {one: index for index, one in enumerate(task.people)}
    mended = repair(problem, before, [(row_of[one], column_of[who]) for one, who in sorted(gone)], started=pinned)
    told = [_told(row, found, seen) for row in lost]
    return replace(_in_words(plan, task, mended, told, gone, seen), outside=outside)


def _widened(task: Task, plan_id: int, found: Present, added: Collection[int]) -> Task:
    """The plan's task with those whom an earlier repair has brought in, and those whom the manager adds now."""
    import numpy as np

    brought = {row.review.reviewer_id for row in found.rows if row.review.plan_id == plan_id}
    wanted = sorted((brought | {one for one in added if one in found.people}) - set(task.people))
    more = [found.people.get(one) or Reviewer(one, "", "", Competence(), 0, 0) for one in wanted]
    if not more:
        return task
    aff = np.array(fits(task.applications, more), np.int32)
    load = np.array([one.load + one.room for one in more], np.int64)
    return task.with_people([one.person_id for one in more], aff, load)


def _told(row: Row, found: Present, seen: Mapping[int, Named]) -> Lost:
    review, person = row.review, found.people.get(row.review.reviewer_id)
    reason = review.declined_reason or (person.away_reason if person else "")
    return Lost(seen[review.application_id], review.reviewer_id, row.name, review.status, reason)


def _today(task: Task, kept: Pairs, before: Pairs, found: Present) -> Problem:
    """The plan's problem as it stands now: new conflicts barred, no more room than there was and is, own floors."""
    import numpy as np

    problem = task.problem
    barred = problem.coi.copy()
    taken = {
        (row.review.application_id, row.review.reviewer_id)
        for row in found.rows
        if row.review.status in READING_REVIEWS | {ReviewStatus.DECLINED, ReviewStatus.SET_ASIDE}
    }
    barred |= task.chosen([*taken, *((application, person) for person, application in {*found.barred, *found.asked})])
    room = []
    for column, person_id in enumerate(task.people):
        person = found.people.get(person_id)
        if person is None or person.away_reason:
            barred[:, column] = True
        room.append(person.room if person else 0)
    used = kept.sum(axis=0)
    free = np.clip(np.minimum(problem.load - used, room), 0, None)
    own = [found.own.get(one, USUAL).floor for one in task.applications]
    most = [
        least if limit is None else min(least, limit)
        for least, limit in zip(problem.most_floor.tolist(), own, strict=True)
    ]
    today = replace(
        problem, coi=barred & ~kept, load=used + free, need=before.sum(axis=1), most_floor=np.array(most, np.int32)
    )
    return today.at_floor(problem.floor)


def _in_words(
    plan: ReviewPlan,
    task: Task,
    mended: Repair,
    told: Sequence[Lost],
    gone: set[tuple[int, int]],
    seen: Mapping[int, Named],
) -> Mending:
    people = names(task.people)
    changes = []
    for one in mended.changes:
        application, leaves, takes = task.applications[one.application], task.people[one.leaves], task.people[one.takes]
        before, after = (int(task.problem.aff[one.application, who]) for who in (one.leaves, one.takes))
        moved = (application, leaves) in gone
        changes.append(
            Change(
                seen[application],
                leaves,
                people[leaves],
                takes,
                people[takes],
                before // PERCENT,
                after // PERCENT,
                moved,
            )
        )
    return Mending(
        plan.id,
        plan.floor,
        told,
        changes,
        [
            Stuck(seen[task.applications[one.application]], None if one.own_floor is None else one.own_floor // PERCENT)
            for one in mended.stuck
        ],
        mended.cost / PERCENT,
        (),
    )
