"""What mails to reviewers tell: each review or opinion with its application and whom to write to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import false, func, select, true, union_all

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import OpinionAsked, Review


@dataclass(frozen=True, slots=True)
class Due:
    """One open review, or one second opinion that is asked for (`opinion`), as a mail shows it."""

    reviewer_id: int
    application_id: int
    email: str
    language: str
    name: str
    reference: str
    organisation: str
    due_on: dt.date
    opinion: bool


def due(review_ids: Collection[int], opinion_ids: Collection[int] = ()) -> list[list[Due]]:
    """These reviews and opinions by reviewer, those due first at the front; one query."""
    reviews = select(
        Review.reviewer_id, Review.application_id, Review.due_on, false().label("opinion"), Review.id
    ).where(Review.id.in_(review_ids))
    opinions = (
        select(OpinionAsked.person_id, Review.application_id, OpinionAsked.due_on, true(), OpinionAsked.id)
        .join(Review, Review.id == OpinionAsked.review_id)
        .where(OpinionAsked.id.in_(opinion_ids))
    )
    work = union_all(reviews, opinions).subquery()
    rows = db.session.execute(
        select(
            work.c.reviewer_id,
            work.c.application_id,
            Person.email,
            Person.language,
            Person.name,
            func.coalesce(Application.reference, ""),
            Organisation.name,
            work.c.due_on,
            work.c.opinion,
        )
        .join(Person, Person.id == work.c.reviewer_id)
        .join(Application, Application.id == work.c.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .order_by(work.c.reviewer_id, work.c.due_on, work.c.opinion, work.c.id)
    )
    found = [Due(*row) for row in rows]
    return [list(mine) for _reviewer, mine in groupby(found, key=lambda one: one.reviewer_id)]
