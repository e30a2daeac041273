"""Every score of a call, criterion by criterion: with the formula of docs/ranking.md it makes the ranking again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import and_, select

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.applications.queries import open_to
from dih.calls import queries as calls
from dih.extensions.database import db
from dih.reviews.models import Review, ReviewRevision
from dih.reviews.queries.board import call_named
from dih.reviews.queries.marks import counted, is_last
from dih.reviews.queries.ranking import RANKED
from dih.reviews.queries.reach import still_writes
from dih.reviews.rules import scoring
from dih.reviews.vocabulary import ReviewStatus
from dih.shared.access import Actor


@dataclass(frozen=True, slots=True)
class Score:
    """The points of one criterion in one complete review, with what the call says of it.

    An application without a complete review has one such row, without reviewer and criterion. `tie_break` is the
    criterion's place among the tie-breaks, from 1; points are those that count, after the discussion.
    """

    reference: str
    submitted_at: dt.datetime | None
    reviewer_id: int | None
    reviewer: str | None
    criterion: str | None
    points: int | None
    max_points: int | None
    weight_percent: Decimal | None
    threshold_points: int | None
    tie_break: int | None
    total_threshold_percent: Decimal | None


def scores(code: str, actor: Actor, day: dt.date) -> Sequence[Score]:
    """The scores of the applications in the ranking that the actor may see. Raises NotFound without reviews."""
    call = call_named(code)
    seen = and_(open_to(actor, day), ~still_writes(actor, Application.id))
    tie_breaks = call.content.grid.tie_breaks if call.content.grid else ()
    rows = db.session.execute(
        select(
            Application.reference,
            Application.submitted_at,
            Application.call_version_id,
            Review.reviewer_id,
            Person.name,
            counted().label("marks"),
        )
        .outerjoin(Review, (Review.application_id == Application.id) & (Review.status == ReviewStatus.SUBMITTED))
        .outerjoin(Person, Person.id == Review.reviewer_id)
        .outerjoin(ReviewRevision, is_last())
        .where(Application.call_id == call.call_id, Application.status.in_(RANKED), seen)
        .order_by(Application.id, Review.id)
    ).all()
    versions = calls.versions(sorted({row.call_version_id for row in rows}))
    found = []
    for row in rows:
        grid = versions[row.call_version_id].content.grid
        if grid is None:
            continue
        if row.marks is None or scoring.total(grid, row.marks) is None:
            found.append(Score(row.reference or "", row.submitted_at, *[None] * 9))
            continue
        for part in scoring.scored(grid, row.marks):
            own = part.criterion
            found.append(
                Score(
                    row.reference or "",
                    row.submitted_at,
                    row.reviewer_id,
                    row.name,
                    own.key,
                    part.points,
                    own.max_points,
                    own.weight_percent,
                    own.threshold_points,
                    tie_breaks.index(own.key) + 1 if own.key in tie_breaks else None,
                    grid.total_threshold_percent,
                )
            )
    return found
