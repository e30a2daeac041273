"""Scores as they count: those submitted first, or those of the last change in the discussion."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from dih.reviews.models import Review, ReviewRevision

_other = aliased(ReviewRevision)


def is_last() -> ColumnElement[bool]:
    """The ON clause of an outer join from reviews to their last revision."""
    last = select(func.max(_other.number)).where(_other.review_id == Review.id).correlate(Review).scalar_subquery()
    return and_(ReviewRevision.review_id == Review.id, ReviewRevision.number == last)


def counted() -> ColumnElement[Any]:
    """The marks that count, in a statement joined by `is_last`."""
    return func.coalesce(ReviewRevision.marks, Review.marks)
