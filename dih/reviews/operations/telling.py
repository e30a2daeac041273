"""Mails to reviewers: one about all that is newly assigned, one a day about what is due, opinions included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, or_, select, update

from dih.accounts.models import Membership, Person
from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.extensions.database import db
from dih.reviews import emails
from dih.reviews.models import OpinionAsked, Review
from dih.reviews.queries.due import due
from dih.reviews.queries.opinions import still_asked
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


def _still_reviews(person_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Whose role has ended can't open the reviews that a mail would be about."""
    return exists().where(
        Person.id == person_id,
        Person.active,
        Membership.person_id == Person.id,
        Membership.role == Role.REVIEWER,
        Membership.ended_at.is_(None),
    )


def tell_assigned(now: dt.datetime) -> None:
    """Writes to each reviewer once about all reviews assigned since the last mail."""
    told = db.session.scalars(
        update(Review)
        .where(Review.told_at.is_(None), Review.status.in_(OPEN_REVIEWS), _still_reviews(Review.reviewer_id))
        .values(told_at=now)
        .returning(Review.id)
        .execution_options(synchronize_session=False)
    )
    for reviews in due(told.all()):
        emails.assigned(reviews, now)


def escalate(now: dt.datetime) -> None:
    """On working days, once for each: managers hear in one mail what is late by two working days or more."""
    today = clock.day_of(now)
    if not clock.is_working_day(today, free_days()) or now.astimezone(clock.BUCHAREST).hour < REMINDER_HOUR:
        return
    reviews = db.session.execute(
        select(Review.id, Review.due_on)
        .join(Application, Application.id == Review.application_id)
        .where(_open(), Review.escalated_on.is_(None), Review.due_on < today)
    ).all()
    opinions = db.session.execute(
        _opinions(today, OpinionAsked.id, OpinionAsked.due_on).where(
            OpinionAsked.escalated_on.is_(None), OpinionAsked.due_on < today
        )
    ).all()
    late = [_marked(Review, _late(reviews, today), "escalated_on", today)]
    late.append(_marked(OpinionAsked, _late(opinions, today), "escalated_on", today))
    if any(late):
        emails.late([one for mine in due(*late) for one in mine], now)


def remind(now: dt.datetime) -> None:
    """On working days, once a day: what is due within two working days or late. Without such work no mail."""
    today = clock.day_of(now)
    if not clock.is_working_day(today, free_days()) or now.astimezone(clock.BUCHAREST).hour < REMINDER_HOUR:
        return
    soon = clock.add_working_days(today, REMINDER_WORKING_DAYS, free_days())
    reviews = db.session.scalars(
        select(Review.id)
        .join(Application, Application.id == Review.application_id)
        .where(_open(), Review.due_on <= soon, _still_reviews(Review.reviewer_id))
    ).all()
    opinions = db.session.scalars(
        _opinions(today, OpinionAsked.id).where(OpinionAsked.due_on <= soon, _still_reviews(OpinionAsked.person_id))
    ).all()
    for work in due(
        _marked(Review, reviews, "reminded_on", today), _marked(OpinionAsked, opinions, "reminded_on", today)
    ):
        emails.reminder(work, today, now)


def _open() -> ColumnElement[bool]:
    return and_(Review.status.in_(OPEN_REVIEWS), Application.status == ApplicationStatus.IN_REVIEW)


def _opinions(today: dt.date, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(OpinionAsked)
        .join(Review, Review.id == OpinionAsked.review_id)
        .join(Application, Application.id == Review.application_id)
        .where(still_asked(today))
    )


def _late(rows: Sequence[Any], today: dt.date) -> list[int]:
    free = free_days()
    return [row.id for row in rows if clock.working_days_between(row.due_on, today, free) >= ESCALATE_WORKING_DAYS]


def _marked(kind: type[Review] | type[OpinionAsked], ids: Sequence[int], column: str, today: dt.date) -> Sequence[int]:
    """Those of `ids` that nobody else marked today: of two workers one writes."""
    if not ids:
        return []
    mark = getattr(kind, column)
    marked = (
        update(kind)
        .where(kind.id.in_(ids), or_(mark.is_(None), mark < today))
        .values({column: today})
        .returning(kind.id)
        .execution_options(synchronize_session=False)
    )
    return db.session.scalars(marked).all()
