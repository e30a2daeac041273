"""What the case page shows of reviews, by role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.extensions.database import db
from dih.reviews.models import Review, ReviewRevision, ReviewTerms
from dih.reviews.queries.marks import counted, is_last
from dih.reviews.queries.terms import Terms
from dih.reviews.rules import scoring
from dih.reviews.rules.ranking import Entry, Ranked, rank
from dih.reviews.vocabulary import OPEN_REVIEWS, READING_REVIEWS, ReviewStatus
from dih.shared.access import Actor, Permission

ASSIGNABLE = frozenset({ApplicationStatus.PLACED, ApplicationStatus.IN_REVIEW})


@dataclass(frozen=True, slots=True)
class Line:
    """One review as those see it who may; `total` is a percent, None until it is submitted."""

    uuid: UUID
    reviewer_id: int
    reviewer: str
    status: ReviewStatus
    due_on: dt.date
    submitted_at: dt.datetime | None
    declined_reason: str
    total: Fraction | None

    def overdue(self, day: dt.date) -> bool:
        """Whether it should be in by now."""
        return self.status in OPEN_REVIEWS and self.due_on < day


@dataclass(frozen=True, slots=True)
class Panel:
    """The reviews of one application. `lines` and `result` are empty for who may only know how many are in."""

    application_uuid: UUID
    call_code: str
    wanted: int
    submitted: int
    lines: Sequence[Line]
    result: Ranked | None
    may_assign: bool
    own: Line | None


def panel(application_id: int, actor: Actor) -> Panel | None:
    """The panel for the actor, in one query and that of the call; None without reviews or for who sees none of this.

    Managers and auditors see each review with its total, unless an own one is still open; a coordinator how many are
    in, a reviewer the own one.
    """
    rows = db.session.execute(
        select(
            Application.uuid.label("application_uuid"),
            Application.call_version_id,
            Application.status.label("application_status"),
            Application.submitted_at.label("handed_in_at"),
            Review.uuid,
            Review.reviewer_id,
            Person.name,
            Review.status,
            Review.due_on,
            Review.submitted_at,
            Review.declined_reason,
            counted().label("marks"),
            ReviewTerms.wanted,
        )
        .outerjoin(Review, Review.application_id == Application.id)
        .outerjoin(Person, Person.id == Review.reviewer_id)
        .outerjoin(ReviewRevision, is_last())
        .outerjoin(ReviewTerms, ReviewTerms.application_id == Application.id)
        .where(Application.id == application_id)
        .order_by(Review.id)
    ).all()
    call = calls.version(rows[0].call_version_id) if rows else None
    if call is None or call.content.grid is None or actor.organisation_id is not None:
        return None
    grid = call.content.grid
    lines = [
        Line(
            row.uuid,
            row.reviewer_id,
            row.name,
            row.status,
            row.due_on,
            row.submitted_at,
            row.declined_reason,
            scoring.total(grid, row.marks) if row.status is ReviewStatus.SUBMITTED else None,
        )
        for row in rows
        if row.uuid is not None
    ]
    writes = any(line.reviewer_id == actor.person_id and line.status in OPEN_REVIEWS for line in lines)
    sees_all = actor.may(Permission.SEE_ALL) and not writes
    marks = [row.marks for row in rows if row.status is ReviewStatus.SUBMITTED]
    result = rank([Entry(application_id, rows[0].handed_in_at, grid, marks)], grid.tie_breaks)[0]
    return Panel(
        rows[0].application_uuid,
        call.code,
        Terms(rows[0].wanted).reviews(call.content.reviews_per_application),
        len(marks),
        lines if sees_all else (),
        result if sees_all and marks else None,
        actor.may(Permission.ASSIGN_REVIEWERS) and rows[0].application_status in ASSIGNABLE,
        next((line for line in lines if line.reviewer_id == actor.person_id and line.status in READING_REVIEWS), None),
    )
