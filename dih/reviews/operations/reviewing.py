"""What a reviewer does: save a draft, submit, decline."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.calls.grid import Grid
from dih.extensions.database import db
from dih.reviews import emails
from dih.reviews.models import Review
from dih.reviews.operations.discussing import ask_third
from dih.reviews.operations.moving import move, write
from dih.reviews.queries.reach import own
from dih.reviews.rules import scoring
from dih.reviews.rules.scoring import Draft
from dih.reviews.vocabulary import OPEN_REVIEWS, ReviewStatus
from dih.shared import clock, texts
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule, NotFound, Stale
from dih.shared.wording import N_

MOST_REASON = 2000


def save_draft(review_uuid: UUID, draft: Draft, version: int, actor: Actor, now: dt.datetime) -> int:
    """Keeps what is filled in; returns the new version. The first save begins the review.

    Raises Stale when `version` is not the present one (another tab saved) or the review is submitted.
    """
    review, _application = _open_own(review_uuid, actor, now)
    if review.version != version:
        raise Stale
    kept: dict[str, Any] = {
        "marks": dict(draft.marks),
        "remarks": dict(draft.remarks),
        "comment": draft.comment,
        "saved_at": now,
    }
    if review.status is ReviewStatus.ASSIGNED:
        move(review, "start", actor, now, **kept)
        return review.version
    return write(review, review.status, **kept)


def submit(review_uuid: UUID, version: int, actor: Actor, now: dt.datetime) -> None:
    """Hands the review in, as it was saved last; from now on it is sealed. A wide spread asks for one review more.

    Raises BrokenRule with all that is missing, Stale when another tab saved or submitted.
    """
    review, application = _open_own(review_uuid, actor, now)
    if review.version != version:
        raise Stale
    problems = scoring.missing(grid_of(application), Draft(review.marks, review.remarks, review.comment))
    if problems:
        raise BrokenRule(*problems)
    move(review, "submit", actor, now, submitted_at=now)
    ask_third(application, now)


def decline(review_uuid: UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Gives the review back with a reason, which is remembered; managers get a mail."""
    review, application = _open_own(review_uuid, actor, now)
    reason = texts.needed(reason, "reason", N_("Say why, so that the manager can ask somebody else."), MOST_REASON)
    move(review, "decline", actor, now, reason=reason, declined_reason=reason)
    emails.given_back(application, actor.name, reason, now)


def grid_of(application: Application) -> Grid:
    """The grid of the call version under which the application was begun. Raises NotFound where it has none."""
    call = calls.version(application.call_version_id)
    if call is None or call.content.grid is None:
        raise NotFound
    return call.content.grid


def _open_own(review_uuid: UUID, actor: Actor, now: dt.datetime) -> tuple[Review, Application]:
    """The actor's review and its application, both locked. Raises NotFound when closed or out of reach.

    Raises Stale for a submitted one, BrokenRule when the application is not in review any more.
    """
    row = db.session.execute(
        select(Review, Application)
        .join(Application, Application.id == Review.application_id)
        .where(Review.uuid == review_uuid, own(actor, clock.day_of(now)))
        .with_for_update(of=(Application, Review))
    ).one_or_none()
    if row is None:
        raise NotFound
    review, application = row
    if review.status not in OPEN_REVIEWS:
        raise Stale
    if application.status is not ApplicationStatus.IN_REVIEW:
        raise BrokenRule.because(N_("This application is not in review any more. Nothing is needed from you."))
    return review, application
