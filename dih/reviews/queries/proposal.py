"""Who should review what in a call: all open needs at once, by the exact solver. It reads and changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from dih.applications.models import Application
from dih.applications.queries import open_to
from dih.calls.queries import CallView
from dih.conflicts import queries as conflicts
from dih.conflicts.rules import CaseFacts
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import Review
from dih.reviews.queries.board import call_named, subjects
from dih.reviews.queries.panel import ASSIGNABLE
from dih.reviews.queries.reviewers import Reviewer, reviewers
from dih.reviews.rules.affinity import affinity
from dih.reviews.vocabulary import READING_REVIEWS, ReviewStatus
from dih.shared.access import Actor

MOST = 1000
"""Applications that are planned at once."""


@dataclass(frozen=True, slots=True)
class Needed:
    """An application that lacks reviewers: how many."""

    application_id: int
    uuid: UUID
    reference: str
    organisation: str
    reviews: int
    case: CaseFacts


@dataclass(frozen=True, slots=True)
class Pair:
    """One proposed review; `fit` is the affinity in percent, 10 to 100."""

    needed: Needed
    reviewer: Reviewer
    fit: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why there is no complete plan: these applications want more than these reviewers can take."""

    applications: Sequence[Needed]
    reviewers: Sequence[Reviewer]
    wanted: int
    possible: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The best plan, proven, with the fit of its worst pair in percent; or the shortage that stands in its way."""

    call: CallView
    pairs: Sequence[Pair]
    worst: int | None
    shortage: Shortage | None


def proposal(code: str, actor: Actor, day: dt.date) -> Proposal:
    """Reviewers for every application of the call that lacks some: the worst pair as good as can be, then the total.

    Conflicts, declines and what is assigned already are excluded, nobody gets more than there is room for. The same
    data give the same proposal.
    """
    call = call_named(code)
    needs = _needs(call, actor, day)
    people = reviewers()
    if not needs or not people:
        wanted = sum(need.reviews for need in needs)
        return Proposal(call, [], None, Shortage(needs, people, wanted, 0) if needs else None)
    import numpy as np

    from dih.reviews.assignment.blocking import Infeasible
    from dih.reviews.assignment.problem import problem
    from dih.reviews.assignment.solve import solve

    about = subjects([need.application_id for need in needs])
    closed = _closed(needs, people, day)
    fits = [[affinity(about[need.application_id], one.competence) for one in people] for need in needs]
    task = problem(
        np.array(fits),
        np.array([[(one.person_id, need.application_id) in closed for one in people] for need in needs]),
        [one.room for one in people],
        [need.reviews for need in needs],
    )
    try:
        solution = solve(task)
    except Infeasible as infeasible:
        found = infeasible.blocking
        short = Shortage(
            [needs[row] for row in found.applications],
            [people[column] for column in found.reviewers],
            found.needed,
            found.available,
        )
        return Proposal(call, [], None, short)
    pairs = [
        Pair(needs[row], people[column], fits[row][column] // 100)
        for row, columns in enumerate(solution.table.tolist())
        for column in columns
        if column >= 0
    ]
    return Proposal(call, pairs, min((pair.fit for pair in pairs), default=None), None)


def _needs(call: CallView, actor: Actor, day: dt.date) -> list[Needed]:
    active = (
        select(func.count())
        .select_from(Review)
        .where(Review.application_id == Application.id, Review.status.in_(READING_REVIEWS))
        .correlate(Application)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Application.id,
            Application.uuid,
            Application.reference,
            Organisation.name,
            active.label("active"),
            Application.organisation_id,
            Application.partner_id,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Application.call_id == call.call_id, Application.status.in_(ASSIGNABLE), open_to(actor, day))
        .order_by(Application.id)
        .limit(MOST)
    )
    wanted = call.content.reviews_per_application
    return [
        Needed(
            row.id,
            row.uuid,
            row.reference or "",
            row.name,
            wanted - row.active,
            CaseFacts(row.id, row.organisation_id, row.partner_id),
        )
        for row in rows
        if row.active < wanted
    ]


def _closed(needs: Sequence[Needed], people: Sequence[Reviewer], day: dt.date) -> set[tuple[int, int]]:
    ids = [need.application_id for need in needs]
    barred = conflicts.bars([need.case for need in needs], [one.person_id for one in people], day)
    taken = db.session.execute(
        select(Review.reviewer_id, Review.application_id).where(
            Review.application_id.in_(ids), Review.status.in_([*READING_REVIEWS, ReviewStatus.DECLINED])
        )
    )
    return barred.keys() | {(reviewer_id, application_id) for reviewer_id, application_id in taken}
