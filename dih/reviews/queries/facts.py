"""What a plan is made of: the applications of a call that lack reviewers, who may be asked, and how well they fit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select

from dih.applications.models import Application
from dih.applications.queries import open_to
from dih.calls.queries import CallView
from dih.conflicts import queries as conflicts
from dih.conflicts.rules import CaseFacts
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import Review, ReviewBid
from dih.reviews.queries.board import call_named, subjects
from dih.reviews.queries.panel import ASSIGNABLE
from dih.reviews.queries.reach import asked_before
from dih.reviews.queries.reviewers import Reviewer, reviewers
from dih.reviews.queries.terms import USUAL, terms
from dih.reviews.rules.affinity import TOP, affinity
from dih.reviews.vocabulary import READING_REVIEWS, Bid, ReviewStatus
from dih.shared.access import Actor

if TYPE_CHECKING:
    from dih.reviews.assignment.stored import Task

MOST = 1000
"""Applications that are planned at once."""


@dataclass(frozen=True, slots=True)
class Needed:
    """An application that lacks reviewers: how many, and its own floor where a manager lowered it."""

    application_id: int
    uuid: UUID
    reference: str
    organisation: str
    reviews: int
    floor: int | None
    case: CaseFacts


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a plan depends on; equal facts make equal plans."""

    call: CallView
    needs: Sequence[Needed]
    people: Sequence[Reviewer]

    @property
    def wanted(self) -> int:
        """Reviews to be given out."""
        return sum(need.reviews for need in self.needs)

    @property
    def room(self) -> int:
        """Reviews that all reviewers together can take."""
        return sum(one.room for one in self.people)


def facts(code: str, actor: Actor, day: dt.date) -> Facts:
    """The facts as the actor reaches them; four queries. Raises NotFound for a call without reviews."""
    call = call_named(code)
    return Facts(call, _needs(call, actor, day), reviewers())


def task(found: Facts, day: dt.date) -> Task:
    """The facts as the solver takes them: fits with bids, and conflicts, declines and present reviews as barred."""
    import numpy as np

    from dih.reviews.assignment.problem import problem
    from dih.reviews.assignment.stored import Task

    needs, people = found.needs, found.people
    ids = [need.application_id for need in needs]
    closed = barred(needs, people, day)
    bars = [[(person.person_id, one.application_id) in closed for person in people] for one in needs]
    return Task(
        ids,
        [one.person_id for one in people],
        problem(
            np.array(fits(ids, people)),
            np.array(bars),
            [one.room for one in people],
            [one.reviews for one in needs],
            most_floor=[one.floor or TOP for one in needs],
        ),
    )


def fits(application_ids: Sequence[int], people: Sequence[Reviewer]) -> list[list[int]]:
    """How well each of these people (columns) suits each application (rows), 1 to 10,000, with what was wished."""
    about, bids = subjects(application_ids), _bids(application_ids)
    return [
        [affinity(about[one], person.competence, bids.get((person.person_id, one))) for person in people]
        for one in application_ids
    ]


def barred(needs: Sequence[Needed], people: Sequence[Reviewer], day: dt.date) -> set[tuple[int, int]]:
    """Pairs (person, application) that must not be: a conflict stands, it was declined or read, or is there already."""
    ids = [need.application_id for need in needs]
    found = conflicts.bars([need.case for need in needs], [one.person_id for one in people], day)
    taken = db.session.execute(
        select(Review.reviewer_id, Review.application_id).where(
            Review.application_id.in_(ids),
            Review.status.in_([*READING_REVIEWS, ReviewStatus.SET_ASIDE, ReviewStatus.DECLINED]),
        )
    )
    there = {(reviewer_id, application_id) for reviewer_id, application_id in taken}
    return found.keys() | there | asked_before(ids)


def _bids(application_ids: Sequence[int]) -> dict[tuple[int, int], Bid]:
    rows = db.session.execute(
        select(ReviewBid.reviewer_id, ReviewBid.application_id, ReviewBid.bid).where(
            ReviewBid.application_id.in_(application_ids)
        )
    )
    return {(row.reviewer_id, row.application_id): row.bid for row in rows}


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
    ).all()
    own = terms([row.id for row in rows])
    needs = []
    for row in rows:
        set_for_it = own.get(row.id, USUAL)
        lacking = set_for_it.reviews(call.content.reviews_per_application) - row.active
        if lacking > 0:
            case = CaseFacts(row.id, row.organisation_id, row.partner_id)
            needs.append(Needed(row.id, row.uuid, row.reference or "", row.name, lacking, set_for_it.floor, case))
    return needs
