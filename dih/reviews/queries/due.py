"""What mails to reviewers tell: each review with its application and whom to write to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import func, select

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import Review


@dataclass(frozen=True, slots=True)
class Due:
    """One open review as a mail shows it."""

    reviewer_id: int
    application_id: int
    email: str
    language: str
    name: str
    reference: str
    organisation: str
    due_on: dt.date


def due(review_ids: Collection[int]) -> list[list[Due]]:
    """These reviews by reviewer, those due first at the front."""
    rows = db.session.execute(
        select(
            Review.reviewer_id,
            Review.application_id,
            Person.email,
            Person.language,
            Person.name,
            func.coalesce(Application.reference, ""),
            Organisation.name,
            Review.due_on,
        )
        .join(Person, Person.id == Review.reviewer_id)
        .join(Application, Application.id == Review.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Review.id.in_(review_ids))
        .order_by(Review.reviewer_id, Review.due_on, Review.id)
    )
    found = [Due(*row) for row in rows]
    return [list(mine) for _reviewer, mine in groupby(found, key=lambda one: one.reviewer_id)]
