"""The register of aid: each grant with what holds of it now, and its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import aliased

from dih.accounts.models import Person
from dih.aid.models import AidEntry, AidGrant, Enterprise
from dih.aid.vocabulary import GrantOrigin, GrantStatus
from dih.extensions.database import db
from dih.organisations import closed as closing
from dih.organisations.models import Organisation
from dih.shared import paging
from dih.shared.access import Actor
from dih.shared.currency import EURO, Rate
from dih.shared.paging import FRONT, Page, Place

_Later = aliased(AidEntry)
HOLDS: ColumnElement[bool] = ~(
    select(_Later.id)
    .where(_Later.grant_id == AidEntry.grant_id, _Later.number == AidEntry.number + 1)
    .correlate(AidEntry)
    .exists()
)
"""The WHERE clause that leaves of each grant the entry that holds now."""


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One grant as it holds now. `amount_cents` in euro; `minor` hundredths of `currency`, as it was granted."""

    id: int
    uuid: UUID
    enterprise_id: int
    number: str
    enterprise: str
    organisation_uuid: UUID | None
    county: str | None
    caen_code: str | None
    basis: str
    origin: GrantOrigin
    member_state: str
    authority: str
    reference: str
    minor: int
    currency: str
    rate_micros: int
    rate_day: dt.date
    rate_source: str
    application_id: int | None
    file_id: int | None
    status: GrantStatus
    day: dt.date
    amount_cents: int
    changed_at: dt.datetime
    closed: bool

    def shown(self) -> GrantRow:
        """The row as its reader may see it: in a conflict of interest without what tells whose it is, sums stay."""
        if not self.closed:
            return self
        return replace(
            self,
            number="",
            enterprise="",
            organisation_uuid=None,
            county=None,
            caen_code=None,
            reference="",
            application_id=None,
            file_id=None,
        )

    @property
    def counts(self) -> bool:
        """Whether it can fill a window."""
        return self.status is not GrantStatus.WITHDRAWN

    @property
    def due_for_report(self) -> bool:
        """Whether the hub reports it to the state's register."""
        return self.origin is GrantOrigin.HUB and self.status is GrantStatus.GRANTED

    @property
    def rate(self) -> Rate:
        """What made euro of its currency."""
        return Rate(self.currency, self.rate_day, self.rate_micros, self.rate_source)

    @property
    def converted(self) -> bool:
        """Whether it was granted in another currency."""
        return self.currency != EURO


_ELSEWHERE: dict[str, Any] = {
    "number": Enterprise.number,
    "enterprise": func.coalesce(Organisation.name, Enterprise.name),
    "organisation_uuid": Organisation.uuid.label("organisation_uuid"),
    "county": Organisation.county,
    "caen_code": Organisation.caen_code,
    "status": AidEntry.status,
    "day": AidEntry.day,
    "amount_cents": AidEntry.amount_cents,
    "changed_at": AidEntry.at,
}
_COLUMNS: list[Any] = [
    _ELSEWHERE.get(field.name, getattr(AidGrant, field.name, None))
    for field in fields(GrantRow)
    if field.name != "closed"
]
_NONE = false()


@dataclass(frozen=True, slots=True)
class Entry:
    """One step in the history of a grant."""

    grant_id: int
    status: GrantStatus
    day: dt.date
    amount_cents: int
    at: dt.datetime
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the register is wanted; None and "" leave a column open. Days are those of granting."""

    basis: str = ""
    origin: GrantOrigin | None = None
    status: GrantStatus | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """How many grants there are, and their sum in cents of euro."""

    count: int
    cents: int


def closed_to(actor: Actor, day: dt.date) -> ColumnElement[bool]:
    """Whether a conflict of interest closes the grant of a row to the actor on `day`, for the reads below."""
    return closing.closed_to(actor, day, Organisation.id)


def grants_of(enterprise_ids: Collection[int], closed: ColumnElement[bool] = _NONE) -> list[GrantRow]:
    """All grants of these enterprises, the last day first, whole; `closed` marks those that the reader may not see."""
    wanted = _select(closed).where(AidGrant.enterprise_id.in_(enterprise_ids))
    return _rows(wanted.order_by(AidEntry.day.desc(), AidGrant.id.desc()))


def grant(grant_uuid: UUID, closed: ColumnElement[bool]) -> GrantRow | None:
    """One grant as it holds now; None where it is `closed`."""
    return next(iter(_rows(_select().where(AidGrant.uuid == grant_uuid, ~closed))), None)


def grant_of_application(application_id: int) -> GrantRow | None:
    """The grant that this hub made, or reserves, for an application."""
    return next(iter(_rows(_select().where(AidGrant.application_id == application_id))), None)


def history(grant_ids: Collection[int]) -> Mapping[int, Sequence[Entry]]:
    """What became of grants, by id, from the first entry on."""
    found: dict[int, list[Entry]] = {grant_id: [] for grant_id in grant_ids}
    rows = db.session.execute(
        select(
            AidEntry.grant_id,
            AidEntry.status,
            AidEntry.day,
            AidEntry.amount_cents,
            AidEntry.at,
            func.coalesce(Person.name, ""),
            AidEntry.reason,
        )
        .outerjoin(Person, Person.id == AidEntry.person_id)
        .where(AidEntry.grant_id.in_(grant_ids))
        .order_by(AidEntry.grant_id, AidEntry.number)
    )
    for row in rows:
        found[row.grant_id].append(Entry(*row))
    return found


def page(filters: Filters, closed: ColumnElement[bool], place: Place = FRONT) -> Page[GrantRow]:
    """A page of the register, the newest entry first; of those that are `closed` only sums, kinds and days."""
    wanted = _select(closed).where(*_conditions(filters, closed))
    return paging.read(wanted, place, AidGrant.id, descending=True).each(lambda row: GrantRow(*row).shown())


def total(filters: Filters, closed: ColumnElement[bool]) -> Total:
    """What the filters leave, together."""
    wanted = _joined(select(func.count(), func.coalesce(func.sum(AidEntry.amount_cents), 0)))
    count, cents = db.session.execute(wanted.where(*_conditions(filters, closed))).one()
    return Total(count, int(cents))


def register(filters: Filters, closed: ColumnElement[bool]) -> list[GrantRow]:
    """All of it, for a file, in the order of granting; the same rows as on the pages."""
    wanted = _select(closed).where(*_conditions(filters, closed)).order_by(AidEntry.day, AidGrant.id)
    return [row.shown() for row in _rows(wanted)]


def _select(closed: ColumnElement[bool] = _NONE) -> Any:
    return _joined(select(*_COLUMNS, closed.label("closed")))


def _joined(wanted: Any) -> Any:
    return (
        wanted.select_from(AidGrant)
        .join(AidEntry, AidEntry.grant_id == AidGrant.id)
        .join(Enterprise, Enterprise.id == AidGrant.enterprise_id)
        .outerjoin(Organisation, Organisation.cui == Enterprise.number)
        .where(HOLDS)
    )


def _rows(wanted: Any) -> list[GrantRow]:
    return [GrantRow(*row) for row in db.session.execute(wanted)]


def _conditions(filters: Filters, closed: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.basis:
        conditions.append(AidGrant.basis == filters.basis)
    if filters.origin is not None:
        conditions.append(AidGrant.origin == filters.origin)
    if filters.status is not None:
        conditions.append(AidEntry.status == filters.status)
    if filters.first is not None:
        conditions.append(AidEntry.day >= filters.first)
    if filters.last is not None:
        conditions.append(AidEntry.day <= filters.last)
    if text := filters.text.strip():
        like = f"%{text}%"
        conditions += [
            ~closed,
            or_(
                Enterprise.name.ilike(like),
                Organisation.name.ilike(like),
                Enterprise.number.startswith(text, autoescape=True),
                AidGrant.reference.ilike(like),
            ),
        ]
    return conditions
