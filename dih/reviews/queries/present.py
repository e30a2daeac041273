"""The reviews of a call as they stand, and which of them somebody else must write."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, func, or_, select

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.applications.queries import open_to
from dih.applications.vocabulary import ApplicationStatus
from dih.conflicts import queries as conflicts
from dih.conflicts.rules import CaseFacts
from dih.extensions.database import db
from dih.reviews.models import Review, ReviewerProfile, ReviewTerms
from dih.reviews.queries.reach import asked_before
from dih.reviews.queries.reviewers import Reviewer
from dih.reviews.queries.terms import USUAL, terms
from dih.reviews.vocabulary import OPEN_REVIEWS, READING_REVIEWS, ReviewStatus
from dih.shared.access import Actor

GIVEN_UP = (ReviewStatus.DECLINED, ReviewStatus.CONFLICTED, ReviewStatus.SET_ASIDE, ReviewStatus.RECALLED)


@dataclass(frozen=True, slots=True)
class Row:
    """A review with its reviewer's name and the facts of its application."""

    review: Review
    name: str
    case: CaseFacts


class Present:
    """The reviews of a call that are or were, and who cannot go on with an open one."""

    def __init__(self, found: Sequence[Row], people: Mapping[int, Reviewer], day: dt.date) -> None:
        self.rows, self.people = found, people
        cases = {row.case.application_id: row.case for row in found}
        everybody = {row.review.reviewer_id for row in found} | set(people)
        self.barred = conflicts.bars(list(cases.values()), everybody, day)
        self.asked = asked_before(one for one in cases if one is not None)
        self.own = terms([one for one in cases if one is not None])

    def lost(self, usual: int) -> list[Row]:
        """Reviews to be passed on: open ones of who is away or in conflict, and those given up that left a gap."""
        by_application: dict[int, list[Row]] = defaultdict(list)
        for row in self.rows:
            by_application[row.review.application_id].append(row)
        found = []
        for application_id, rows in by_application.items():
            gone = [row for row in rows if self._gone(row)]
            kept = sum(row.review.status in READING_REVIEWS for row in rows) - len(gone)
            lacking = self.own.get(application_id, USUAL).reviews(usual) - kept
            given_up = [row for row in reversed(rows) if row.review.status in GIVEN_UP]
            given_up.sort(key=lambda row: row.review.status is ReviewStatus.RECALLED)
            found += [*gone, *given_up][: max(0, lacking)]
        return found

    def _gone(self, row: Row) -> bool:
        person = self.people.get(row.review.reviewer_id)
        away = person is None or bool(person.away_reason)
        pair = (row.review.reviewer_id, row.review.application_id)
        return row.review.status in OPEN_REVIEWS and (away or pair in self.barred)


def rows(call_id: int, actor: Actor, day: dt.date) -> list[Row]:
    """All reviews of the call's applications in review that the actor reaches, the oldest first; one query."""
    found = db.session.execute(
        select(Review, Person.name, Application.organisation_id, Application.partner_id)
        .join(Application, Application.id == Review.application_id)
        .join(Person, Person.id == Review.reviewer_id)
        .where(Application.call_id == call_id, Application.status == ApplicationStatus.IN_REVIEW, open_to(actor, day))
        .order_by(Review.id)
    )
    return [
        Row(review, name, CaseFacts(review.application_id, organisation_id, partner_id))
        for review, name, organisation_id, partner_id in found
    ]


def to_repair(usual: Mapping[int, int]) -> dict[int, int]:
    """How many applications of published plans lack a review that was given up, by call; `usual` reviews by call id.

    One query.
    """
    away = and_(Review.status.in_(OPEN_REVIEWS), func.coalesce(ReviewerProfile.away_reason, "") != "")
    lost = (ReviewStatus.DECLINED, ReviewStatus.CONFLICTED, ReviewStatus.SET_ASIDE)
    given_up = or_(Review.status.in_(lost), away)
    rows = db.session.execute(
        select(
            Application.call_id,
            func.count(case((and_(Review.status.in_(READING_REVIEWS), ~away), 1))).label("active"),
            ReviewTerms.wanted,
        )
        .join(Review, Review.application_id == Application.id)
        .outerjoin(ReviewerProfile, ReviewerProfile.person_id == Review.reviewer_id)
        .outerjoin(ReviewTerms, ReviewTerms.application_id == Application.id)
        .where(Application.call_id.in_(usual), Application.status == ApplicationStatus.IN_REVIEW)
        .group_by(Application.id, Application.call_id, ReviewTerms.wanted)
        .having(func.count(case((and_(given_up, Review.plan_id.is_not(None)), 1))) > 0)
    )
    counted: dict[int, int] = defaultdict(int)
    for row in rows:
        wanted = usual[row.call_id] if row.wanted is None else row.wanted
        counted[row.call_id] += row.active < wanted
    return counted
