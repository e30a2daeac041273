"""What a reviewer reaches: applications of own reviews that are not closed, or of one on which an opinion is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, or_, select
from sqlalchemy.orm import aliased

from dih.applications import queries as applications
from dih.applications.models import Application
from dih.applications.queries import Case
from dih.applications.vocabulary import ApplicationStatus
from dih.conflicts.queries import in_conflict
from dih.extensions.database import db
from dih.reviews.models import OpinionAsked, Review
from dih.reviews.vocabulary import OPEN_REVIEWS, READING_REVIEWS, ReviewStatus
from dih.routing.queries import works_for_deliverer
from dih.shared import clock
from dih.shared.access import Actor


def unbarred(actor: Actor, day: dt.date) -> ColumnElement[bool]:
    """No conflict keeps the actor from reviewing the application of the statement on `day`."""
    return ~in_conflict(actor.person_id, day, Application.id, Application.organisation_id, reviewing=True)


def own(actor: Actor, day: dt.date) -> ColumnElement[bool]:
    """The WHERE clause of the reviews that the actor may open, joined to their applications."""
    return and_(Review.reviewer_id == actor.person_id, Review.status.in_(READING_REVIEWS), unbarred(actor, day))


def asked(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor's second opinion is asked for on the submitted review of the statement.

    Who was given a review of the same application afterwards reads no other before the own one is in.
    """
    request = exists().where(OpinionAsked.review_id == Review.id, OpinionAsked.person_id == actor.person_id)
    return and_(Review.status == ReviewStatus.SUBMITTED, request, ~still_writes(actor, Review.application_id))


def still_writes(actor: Actor, application_id: SQLColumnExpression[Any] | int) -> ColumnElement[bool]:
    """Whether the actor's own review of the application is open: no other one is read before it is in, in any role."""
    own_one = aliased(Review)
    return exists().where(
        own_one.application_id == application_id,
        own_one.reviewer_id == actor.person_id,
        own_one.status.in_(OPEN_REVIEWS),
    )


def asked_before(application_ids: Iterable[int]) -> set[tuple[int, int]]:
    """Pairs (person, application) of whose second opinion was asked for: who read a review writes none of the same."""
    rows = db.session.execute(
        select(OpinionAsked.person_id, Review.application_id)
        .join(Review, Review.id == OpinionAsked.review_id)
        .where(Review.application_id.in_(list(application_ids)))
    )
    return {(row.person_id, row.application_id) for row in rows}


def case_for_reviewer(application_uuid: UUID, actor: Actor, now: dt.datetime) -> Case:
    """The application of a review that the actor writes, or on which the actor's second opinion is asked for.

    Raises NotFound without one, and in a conflict of interest.
    """
    writes = and_(Review.reviewer_id == actor.person_id, Review.status.in_(READING_REVIEWS))
    mine = exists().where(Review.application_id == Application.id, or_(writes, asked(actor)))
    return applications.find_within(application_uuid, and_(mine, unbarred(actor, clock.day_of(now))))


def biddable(actor: Actor, day: dt.date) -> ColumnElement[bool]:
    """The WHERE clause of applications about which a reviewer may say a wish: placed, not delivered at home, no bar."""
    with_reviews = Application.status == ApplicationStatus.PLACED
    return and_(with_reviews, ~works_for_deliverer(actor.person_id), unbarred(actor, day))
