"""Lists of applications: a page in one query, whatever is filtered and however many there are."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from dih.accounts.models import Scope
from dih.accounts.rules import searchable
from dih.applications.models import Application
from dih.applications.queries.cases import open_to
from dih.applications.vocabulary import ApplicationStatus
from dih.calls.models import Call, CallVersion
from dih.calls.vocabulary import CallStatus
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.shared import paging
from dih.shared.access import Actor, ScopeKind
from dih.shared.paging import FRONT, PAGE, Page, Place
from dih.taxonomy.vocabulary import TargetGroup

MOST_ORGANISATIONS = 500
"""How many organisations a search by name looks through at most."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None and "" let all through. `text`: a reference, or part of a name."""

    call_id: int | None = None
    status: ApplicationStatus | None = None
    partner_id: int | None = None
    county: str = ""
    target_group: TargetGroup | None = None
    text: str = ""

    @property
    def count(self) -> int:
        """How many filters are set."""
        return sum(getattr(self, field.name) not in (None, "") for field in fields(self))


@dataclass(frozen=True, slots=True)
class Row:
    """One application as a list shows it. Money in cents."""

    id: int
    uuid: UUID
    reference: str | None
    title: str
    organisation: str
    call_title: Mapping[str, str]
    status: ApplicationStatus
    status_since: dt.datetime
    county: str
    partner: str | None
    requested_cents: int
    submitted_at: dt.datetime | None
    entered_by_staff: bool


_FROM_ELSEWHERE = {
    "organisation": Organisation.name.label("organisation"),
    "call_title": CallVersion.title.label("call_title"),
    "partner": Partner.short_name.label("partner"),
}
_COLUMNS: list[Any] = [
    _FROM_ELSEWHERE[field.name] if field.name in _FROM_ELSEWHERE else getattr(Application, field.name)
    for field in fields(Row)
]


def page(
    actor: Actor,
    today: dt.date,
    filters: Filters | None = None,
    place: Place = FRONT,
    *,
    size: int = PAGE,
) -> Page[Row]:
    """The applications within the actor's reach that fit, newest first."""
    wanted = select(*_COLUMNS).where(open_to(actor, today), *_conditions(filters or Filters()))
    wanted = (
        wanted.outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(CallVersion, CallVersion.id == Application.call_version_id)
        .outerjoin(Partner, Partner.id == Application.partner_id)
    )
    return paging.read(wanted, place, Application.id, descending=True, size=size).each(lambda row: Row(*row))


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    equal = {
        Application.call_id: filters.call_id,
        Application.status: filters.status,
        Application.partner_id: filters.partner_id,
        Application.county: filters.county or None,
        Application.target_group: filters.target_group,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if filters.text.strip():
        conditions.append(found_by(filters.text))
    return conditions


def found_by(text: str) -> ColumnElement[bool]:
    """The WHERE clause of a search box: a reference, or part of the organisation's name."""
    wanted = text.strip()
    if re.fullmatch(r"(?i)DIH-\d{4}-\d+", wanted):
        return Application.reference == wanted.upper()
    return _named(wanted)


def _named(text: str) -> ColumnElement[bool]:
    found = (
        select(Scope.scope_id)
        .where(Scope.kind == ScopeKind.ORGANISATION, Scope.search_name.contains(searchable(text), autoescape=True))
        .order_by(Scope.scope_id)
        .limit(MOST_ORGANISATIONS)
    )
    return Application.organisation_id.in_(found)


def drafts_past_the_end(now: dt.datetime, most: int = 200) -> Sequence[int]:
    """Ids of drafts whose call, in the version in force, has closed; `expire` looks at the grace."""
    ended = (CallVersion.closes_at < now) | (Call.status == CallStatus.CLOSED)
    return db.session.scalars(_drafts(most).where(ended)).all()


def drafts_to_remind(now: dt.datetime, until: dt.datetime, most: int = 200) -> Sequence[int]:
    """Ids of drafts whose call closes between now and `until`, and of which nobody was reminded."""
    closing = (Call.status == CallStatus.PUBLISHED) & CallVersion.closes_at.between(now, until)
    return db.session.scalars(_drafts(most).where(closing, Application.reminded_at.is_(None))).all()


def _drafts(most: int) -> Select[int]:
    return (
        select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .join(CallVersion, CallVersion.id == Call.current_version_id)
        .where(Application.status == ApplicationStatus.DRAFT)
        .order_by(Application.id)
        .limit(most)
    )
