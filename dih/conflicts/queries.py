"""The bar that all upper rooms ask: is this person in conflict with that case?"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from dih.conflicts.models import Conflict
from dih.conflicts.vocabulary import ConflictStatus


def in_conflict(
    person_id: int | None,
    day: dt.date,
    application_id: ColumnElement[Any] | int,
    organisation_id: ColumnElement[Any] | int,
) -> ColumnElement[bool]:
    """An EXISTS clause: a conflict of the person stands on `day` against the application or its organisation.

    For WHERE clauses of lists and of the statement that loads one case; ids may be columns or values.
    """
    return exists().where(
        Conflict.person_id == person_id,
        Conflict.status == ConflictStatus.STANDING,
        or_(Conflict.expires_on.is_(None), Conflict.expires_on >= day),
        or_(
            Conflict.application_id == application_id,
            and_(Conflict.application_id.is_(None), Conflict.organisation_id == organisation_id),
        ),
    )
