"""Lists of payments and disputes for managers and auditors: keyset pages in one query, the same rows for export."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select

from dih.applications import queries as applications
from dih.applications.models import Application
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.payments.models import Dispute, Payment, Refund
from dih.payments.vocabulary import DisputeState, Method, PaymentStatus, RefundStatus
from dih.shared import clock, paging
from dih.shared.access import Actor
from dih.shared.paging import FRONT, Page, Place
from dih.vouchers.models import Voucher
from dih.vouchers.queries.reach import no_conflict, within_reach


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None and "" let all through.

    `text`: a payment's or an application's reference, or part of the organisation's name.
    """

    status: PaymentStatus | None = None
    method: Method | None = None
    text: str = ""
    paid_from: dt.date | None = None
    paid_to: dt.date | None = None

    @property
    def count(self) -> int:
        """How many filters are set."""
        return sum(getattr(self, field.name) not in (None, "") for field in fields(self))


@dataclass(frozen=True, slots=True)
class Row:
    """One payment as a list shows it, in cents."""

    id: int
    reference: str
    case_reference: str
    organisation: str
    voucher_uuid: uuid.UUID
    method: Method
    status: PaymentStatus
    created_at: dt.datetime
    paid_on: dt.date | None
    share_cents: int
    vat_cents: int
    amount_cents: int
    received_cents: int
    refunded_cents: int


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """One dispute as the list shows it."""

    stripe_id: str
    reference: str
    case_reference: str
    organisation: str
    voucher_uuid: uuid.UUID
    amount_cents: int
    state: DisputeState
    reason: str
    answer_by: dt.datetime | None
    opened_at: dt.datetime


def page(actor: Actor, filters: Filters, now: dt.datetime, place: Place = FRONT) -> Page[Row]:
    """The payments within the actor's reach that fit, newest first."""
    return paging.read(_rows(actor, filters, now), place, Payment.id, descending=True).each(lambda row: Row(*row))


def export(actor: Actor, filters: Filters, now: dt.datetime) -> Iterator[Row]:
    """All payments that `page` would show, newest first."""
    wanted = _rows(actor, filters, now).order_by(Payment.id.desc()).execution_options(yield_per=500)
    for row in db.session.execute(wanted):
        yield Row(*row)


def disputes(actor: Actor, now: dt.datetime) -> list[DisputeRow]:
    """All disputes within reach, those that need an answer first by its day. One query."""
    columns: list[Any] = [
        Dispute.stripe_id,
        Payment.reference,
        func.coalesce(Application.reference, ""),
        Organisation.name,
        Voucher.uuid,
        Dispute.amount_cents,
        Dispute.state,
        Dispute.reason,
        Dispute.answer_by,
        Dispute.opened_at,
    ]
    rows = db.session.execute(
        select(*columns)
        .join(Payment, Payment.id == Dispute.payment_id)
        .join(Voucher, Voucher.id == Payment.voucher_id)
        .join(Application, Application.id == Voucher.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(within_reach(actor), no_conflict(actor, clock.day_of(now)))
        .order_by(Dispute.id.desc())
        .limit(500)
    )
    answering = (DisputeState.NEEDS_RESPONSE, DisputeState.WARNING_NEEDS_RESPONSE)
    return sorted((DisputeRow(*row) for row in rows), key=lambda row: row.state not in answering)


def _rows(actor: Actor, filters: Filters, now: dt.datetime) -> Select[Any]:
    back = (
        select(cast(func.coalesce(func.sum(Refund.amount_cents), 0), BigInteger))
        .where(Refund.payment_id == Payment.id, Refund.status == RefundStatus.SUCCEEDED)
        .scalar_subquery()
    )
    elsewhere: dict[str, Any] = {
        "case_reference": func.coalesce(Application.reference, ""),
        "organisation": Organisation.name,
        "voucher_uuid": Voucher.uuid,
        "refunded_cents": back,
    }
    columns: list[Any] = [elsewhere.get(f.name, getattr(Payment, f.name, None)) for f in fields(Row)]
    return (
        select(*columns)
        .outerjoin(Voucher, Voucher.id == Payment.voucher_id)
        .outerjoin(Application, Application.id == Voucher.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .where(within_reach(actor), no_conflict(actor, clock.day_of(now)), *_conditions(filters))
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.status is not None:
        conditions.append(Payment.status == filters.status)
    if filters.method is not None:
        conditions.append(Payment.method == filters.method)
    if filters.paid_from is not None:
        conditions.append(Payment.paid_on >= filters.paid_from)
    if filters.paid_to is not None:
        conditions.append(Payment.paid_on <= filters.paid_to)
    if filters.text.strip():
        found = Payment.reference == filters.text.strip().upper()
        conditions.append(found | applications.found_by(filters.text))
    return conditions
