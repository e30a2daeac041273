"""The one place where the status of a review changes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import update

from dih.extensions.database import db
from dih.reviews.models import Review
from dih.reviews.vocabulary import REVIEW_STATUS_TRANSITIONS, ReviewStatus
from dih.shared import audit
from dih.shared.access import Actor
from dih.shared.errors import Stale
from dih.shared.transitions import target_of


def move(review: Review, action: str, actor: Actor, now: dt.datetime, *, reason: str = "", **values: Any) -> None:
    """Takes one edge of the transition table and records it, with other columns that change with the status.

    Raises Stale when somebody was faster, Forbidden when the actor may not.
    """
    source = review.status
    target = ReviewStatus(target_of(REVIEW_STATUS_TRANSITIONS, action, source, actor))
    write(review, source, status=target, **values)
    audit.record(
        actor,
        now,
        ("review", review.id),
        f"review_{action}",
        before={"status": source.value},
        after={"status": target.value, "reviewer_id": review.reviewer_id},
        reason=reason,
        application_id=review.application_id,
    )


def write(review: Review, source: ReviewStatus, **values: Any) -> int:
    """Changes a review that still is in `source` and at the version that was loaded; returns the new version.

    Raises Stale otherwise: of two people, or two tabs, one wins; what was submitted is sealed.
    """
    done = db.session.execute(
        update(Review)
        .where(Review.id == review.id, Review.status == source, Review.version == review.version)
        .values(version=review.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Stale
    db.session.expire(review)
    return review.version
