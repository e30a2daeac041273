"""After the own submission: changed scores with their history, words to each other, second opinions, a third review."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import exists, false, func, select

from dih.accounts.models import Person
from dih.applications import operations as applications
from dih.applications.models import Application
from dih.applications.queries import open_to
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.extensions.database import db
from dih.reviews import emails
from dih.reviews.models import DiscussionNote, OpinionAsked, Review, ReviewRevision, SecondOpinion
from dih.reviews.operations.assigning import hold
from dih.reviews.operations.terms import reason_of, terms_of
from dih.reviews.queries.marks import counted, is_last
from dih.reviews.queries.opinions import able_to_opine
from dih.reviews.queries.reach import asked, unbarred
from dih.reviews.queries.terms import USUAL, terms
from dih.reviews.rules import scoring
from dih.reviews.rules.scoring import Draft
from dih.reviews.settings import SPREAD_LIMIT
from dih.reviews.vocabulary import ReviewStatus
from dih.shared import audit, clock, settings
from dih.shared.access import SYSTEM, Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.free_days import free_days
from dih.shared.wording import N_


def revise(review_uuid: UUID, draft: Draft, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The actor changes the own scores in the discussion, with a reason; the first ones stay as they were submitted.

    Raises BrokenRule for what is missing and once the discussion is closed, NotFound for what is not the actor's.
    """
    review, application = _submitted(review_uuid, actor, now, mine=True)
    _check_discussion(application)
    reason = reason_of(reason)
    call = applications.call_of(application)
    if call.content.grid is None:
        raise NotFound
    problems = scoring.missing(call.content.grid, draft)
    if problems:
        raise BrokenRule(*problems)
    number = 1 + (
        db.session.scalar(select(func.max(ReviewRevision.number)).where(ReviewRevision.review_id == review.id)) or 0
    )
    db.session.add(
        ReviewRevision(
            review_id=review.id,
            number=number,
            marks=dict(draft.marks),
            remarks=dict(draft.remarks),
            comment=draft.comment,
            reason=reason,
            revised_at=now,
        )
    )
    db.session.flush()
    _record(review, "review_revise", actor, now, reason=reason)


def say(review_uuid: UUID, words: str, actor: Actor, now: dt.datetime) -> None:
    """Adds to the discussion of the review's application: who has submitted a review of it, or a manager."""
    _review, application = _submitted(review_uuid, actor, now)
    _check_discussion(application)
    text = reason_of(words, "words", N_("Write what you want to say to the other reviewers."))
    db.session.add(DiscussionNote(application_id=application.id, author_id=actor.person_id, words=text, written_at=now))


def give_opinion(review_uuid: UUID, agrees: bool, reasons: str, actor: Actor, now: dt.datetime) -> None:
    """A second opinion on a submitted review of somebody else: agree or disagree, with reasons; once for each person.

    From who has submitted a review of the same application, whom a manager has asked, or a manager.
    """
    review, application = _submitted(review_uuid, actor, now, or_asked=True)
    if review.reviewer_id == actor.person_id:
        raise Forbidden
    _check_discussion(application)
    reasons = reason_of(reasons, "reasons")
    given = exists().where(SecondOpinion.review_id == review.id, SecondOpinion.author_id == actor.person_id)
    if db.session.scalar(select(given)):
        raise BrokenRule.because(N_("You have given your opinion on this review already."), "agrees")
    db.session.add(
        SecondOpinion(review_id=review.id, author_id=actor.person_id, agrees=agrees, reasons=reasons, given_at=now)
    )
    _record(review, "review_opinion", actor, now, reason=reasons)


def ask_opinion(review_uuid: UUID, person_id: int, actor: Actor, now: dt.datetime) -> None:
    """A manager asks somebody else, by name, for a second opinion on a submitted review; that person gets a mail.

    It has as many working days as the call gives for a review.

    Raises BrokenRule for who is in conflict of interest, away, reviews the application or was asked; NotFound.
    """
    if not actor.may(Permission.ASSIGN_REVIEWERS):
        raise Forbidden
    review, application = _submitted(review_uuid, actor, now)
    _check_discussion(application)
    hold([(application.id, person_id)], actor, now)
    able = {one.reviewer.person_id for one in able_to_opine(review_uuid, actor, clock.day_of(now))}
    if person_id not in able:
        raise BrokenRule.because(N_("Choose somebody from the list."), "person")
    days = applications.call_of(application).content.days.review_working_days
    due_on = clock.add_working_days(clock.day_of(now), days, free_days())
    db.session.add(
        OpinionAsked(review_id=review.id, person_id=person_id, asked_by=actor.person_id, asked_at=now, due_on=due_on)
    )
    audit.record(
        actor,
        now,
        ("review", review.id),
        "review_opinion_asked",
        after={"person_id": person_id, "due_on": due_on.isoformat()},
        application_id=application.id,
    )
    emails.opinion_asked(db.session.get_one(Person, person_id), application, review_uuid, due_on, now)


def ask_third(application: Application, now: dt.datetime) -> None:
    """Asks for one review more where all wanted ones are in and lie too far apart; once for each application.

    The application is locked by the caller.
    """
    call = calls.version(application.call_version_id)
    if call is None or call.content.grid is None:
        return
    own = terms([application.id]).get(application.id, USUAL)
    wanted = own.reviews(call.content.reviews_per_application)
    marks = db.session.scalars(
        select(counted())
        .select_from(Review)
        .outerjoin(ReviewRevision, is_last())
        .where(Review.application_id == application.id, Review.status == ReviewStatus.SUBMITTED)
    ).all()
    spread = scoring.spread(call.content.grid, marks)
    if own.third or len(marks) < wanted or spread is None or spread < settings.read(SPREAD_LIMIT):
        return
    row = terms_of(application.id)
    row.wanted, row.third_at = len(marks) + 1, now
    audit.record(
        SYSTEM,
        now,
        ("application", application.id),
        "review_third",
        after={"wanted": row.wanted},
        application_id=application.id,
    )
    emails.third(application, now)


def _submitted(
    review_uuid: UUID, actor: Actor, now: dt.datetime, *, mine: bool = False, or_asked: bool = False
) -> tuple[Review, Application]:
    """A submitted review that the actor may speak about, its application locked. Raises NotFound."""
    day = clock.day_of(now)
    own = select(Review.application_id).where(
        Review.reviewer_id == actor.person_id, Review.status == ReviewStatus.SUBMITTED
    )
    if actor.may(Permission.ASSIGN_REVIEWERS):
        reach = open_to(actor, day)
    elif actor.may(Permission.REVIEW):
        reach = (Application.id.in_(own) | (asked(actor) if or_asked else false())) & unbarred(actor, day)
    else:
        raise Forbidden
    wanted = (
        select(Review, Application)
        .join(Application, Application.id == Review.application_id)
        .where(Review.uuid == review_uuid, Review.status == ReviewStatus.SUBMITTED, reach)
        .with_for_update(of=Application)
    )
    if mine:
        wanted = wanted.where(Review.reviewer_id == actor.person_id)
    row = db.session.execute(wanted).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def _check_discussion(application: Application) -> None:
    closed = terms([application.id]).get(application.id, USUAL).closed
    if closed or application.status is not ApplicationStatus.IN_REVIEW:
        raise BrokenRule.because(N_("The discussion of this application is closed. Nothing was changed."))


def _record(review: Review, action: str, actor: Actor, now: dt.datetime, reason: str) -> None:
    audit.record(
        actor,
        now,
        ("review", review.id),
        action,
        after={"reviewer_id": review.reviewer_id},
        reason=reason,
        application_id=review.application_id,
    )
