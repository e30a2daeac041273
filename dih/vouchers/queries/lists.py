"""Lists of vouchers: a page in one query, and the same rows for export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from dih.applications import queries as applications
from dih.applications.models import Application
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.shared import clock, paging
from dih.shared.access import Actor
from dih.shared.paging import FRONT, Page, Place
from dih.taxonomy.vocabulary import TargetGroup
from dih.vouchers.models import Voucher
from dih.vouchers.queries.reach import no_conflict, within_reach
from dih.vouchers.vocabulary import EXTENDABLE, VoucherStatus


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None and "" let all through. `text`: a reference, or part of a name.

    `ends_by`: vouchers whose running deadline lies on that day or before.
    """

    status: VoucherStatus | None = None
    partner_id: int | None = None
    target_group: TargetGroup | None = None
    county: str = ""
    text: str = ""
    ends_by: dt.date | None = None

    @property
    def count(self) -> int:
        """How many filters are set."""
        return sum(getattr(self, field.name) not in (None, "") for field in fields(self))


@dataclass(frozen=True, slots=True)
class Row:
    """One voucher as a list shows it. Money in cents without VAT."""

    id: int
    uuid: UUID
    reference: str
    title: str
    organisation: str
    partner: str
    status: VoucherStatus
    status_since: dt.datetime
    value_cents: int
    eu_cents: int
    national_cents: int
    beneficiary_cents: int
    issued_at: dt.datetime
    accept_by: dt.date
    valid_until: dt.date

    @property
    def deadline(self) -> dt.date | None:
        """The day that runs now, if one does."""
        if self.status not in EXTENDABLE:
            return None
        return self.accept_by if self.status is VoucherStatus.OFFERED else self.valid_until


def page(actor: Actor, filters: Filters, now: dt.datetime, place: Place = FRONT) -> Page[Row]:
    """The vouchers within the actor's reach that fit, newest first."""
    wanted = _rows(actor, filters, now)
    return paging.read(wanted, place, Voucher.id, descending=True).each(lambda row: Row(*row))


def export(actor: Actor, filters: Filters, now: dt.datetime) -> Iterator[Row]:
    """All vouchers that `page` would show, newest first, read bit by bit."""
    for row in db.session.execute(
        _rows(actor, filters, now).order_by(Voucher.id.desc()).execution_options(yield_per=500)
    ):
        yield Row(*row)


def _rows(actor: Actor, filters: Filters, now: dt.datetime) -> Select[Any]:
    elsewhere = {
        "reference": Application.reference,
        "title": Application.title,
        "organisation": Organisation.name,
        "partner": Partner.short_name,
    }
    columns: list[Any] = [elsewhere[f.name] if f.name in elsewhere else getattr(Voucher, f.name) for f in fields(Row)]
    return (
        select(*columns)
        .outerjoin(Application, Application.id == Voucher.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Partner, Partner.id == Voucher.partner_id)
        .where(within_reach(actor), no_conflict(actor, clock.day_of(now)), *_conditions(filters))
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    equal = {
        Voucher.status: filters.status,
        Voucher.partner_id: filters.partner_id,
        Application.target_group: filters.target_group,
        Application.county: filters.county or None,
    }
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if filters.text.strip():
        conditions.append(applications.found_by(filters.text))
    if filters.ends_by is not None:
        offered = Voucher.status == VoucherStatus.OFFERED
        conditions.append(
            (offered & (Voucher.accept_by <= filters.ends_by))
            | (Voucher.status.in_(EXTENDABLE) & ~offered & (Voucher.valid_until <= filters.ends_by))
        )
    return conditions
