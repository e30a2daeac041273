"""The bar that all upper rooms ask: is this person in conflict with that case?"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, or_

from dih.conflicts.models import Conflict
from dih.conflicts.vocabulary import ConflictStatus, FoundBy


def in_conflict(
    person_id: SQLColumnExpression[Any] | int | None,
    day: dt.date,
    application_id: SQLColumnExpression[Any] | int,
    organisation_id: SQLColumnExpression[Any] | int,
    *,
    reviewing: bool = False,
) -> ColumnElement[bool]:
    """An EXISTS clause: a conflict of the person stands on `day` against the application or its organisation.

    For WHERE clauses of lists and of the statement that loads one case; ids may be columns or values. Working for a
    partner that delivers bars from `reviewing` alone: the same person may coordinate that delivery.
    """
    counts = () if reviewing else (Conflict.found_by.is_distinct_from(FoundBy.SAME_PARTNER),)
    return exists().where(
        Conflict.person_id == person_id,
        *standing(day),
        *counts,
        or_(
            Conflict.application_id == application_id,
            and_(Conflict.application_id.is_(None), Conflict.organisation_id == organisation_id),
        ),
    )


def in_conflict_with_organisation(
    person_id: int, day: dt.date, organisation_id: SQLColumnExpression[Any]
) -> ColumnElement[bool]:
    """An EXISTS clause: a conflict of the person stands on `day` against the organisation or one of its applications.

    It closes what is told of the organisation as a whole: its data, its figures, its aid.
    """
    return exists().where(
        Conflict.person_id == person_id,
        *standing(day),
        Conflict.found_by.is_distinct_from(FoundBy.SAME_PARTNER),
        Conflict.organisation_id == organisation_id,
    )


def standing(day: dt.date) -> tuple[ColumnElement[bool], ...]:
    """The conditions of a conflict that is in force on `day`."""
    return (
        Conflict.status == ConflictStatus.STANDING,
        or_(Conflict.expires_on.is_(None), Conflict.expires_on >= day),
    )
