"""Money that is free again and somebody who waits for it: who is proposed to the manager, derived when asked."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from dih.applications.models import Application, RequestedService
from dih.applications.queries import open_to
from dih.applications.vocabulary import ApplicationStatus
from dih.budget.queries import FREE
from dih.calls.models import Call, CallVersion
from dih.calls.vocabulary import CallMethod
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews import queries as reviews
from dih.shared.access import Actor

WAITS = ApplicationStatus.WAITING_LIST
MOST_CALLS = 10
"""From how many calls a desk shows a proposal at once."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The next application of a call's waiting list that what is free now pays for; `cents` of the envelope."""

    application_id: int
    case_uuid: uuid.UUID
    reference: str
    organisation: str
    call_code: str
    call_title: Mapping[str, str]
    cents: int


def proposals(actor: Actor, today: dt.date, call_code: str | None = None) -> Sequence[Proposal]:
    """One proposal for each call in which somebody waits who can be paid now, by code of the call.

    The next is the first in the call's order, by ranking or by arrival, whose every service fits on its line; cases
    of the actor's conflicts are left out. One query, and three more where somebody waits in a call with a ranking.
    """
    here = () if call_code is None else (Call.code == call_code,)
    arrived = (Application.submitted_at, Application.id)
    fitting = (
        select(
            Application.id,
            Application.uuid,
            Application.reference,
            Organisation.name,
            _ASKED.label("cents"),
            Application.call_id,
            Call.code,
            Call.current_version_id,
            CallVersion.title,
            CallVersion.method,
            func.row_number().over(partition_by=Application.call_id, order_by=arrived).label("arrival"),
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Call, Call.id == Application.call_id)
        .join(CallVersion, CallVersion.id == Call.current_version_id)
        .where(Application.call_id.in_(_first_calls(actor, today, here)), *_fitting(actor, today))
        .subquery()
    )
    in_question = or_(fitting.c.method == CallMethod.RANKED, fitting.c.arrival == 1)
    rows = db.session.execute(select(fitting).where(in_question).order_by(fitting.c.code, fitting.c.arrival)).all()
    ranked = {row.call_id: row.current_version_id for row in rows if row.method is CallMethod.RANKED}
    order = reviews.places(ranked, actor, today, (WAITS,)) if ranked else {}
    place = {one.application_id: index for listed in order.values() for index, one in enumerate(listed)}
    first: dict[str, Any] = {}
    for row in sorted(rows, key=lambda row: (row.code, place.get(row.id, len(place)))):
        first.setdefault(row.code, row)
    return [
        Proposal(row.id, row.uuid, row.reference or "", row.name, code, row.title, int(row.cents))
        for code, row in first.items()
    ]


def _first_calls(actor: Actor, today: dt.date, here: Sequence[ColumnElement[bool]]) -> Select[int]:
    """The first calls by code in which somebody waits who can be paid."""
    first = (
        select(Call.id)
        .where(exists().where(Application.call_id == Call.id, *_fitting(actor, today)), *here)
        .order_by(Call.code)
        .limit(MOST_CALLS)
        .subquery()
    )
    return select(first.c.id)


def _fitting(actor: Actor, today: dt.date) -> tuple[ColumnElement[bool], ...]:
    """Applications that wait, are open to the actor, and ask no line for more than it has free."""
    too_much = (
        select(RequestedService.line_id)
        .outerjoin(FREE, FREE.c.line_id == RequestedService.line_id)
        .where(RequestedService.application_id == Application.id)
        .group_by(RequestedService.line_id, FREE.c.cents)
        .having(func.sum(RequestedService.envelope_cents) > func.coalesce(FREE.c.cents, -1))
        .correlate(Application)
    )
    return (Application.status == WAITS, open_to(actor, today), ~exists(too_much))


_ASKED = (
    select(func.coalesce(func.sum(RequestedService.envelope_cents), 0))
    .where(RequestedService.application_id == Application.id)
    .correlate(Application)
    .scalar_subquery()
)
