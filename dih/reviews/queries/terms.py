"""What managers have set for single applications, over what their call says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from dih.extensions.database import db
from dih.reviews.models import ReviewTerms


@dataclass(frozen=True, slots=True)
class Terms:
    """Reviews wanted and the least fit allowed (1 to 10,000), None where the call or the plan rules; the phase."""

    wanted: int | None = None
    floor: int | None = None
    closed: bool = False
    third: bool = False

    def reviews(self, usual: int) -> int:
        """How many reviews the application wants, in a call that wants `usual` ones."""
        return usual if self.wanted is None else self.wanted


USUAL = Terms()


def terms(application_ids: Collection[int]) -> Mapping[int, Terms]:
    """The terms of these applications where some are set; one query."""
    rows = db.session.execute(
        select(
            ReviewTerms.application_id,
            ReviewTerms.wanted,
            ReviewTerms.floor,
            ReviewTerms.closed_at.is_not(None),
            ReviewTerms.third_at.is_not(None),
        ).where(ReviewTerms.application_id.in_(application_ids))
    )
    return {row[0]: Terms(*row[1:]) for row in rows}
