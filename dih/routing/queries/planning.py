"""The calls whose open applications can be planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from dih.applications.models import Application
from dih.calls.models import Call, CallVersion
from dih.extensions.database import db
from dih.routing import rules
from dih.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class CallToPlan:
    """A call with how many of its applications are open: submitted, eligible or with a partner."""

    id: int
    code: str
    title: Mapping[str, str]
    open: int


_COUNTED = (
    select(func.count())
    .where(Application.call_id == Call.id, Application.status.in_(rules.MOVABLE))
    .correlate(Call)
    .scalar_subquery()
)
_CALLS = select(Call.id, Call.code, CallVersion.title, _COUNTED).join(
    CallVersion, CallVersion.id == Call.current_version_id
)


def calls_to_plan(most: int = 100) -> Sequence[CallToPlan]:
    """The calls with open applications, by code; one query."""
    return [CallToPlan(*row) for row in db.session.execute(_CALLS.where(_COUNTED > 0).order_by(Call.code).limit(most))]


def planned_call(code: str) -> CallToPlan:
    """A call by its code. Raises NotFound."""
    row = db.session.execute(_CALLS.where(Call.code == code)).one_or_none()
    if row is None:
        raise NotFound
    return CallToPlan(*row)
