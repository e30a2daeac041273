"""The phases of reviewing one application, as one review stands in them."""

from __future__ import annotations

from dih.applications.vocabulary import ApplicationStatus
from dih.reviews.vocabulary import Phase, ReviewStatus


def phase_of(review: ReviewStatus, application: ApplicationStatus, closed: bool) -> Phase:
    """Individual until the own submission, then discussion, until a manager closes it or the application moves on."""
    if application is not ApplicationStatus.IN_REVIEW or closed or review is ReviewStatus.SET_ASIDE:
        return Phase.CLOSED
    return Phase.DISCUSSION if review is ReviewStatus.SUBMITTED else Phase.INDIVIDUAL
