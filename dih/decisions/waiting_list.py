"""Money that is free again and somebody who waits for it: who is proposed to the manager, derived when asked."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select

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
    of the actor's conflicts are left out. One query, and one or two more for each call that has a proposal.
    """
    here = () if call_code is None else (Call.code == call_code,)
    calls = db.session.execute(
        select(Call.id, Call.code, CallVersion.title, CallVersion.method)
        .join(CallVersion, CallVersion.id == Call.current_version_id)
        .where(exists().where(Application.call_id == Call.id, *_fitting(actor, today)), *here)
        .order_by(Call.code)
        .limit(MOST_CALLS)
    ).all()
    found = []
    for call_id, code, title, method in calls:
        wanted = (
            select(Application.id, Application.uuid, Application.reference, Organisation.name, _ASKED)
            .join(Organisation, Organisation.id == Application.organisation_id)
            .where(Application.call_id == call_id, *_fitting(actor, today))
            .order_by(Application.submitted_at, Application.id)
        )
        if method is CallMethod.RANKED:
            ranking = reviews.ranking(code, actor, today, (ApplicationStatus.WAITING_LIST,))
            place = {one.application_id: index for index, one in enumerate(ranking.places)}
            rows = sorted(db.session.execute(wanted), key=lambda row: place.get(row.id, len(place)))
        else:
            rows = list(db.session.execute(wanted.limit(1)))
        found += [
            Proposal(one.id, one.uuid, one.reference or "", one.name, code, title, int(one[4])) for one in rows[:1]
        ]
    return found


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
    return (Application.status == ApplicationStatus.WAITING_LIST, open_to(actor, today), ~exists(too_much))


_ASKED = (
    select(func.coalesce(func.sum(RequestedService.envelope_cents), 0))
    .where(RequestedService.application_id == Application.id)
    .correlate(Application)
    .scalar_subquery()
)
