"""What the reviews of an application said by criterion, kept with the decision: the letter gives it as reasons."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from dih.applications import operations as applications
from dih.applications.models import Application
from dih.calls.vocabulary import CallMethod
from dih.extensions.database import db
from dih.reviews import queries as reviews
from dih.reviews.models import Review, ReviewRevision, ReviewTerms
from dih.reviews.queries.marks import counted, is_last
from dih.reviews.rules.ranking import Entry, rank
from dih.reviews.rules.rounding import rounded
from dih.reviews.vocabulary import ReviewStatus
from dih.shared.wording import N_, Text


def missing_in(application: Application) -> Text | None:
    """What the reviews of a ranked call's application lack to carry an approval; None where they do, or none are asked.

    They lack something while fewer are in than wanted, and below a threshold of the call.
    """
    call = applications.call_of(application)
    if call.method is not CallMethod.RANKED:
        return None
    rows = db.session.execute(
        select(Application.id, Application.call_version_id, Application.submitted_at, ReviewTerms.wanted)
        .outerjoin(ReviewTerms, ReviewTerms.application_id == Application.id)
        .where(Application.id == application.id)
    ).all()
    for standing in reviews.standings(call, rows):
        if standing.ranked.count < standing.wanted:
            values = {"count": standing.ranked.count, "wanted": standing.wanted}
            return Text(N_("%(count)s of %(wanted)s reviews are in."), values)
        if standing.ranked.failed:
            return standing.ranked.failed[0]
    return None


def grounds_of(application: Application) -> list[dict[str, Any]]:
    """By criterion: its name, the mean of its points, of how many, its threshold, and the remarks, unnamed.

    Empty where the call has no grid or no review is complete.
    """
    grid = applications.call_of(application).content.grid
    if grid is None:
        return []
    rows = db.session.execute(
        select(counted(), func.coalesce(ReviewRevision.remarks, Review.remarks))
        .select_from(Review)
        .outerjoin(ReviewRevision, is_last())
        .where(Review.application_id == application.id, Review.status == ReviewStatus.SUBMITTED)
        .order_by(Review.id)
    ).all()
    judged = rank([Entry(application.id, application.submitted_at, grid, [marks for marks, _ in rows])], ())[0]
    if judged.mean is None:
        return []
    return [
        {
            "name": dict(criterion.label),
            "points": str(rounded(judged.means[criterion.key])),
            "most": criterion.max_points,
            "threshold": criterion.threshold_points,
            "remarks": [remarks[criterion.key] for _, remarks in rows if remarks.get(criterion.key)],
        }
        for criterion in grid.criteria
    ]
