"""What managers set: reviews wanted and the floor of one application, limits of reviewers, who is away, the phases."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dih.accounts.models import Person
from dih.applications import operations as applications
from dih.applications.models import Application
from dih.applications.queries import open_to
from dih.applications.vocabulary import ApplicationStatus
from dih.extensions.database import db
from dih.reviews.models import ReviewBid, ReviewerProfile, ReviewTerms
from dih.reviews.queries.board import call_named
from dih.reviews.queries.panel import ASSIGNABLE
from dih.reviews.queries.reach import biddable
from dih.reviews.queries.reviewers import USUAL_LOAD, reviewers
from dih.reviews.vocabulary import Bid
from dih.shared import audit, clock, texts
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.wording import N_

MOST_WANTED = 6
MOST_LOAD = 200
MOST_REASON = 2000


def set_terms(
    application_id: int, wanted: int | None, floor: int | None, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """How many reviews one application wants, and the least fit (1 to 10,000) allowed for it; None as usual.

    Raises BrokenRule without a reason, NotFound out of reach.
    """
    application = applications.load_for_staff(application_id, actor, now)
    _check(actor)
    if application.status not in ASSIGNABLE:
        raise BrokenRule.because(N_("This application is not in review any more. Nothing was changed."))
    if wanted is not None and not 0 <= wanted <= MOST_WANTED:
        raise BrokenRule.because(N_("Enter a number from 0 to %(most)s."), "wanted", most=MOST_WANTED)
    reason = reason_of(reason)
    row = terms_of(application_id)
    before = {"wanted": row.wanted, "floor": row.floor}
    row.wanted, row.floor = wanted, floor
    audit.record(
        actor,
        now,
        ("application", application_id),
        "review_terms",
        before=before,
        after={"wanted": wanted, "floor": floor},
        reason=reason,
        application_id=application_id,
    )


def close_discussion(code: str, actor: Actor, now: dt.datetime) -> int:
    """Ends the discussion of all applications of a call that are in review: scores stand. Returns how many."""
    _check(actor)
    call = call_named(code)
    ids = db.session.scalars(
        select(Application.id)
        .where(
            Application.call_id == call.call_id,
            Application.status == ApplicationStatus.IN_REVIEW,
            open_to(actor, clock.day_of(now)),
        )
        .order_by(Application.id)
        .with_for_update(of=Application)
    ).all()
    closed = 0
    for application_id in ids:
        row = terms_of(application_id)
        if row.closed_at is None:
            row.closed_at, closed = now, closed + 1
            audit.record(actor, now, ("application", application_id), "review_close", application_id=application_id)
    return closed


def set_limit(person_id: int, most: int, actor: Actor, now: dt.datetime) -> None:
    """The most reviews that a reviewer has open at a time."""
    _check(actor)
    if not 0 <= most <= MOST_LOAD:
        raise BrokenRule.because(N_("Enter a number from 0 to %(most)s."), f"most_{person_id}", most=MOST_LOAD)
    profile = _profile(person_id)
    if profile.most_open != most:
        before, profile.most_open = profile.most_open, most
        _record(person_id, "reviewer_limit", actor, now, before={"most": before}, after={"most": most})


def take_off(person_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Somebody is ill or away: gets nothing more, and what is open is offered for repair. Raises BrokenRule."""
    _check(actor)
    reason = reason_of(reason)
    _profile(person_id).away_reason = reason
    _record(person_id, "reviewer_away", actor, now, reason=reason)


def bring_back(person_id: int, actor: Actor, now: dt.datetime) -> None:
    """The reviewer takes reviews again."""
    _check(actor)
    _profile(person_id).away_reason = ""
    _record(person_id, "reviewer_back", actor, now)


def bid(application_uuid: UUID, wish: Bid, actor: Actor, now: dt.datetime) -> None:
    """The actor says how much it wants to review an application. Raises NotFound where there is nothing to say."""
    if actor.person_id is None or not actor.may(Permission.REVIEW):
        raise Forbidden
    application_id = db.session.scalar(
        select(Application.id).where(Application.uuid == application_uuid, biddable(actor, clock.day_of(now)))
    )
    if application_id is None:
        raise NotFound
    db.session.merge(ReviewBid(reviewer_id=actor.person_id, application_id=application_id, bid=wish, given_at=now))


def terms_of(application_id: int) -> ReviewTerms:
    """The row of an application, made where there is none; its application is locked by the caller."""
    row = db.session.get(ReviewTerms, application_id, with_for_update=True, populate_existing=True)
    if row is None:
        row = ReviewTerms(application_id=application_id)
        db.session.add(row)
    return row


def reason_of(typed: str, field: str = "reason", nothing: str = N_("Give a reason: it is kept.")) -> str:
    """The text without the space around it. Raises BrokenRule, saying `nothing`, for none, or one that is too long."""
    return texts.needed(typed, field, nothing, MOST_REASON)


def _profile(person_id: int) -> ReviewerProfile:
    """The profile of a reviewer, the person locked. Raises NotFound for somebody who does not review."""
    db.session.scalar(select(Person.id).where(Person.id == person_id).with_for_update())
    if person_id not in {one.person_id for one in reviewers()}:
        raise NotFound
    profile = db.session.get(ReviewerProfile, person_id)
    if profile is None:
        profile = ReviewerProfile(
            person_id=person_id,
            sectors=[],
            areas=[],
            technologies=[],
            languages=["ro"],
            most_open=USUAL_LOAD,
            away_reason="",
        )
        db.session.add(profile)
    return profile


def _record(person_id: int, action: str, actor: Actor, now: dt.datetime, **more: Any) -> None:
    audit.record(actor, now, ("person", person_id), action, **more)


def _check(actor: Actor) -> None:
    if not actor.may(Permission.ASSIGN_REVIEWERS):
        raise Forbidden
