"""The reviewer's queue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.calls.grid import Grid
from dih.calls.models import CallVersion
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import Review
from dih.reviews.queries.reach import own
from dih.reviews.rules.scoring import Draft
from dih.reviews.vocabulary import OPEN_REVIEWS, ReviewStatus
from dih.shared.access import Actor

SUBMITTED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Queued:
    """One review of the own, with its application."""

    uuid: UUID
    status: ReviewStatus
    due_on: dt.date
    submitted_at: dt.datetime | None
    saved_at: dt.datetime | None
    reference: str
    title: str
    organisation: str
    call_title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Queue:
    """Open reviews by deadline, and the latest submitted ones."""

    waiting: Sequence[Queued]
    submitted: Sequence[Queued]


def _reviews() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Review.uuid,
            Review.status,
            Review.due_on,
            Review.submitted_at,
            Review.saved_at,
            Application.reference,
            Application.title,
            Organisation.name,
            CallVersion.title,
        )
        .join(Application, Application.id == Review.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(CallVersion, CallVersion.id == Application.call_version_id)
    )


def queue(actor: Actor, day: dt.date) -> Queue:
    """The actor's queue; two queries."""
    open_ones = _reviews().where(own(actor, day), _open()).order_by(Review.due_on, Review.id)
    handed_in = (
        _reviews()
        .where(own(actor, day), Review.status == ReviewStatus.SUBMITTED)
        .order_by(Review.submitted_at.desc(), Review.id.desc())
        .limit(SUBMITTED_SHOWN)
    )
    return Queue(
        [Queued(*row) for row in db.session.execute(open_ones)],
        [Queued(*row) for row in db.session.execute(handed_in)],
    )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a review stands among the actor's open ones: `place` of `count`, and the ones before and after it.

    `place` is None for a review that is not open (any more); `next` is then the one due first.
    """

    place: int | None
    count: int
    previous: UUID | None
    next: UUID | None


def neighbours(review_uuid: UUID, actor: Actor, day: dt.date) -> Neighbours:
    """The open reviews around one, in the order of the queue; one query."""
    ids = list(
        db.session.scalars(
            select(Review.uuid)
            .join(Application, Application.id == Review.application_id)
            .where(own(actor, day), or_(_open(), Review.uuid == review_uuid))
            .order_by(Review.due_on, Review.id)
        )
    )
    others = [one for one in ids if one != review_uuid]
    at = ids.index(review_uuid) if review_uuid in ids else None
    before = ids[:at] if at else []
    after = ids[at + 1 :] if at is not None else others
    following = after[0] if after else next(iter(others), None)
    return Neighbours(None if at is None else at + 1, len(ids), before[-1] if before else None, following)


def _open() -> ColumnElement[bool]:
    return and_(Review.status.in_(OPEN_REVIEWS), Application.status == ApplicationStatus.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class Opened:
    """An open review of the own with its grid and what is filled in so far."""

    uuid: UUID
    version: int
    reference: str
    organisation: str
    grid: Grid
    draft: Draft


def open_reviews(actor: Actor, day: dt.date) -> list[Opened]:
    """The actor's open reviews, in the order of the queue; two queries."""
    rows = db.session.execute(
        select(Review, Application.reference, Application.call_version_id, Organisation.name)
        .join(Application, Application.id == Review.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(own(actor, day), _open())
        .order_by(Review.due_on, Review.id)
    ).all()
    versions = calls.versions(sorted({row.call_version_id for row in rows}))
    return [
        Opened(
            review.uuid,
            review.version,
            reference or "",
            name,
            grid,
            Draft(review.marks, review.remarks, review.comment),
        )
        for review, reference, version_id, name in rows
        if (grid := versions[version_id].content.grid) is not None
    ]
