"""Second opinions of people who have no review of the application: who may be asked, and what is asked of the actor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select

from dih.applications.models import Application
from dih.applications.queries import open_to
from dih.applications.vocabulary import ApplicationStatus
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import OpinionAsked, Review, ReviewTerms, SecondOpinion
from dih.reviews.queries.board import Candidate, assigning
from dih.reviews.queries.reach import unbarred
from dih.reviews.vocabulary import READING_REVIEWS, ReviewStatus
from dih.shared.access import Actor


@dataclass(frozen=True, slots=True)
class AskedOf:
    """A review on which the actor's opinion is asked for."""

    review_uuid: UUID
    reference: str
    organisation: str
    asked_at: dt.datetime


def asked_of(actor: Actor, day: dt.date) -> Sequence[AskedOf]:
    """What waits for the actor's opinion, the oldest first; one query."""
    given = exists().where(SecondOpinion.review_id == Review.id, SecondOpinion.author_id == actor.person_id)
    rows = db.session.execute(
        select(Review.uuid, Application.reference, Organisation.name, OpinionAsked.asked_at)
        .select_from(OpinionAsked)
        .join(Review, Review.id == OpinionAsked.review_id)
        .join(Application, Application.id == Review.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(ReviewTerms, ReviewTerms.application_id == Application.id)
        .where(
            OpinionAsked.person_id == actor.person_id,
            Review.status == ReviewStatus.SUBMITTED,
            Application.status == ApplicationStatus.IN_REVIEW,
            ReviewTerms.closed_at.is_(None),
            unbarred(actor, day),
            ~given,
        )
        .order_by(OpinionAsked.id)
    )
    return [AskedOf(row.uuid, row.reference or "", row.name, row.asked_at) for row in rows]


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
