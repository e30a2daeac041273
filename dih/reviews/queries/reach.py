"""What a reviewer reaches: the applications of the own reviews that are not closed, unless a conflict stands."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists

from dih.accounts.models import Membership
from dih.applications import queries as applications
from dih.applications.models import Application
from dih.applications.queries import Case
from dih.applications.vocabulary import ApplicationStatus
from dih.conflicts.queries import in_conflict
from dih.reviews.models import Review
from dih.reviews.vocabulary import READING_REVIEWS
from dih.shared import clock
from dih.shared.access import Actor, Role, ScopeKind


def unbarred(actor: Actor, day: dt.date) -> ColumnElement[bool]:
    """No conflict keeps the actor from reviewing the application of the statement on `day`."""
    return ~in_conflict(actor.person_id, day, Application.id, Application.organisation_id, reviewing=True)


def own(actor: Actor, day: dt.date) -> ColumnElement[bool]:
    """The WHERE clause of the reviews that the actor may open, joined to their applications."""
    return and_(Review.reviewer_id == actor.person_id, Review.status.in_(READING_REVIEWS), unbarred(actor, day))


def case_for_reviewer(application_uuid: UUID, actor: Actor, now: dt.datetime) -> Case:
    """The application of one of the actor's reviews. Raises NotFound without one, and in a conflict of interest."""
    mine = exists().where(
        Review.application_id == Application.id,
        Review.reviewer_id == actor.person_id,
        Review.status.in_(READING_REVIEWS),
    )
    return applications.find_within(application_uuid, and_(mine, unbarred(actor, clock.day_of(now))))


def biddable(actor: Actor, day: dt.date) -> ColumnElement[bool]:
    """The WHERE clause of applications about which a reviewer may say a wish: placed, not the own partner's, no bar."""
    mine = exists().where(
        Membership.person_id == actor.person_id,
        Membership.scope_kind == ScopeKind.PARTNER,
        Membership.role == Role.REVIEWER,
        Membership.scope_id == Application.partner_id,
        Membership.ended_at.is_(None),
    )
    with_reviews = Application.status == ApplicationStatus.PLACED
    return and_(with_reviews, ~mine, unbarred(actor, day))
