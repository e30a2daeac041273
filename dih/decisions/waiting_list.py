"""Money that is free again and somebody who waits for it, derived when asked: in which calls.

Who is next in a call, the list of its meeting says (`decisions.queries.Meeting.next_payable`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from dih.applications.models import Application, RequestedService
from dih.applications.queries import open_to
from dih.applications.vocabulary import ApplicationStatus
from dih.budget.queries import FREE
from dih.calls.models import Call, CallVersion
from dih.extensions.database import db
from dih.shared.access import Actor

WAITS = ApplicationStatus.WAITING_LIST
MOST_CALLS = 10
"""How many calls a desk looks through: each may have hundreds who wait, none of whom the money reaches."""


@dataclass(frozen=True, slots=True)
class Payable:
    """A call in which somebody waits whom what is free now pays for."""

    code: str
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Payables:
    """Such calls among the latest with a waiting list; `is_capped`: there may be older ones, which nobody looked at."""

    calls: Sequence[Payable]
    is_capped: bool


def payables(actor: Actor, today: dt.date) -> Payables:
    """In which of the MOST_CALLS latest calls with a waiting list somebody can be paid; one query, nothing ranked."""
    waits = exists().where(Application.call_id == Call.id, Application.status == WAITS)
    latest = select(Call.id, Call.code, Call.current_version_id).where(waits).order_by(Call.id.desc()).limit(MOST_CALLS)
    found = latest.subquery()
    rows = db.session.execute(
        select(found.c.code, CallVersion.title, somebody_payable(actor, today, found.c.id))
        .join(CallVersion, CallVersion.id == found.c.current_version_id)
        .order_by(found.c.id.desc())
    ).all()
    return Payables([Payable(code, title) for code, title, pays in rows if pays], len(rows) == MOST_CALLS)


def somebody_payable(actor: Actor, today: dt.date, call_id: Any) -> ColumnElement[bool]:
    """Whether somebody on a call's waiting list asks no line for more than it has free, in a case open to the actor."""
    too_much = (
        select(RequestedService.line_id)
        .outerjoin(FREE, FREE.c.line_id == RequestedService.line_id)
        .where(RequestedService.application_id == Application.id)
        .group_by(RequestedService.line_id, FREE.c.cents)
        .having(func.sum(RequestedService.envelope_cents) > func.coalesce(FREE.c.cents, -1))
        .correlate(Application)
    )
    fits = (Application.call_id == call_id, Application.status == WAITS, open_to(actor, today), ~exists(too_much))
    return exists().where(*fits)
