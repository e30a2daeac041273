"""Mails about reviews: what was assigned, what is due, what was given back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dih.accounts.queries import mail_recipients
from dih.applications.queries import case_recipients, closed_cases
from dih.shared import mail
from dih.shared.access import Role, ScopeKind

if TYPE_CHECKING:
    from uuid import UUID

    from dih.accounts.models import Person
    from dih.applications.models import Application
    from dih.reviews.queries import Due


def assigned(reviews: Sequence[Due], now: dt.datetime) -> None:
    """One mail to one reviewer about all that is new."""
    first = reviews[0]
    mail.write(first.email, first.language, "reviews/mail/assigned.txt", now, name=first.name, reviews=reviews)


def reminder(reviews: Sequence[Due], today: dt.date, now: dt.datetime) -> None:
    """One mail to one reviewer about all that is due soon or late, second opinions too."""
    first = reviews[0]
    late = [review for review in reviews if review.due_on < today]
    mail.write(
        first.email, first.language, "reviews/mail/reminder.txt", now, name=first.name, reviews=reviews, late=late
    )


def late(reviews: Sequence[Due], now: dt.datetime) -> None:
    """To the managers: one mail about all that has become too late, each about the cases open to them."""
    managers = mail_recipients(ScopeKind.HUB, 0, [Role.MANAGER])
    closed = closed_cases([to for to, *_ in managers], {one.application_id for one in reviews}, now)
    for to, language, name in managers:
        if shown := [one for one in reviews if (to, one.application_id) not in closed]:
            mail.write(to, language, "reviews/mail/late.txt", now, name=name, reviews=shown)


def third(application: Application, now: dt.datetime) -> None:
    """To the managers: the scores lie too far apart, one review more is asked for."""
    for to, language, name in case_recipients(ScopeKind.HUB, 0, [Role.MANAGER], application, now):
        mail.write(to, language, "reviews/mail/third.txt", now, name=name, application=application)


def opinion_asked(
    person: Person, application: Application, review_uuid: UUID, due_on: dt.date, now: dt.datetime
) -> None:
    """To somebody whose second opinion on a review a manager wants."""
    mail.write(
        person.email,
        person.language,
        "reviews/mail/opinion.txt",
        now,
        name=person.name,
        application=application,
        review_uuid=review_uuid,
        due_on=due_on,
    )


def set_aside(application: Application, reviewer: str, now: dt.datetime) -> None:
    """To the managers: a review that was in counts no more, because of a conflict of interest."""
    for to, language, name in case_recipients(ScopeKind.HUB, 0, [Role.MANAGER], application, now):
        mail.write(
            to, language, "reviews/mail/set_aside.txt", now, name=name, reviewer=reviewer, application=application
        )


def given_back(application: Application, reviewer: str, reason: str, now: dt.datetime) -> None:
    """To the managers: a review was declined with a reason, or (no reason) closed by a conflict of interest."""
    for to, language, name in case_recipients(ScopeKind.HUB, 0, [Role.MANAGER], application, now):
        mail.write(
            to,
            language,
            "reviews/mail/given_back.txt",
            now,
            name=name,
            reviewer=reviewer,
            reason=reason,
            application=application,
        )
