"""Mails to reviewers: one about all that is newly assigned, one a day about what is due."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import exists, or_, select, update

from dih.accounts.models import Membership, Person
from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.extensions.database import db
from dih.reviews import emails
from dih.reviews.models import Review
from dih.reviews.queries.due import due
from dih.reviews.vocabulary import OPEN_REVIEWS
from dih.shared import clock
from dih.shared.access import Role
from dih.shared.free_days import free_days

REMINDER_HOUR = 8
"""The hour in Bucharest from which the day's reminders go out."""

ESCALATE_WORKING_DAYS = 2
"""How many working days after its last day a review is reported to the managers."""

REMINDER_WORKING_DAYS = 2
"""How many working days before the last day a reviewer is first reminded."""

_STILL_REVIEWS = exists().where(
    Person.id == Review.reviewer_id,
    Person.active,
    Membership.person_id == Person.id,
    Membership.role == Role.REVIEWER,
    Membership.ended_at.is_(None),
)
"""Whose role has ended can't open the reviews that a mail would be about."""


def tell_assigned(now: dt.datetime) -> None:
    """Writes to each reviewer once about all reviews assigned since the last mail."""
    told = db.session.scalars(
        update(Review)
        .where(Review.told_at.is_(None), Review.status.in_(OPEN_REVIEWS), _STILL_REVIEWS)
        .values(told_at=now)
        .returning(Review.id)
        .execution_options(synchronize_session=False)
    )
    for reviews in due(told.all()):
        emails.assigned(reviews, now)


def escalate(now: dt.datetime) -> None:
    """On working days, once for each review: managers hear in one mail what is late by two working days or more."""
    today = clock.day_of(now)
    if not clock.is_working_day(today, free_days()) or now.astimezone(clock.BUCHAREST).hour < REMINDER_HOUR:
        return
    in_review = exists().where(
        Application.id == Review.application_id, Application.status == ApplicationStatus.IN_REVIEW
    )
    rows = db.session.execute(
        select(Review.id, Review.due_on).where(
            Review.status.in_(OPEN_REVIEWS), Review.escalated_on.is_(None), Review.due_on < today, in_review
        )
    )
    free = free_days()
    late = [row.id for row in rows if clock.working_days_between(row.due_on, today, free) >= ESCALATE_WORKING_DAYS]
    if not late:
        return
    found = db.session.scalars(
        update(Review)
        .where(Review.id.in_(late), Review.escalated_on.is_(None))
        .values(escalated_on=today)
        .returning(Review.id)
        .execution_options(synchronize_session=False)
    ).all()
    if found:
        emails.late([one for reviews in due(found) for one in reviews], now)


def remind(now: dt.datetime) -> None:
    """On working days, once a day: what is due within two working days or late. Without such work no mail."""
    today = clock.day_of(now)
    if not clock.is_working_day(today, free_days()) or now.astimezone(clock.BUCHAREST).hour < REMINDER_HOUR:
        return
    in_review = exists().where(
        Application.id == Review.application_id, Application.status == ApplicationStatus.IN_REVIEW
    )
    reminded = db.session.scalars(
        update(Review)
        .where(
            Review.status.in_(OPEN_REVIEWS),
            Review.due_on <= clock.add_working_days(today, REMINDER_WORKING_DAYS, free_days()),
            or_(Review.reminded_on.is_(None), Review.reminded_on < today),
            in_review,
            _STILL_REVIEWS,
        )
        .values(reminded_on=today)
        .returning(Review.id)
        .execution_options(synchronize_session=False)
    )
    for reviews in due(reminded.all()):
        emails.reminder(reviews, today, now)
