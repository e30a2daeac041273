"""Second opinions of people who have no review of the application: who may be asked, and what is asked of the actor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select

from dih.applications.models import Application
from dih.applications.queries import open_to
from dih.applications.vocabulary import ApplicationStatus
from dih.conflicts.queries import in_conflict
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import OpinionAsked, Review, ReviewTerms, SecondOpinion
from dih.reviews.queries.board import Candidate, assigning
from dih.reviews.vocabulary import READING_REVIEWS, ReviewStatus
from dih.shared.access import Actor


@dataclass(frozen=True, slots=True)
class AskedOf:
    """A review on which the actor's opinion is asked for."""

    review_uuid: UUID
    reference: str
    organisation: str
    due_on: dt.date


def still_asked(day: dt.date) -> ColumnElement[bool]:
    """The WHERE clause of opinions that are not given and may be: no conflict since, the discussion not closed.

    Of a statement that joins OpinionAsked, Review and Application.
    """
    given = exists().where(SecondOpinion.review_id == Review.id, SecondOpinion.author_id == OpinionAsked.person_id)
    closed = exists().where(ReviewTerms.application_id == Application.id, ReviewTerms.closed_at.is_not(None))
    person = OpinionAsked.person_id
    return and_(
        Review.status == ReviewStatus.SUBMITTED,
        Application.status == ApplicationStatus.IN_REVIEW,
        ~closed,
        ~in_conflict(person, day, Application.id, Application.organisation_id, reviewing=True),
        ~given,
    )


def asked_of(actor: Actor, day: dt.date) -> Sequence[AskedOf]:
    """What waits for the actor's opinion, the one due first at the front; one query."""
    rows = db.session.execute(
        select(Review.uuid, Application.reference, Organisation.name, OpinionAsked.due_on)
        .select_from(OpinionAsked)
        .join(Review, Review.id == OpinionAsked.review_id)
        .join(Application, Application.id == Review.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(OpinionAsked.person_id == actor.person_id, still_asked(day))
        .order_by(OpinionAsked.due_on, OpinionAsked.id)
    )
    return [AskedOf(row.uuid, row.reference or "", row.name, row.due_on) for row in rows]


def able_to_opine(review_uuid: UUID, actor: Actor, day: dt.date) -> Sequence[Candidate]:
    """Who may be asked about a submitted review, the best fit first: no conflict, not away, no review of it, not asked.

    Empty where the review is not reached by the actor, or not submitted.
    """
    found = db.session.execute(
        select(Review.id, Application.uuid)
        .join(Application, Application.id == Review.application_id)
        .where(Review.uuid == review_uuid, Review.status == ReviewStatus.SUBMITTED, open_to(actor, day))
    ).one_or_none()
    if found is None:
        return ()
    asked = set(db.session.scalars(select(OpinionAsked.person_id).where(OpinionAsked.review_id == found.id)))
    return [
        one
        for one in assigning(found.uuid, actor, day).candidates
        if not one.bars
        and not one.reviewer.away_reason
        and one.reviewer.person_id not in asked
        and (one.review is None or one.review.status not in READING_REVIEWS | {ReviewStatus.SET_ASIDE})
    ]
