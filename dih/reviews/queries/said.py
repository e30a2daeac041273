"""What was said about the submitted reviews of one application: changed scores, second opinions, the discussion."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import and_, select

from dih.accounts.models import Person
from dih.calls.grid import Grid
from dih.extensions.database import db
from dih.reviews.models import DiscussionNote, OpinionAsked, Review, ReviewRevision, SecondOpinion
from dih.reviews.queries.terms import USUAL, terms
from dih.reviews.rules import scoring
from dih.reviews.rules.scoring import Draft


@dataclass(frozen=True, slots=True)
class Earlier:
    """Scores that were changed later: when they were given, their total in percent, and why they were changed."""

    given_at: dt.datetime | None
    draft: Draft
    total: Fraction | None
    changed_at: dt.datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """Somebody who agrees or not with a review."""

    author: str
    agrees: bool
    reasons: str
    given_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Note:
    """A contribution to the discussion."""

    author: str
    words: str
    written_at: dt.datetime


class Said:
    """All of it for one application, in five queries."""

    def __init__(self, application_id: int) -> None:
        self.closed = terms([application_id]).get(application_id, USUAL).closed
        self._revisions: dict[int, list[ReviewRevision]] = defaultdict(list)
        self.opinions: dict[int, list[Opinion]] = defaultdict(list)
        revisions = (
            select(ReviewRevision)
            .join(Review, Review.id == ReviewRevision.review_id)
            .where(Review.application_id == application_id)
            .order_by(ReviewRevision.number)
        )
        for revision in db.session.scalars(revisions):
            self._revisions[revision.review_id].append(revision)
        opinions = (
            select(SecondOpinion, Person.name)
            .join(Review, Review.id == SecondOpinion.review_id)
            .join(Person, Person.id == SecondOpinion.author_id)
            .where(Review.application_id == application_id)
            .order_by(SecondOpinion.id)
        )
        for one, name in db.session.execute(opinions):
            self.opinions[one.review_id].append(Opinion(name, one.agrees, one.reasons, one.given_at))
        given = and_(SecondOpinion.review_id == Review.id, SecondOpinion.author_id == OpinionAsked.person_id)
        self.waits_for: dict[int, list[str]] = defaultdict(list)
        waiting = (
            select(OpinionAsked.review_id, Person.name)
            .join(Review, Review.id == OpinionAsked.review_id)
            .join(Person, Person.id == OpinionAsked.person_id)
            .outerjoin(SecondOpinion, given)
            .where(Review.application_id == application_id, SecondOpinion.id.is_(None))
            .order_by(OpinionAsked.id)
        )
        for review_id, name in db.session.execute(waiting):
            self.waits_for[review_id].append(name)
        notes = (
            select(Person.name, DiscussionNote.words, DiscussionNote.written_at)
            .join(Person, Person.id == DiscussionNote.author_id)
            .where(DiscussionNote.application_id == application_id)
            .order_by(DiscussionNote.id)
        )
        self.notes = [Note(*row) for row in db.session.execute(notes)]

    def changes(self, review: Review, first: Draft, grid: Grid) -> tuple[list[Earlier], Draft]:
        """The scores of a review before each change, the first ones at the front, and those that count now."""
        earlier, present, given_at = [], first, review.submitted_at
        for one in self._revisions[review.id]:
            total = scoring.total(grid, present.marks)
            earlier.append(Earlier(given_at, present, total, one.revised_at, one.reason))
            present, given_at = Draft(one.marks, one.remarks, one.comment), one.revised_at
        return earlier, present
