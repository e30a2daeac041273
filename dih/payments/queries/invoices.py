"""Invoices and credit notes: the list, and one with all that stands on it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from dih.applications.models import Application
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.payments.models import Invoice, Payment
from dih.payments.vocabulary import InvoiceKind
from dih.shared import clock, paging, rates
from dih.shared.access import Actor
from dih.shared.currency import LEU, Rate
from dih.shared.errors import NotFound
from dih.shared.paging import FRONT, Page, Place
from dih.vouchers.models import Voucher
from dih.vouchers.queries.reach import no_conflict, within_reach


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One invoice or credit note; money in cents, positive on both."""

    id: int
    uuid: uuid.UUID
    name: str
    kind: InvoiceKind
    issued_on: dt.date
    organisation: str
    case_reference: str
    corrects: str
    net_cents: int
    vat_cents: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class Paper:
    """All that stands on an invoice or a credit note."""

    uuid: uuid.UUID
    name: str
    kind: InvoiceKind
    issued_on: dt.date
    issued_at: dt.datetime
    net_cents: int
    vat_cents: int
    total_cents: int
    content: Mapping[str, Any]

    @property
    def lei(self) -> Rate | None:
        """The rate for the VAT in lei that was known when it was issued, the first invoice's on a credit note."""
        kept = self.content.get("lei")
        return Rate(LEU, dt.date.fromisoformat(kept["day"]), kept["micros"], kept["source"]) if kept else None


def invoices(actor: Actor, now: dt.datetime, place: Place = FRONT) -> Page[InvoiceRow]:
    """Invoices and credit notes within reach, newest first."""
    return paging.read(_rows(actor, now), place, Invoice.id, descending=True).each(lambda row: InvoiceRow(*row))


def invoice(invoice_uuid: uuid.UUID, actor: Actor, today: dt.date) -> Paper:
    """One invoice. Raises NotFound out of reach and in conflict."""
    found = db.session.scalar(
        select(Invoice)
        .join(Payment, Payment.id == Invoice.payment_id)
        .join(Voucher, Voucher.id == Payment.voucher_id)
        .join(Application, Application.id == Voucher.application_id)
        .where(
            Invoice.uuid == invoice_uuid,
            within_reach(actor) if actor.partner_id is None else Voucher.id < 0,
            no_conflict(actor, today),
        )
    )
    if found is None:
        raise NotFound
    return paper(found)


def paper(found: Invoice) -> Paper:
    """An invoice as plain data."""
    return Paper(**{name: getattr(found, name) for name in Paper.__dataclass_fields__})


def lei_rate(paper: Paper) -> Rate:
    """What a euro costs in lei on an invoice: the rate that stands on it, else that of its day.

    Raises BrokenRule where neither is known.
    """
    return paper.lei or rates.to_euro(100, LEU, paper.issued_on).rate


def _rows(actor: Actor, now: dt.datetime) -> Select[Any]:
    first = aliased(Invoice)
    columns: list[Any] = [
        Invoice.id,
        Invoice.uuid,
        Invoice.name,
        Invoice.kind,
        Invoice.issued_on,
        Organisation.name,
        func.coalesce(Application.reference, ""),
        func.coalesce(first.name, ""),
        Invoice.net_cents,
        Invoice.vat_cents,
        Invoice.total_cents,
    ]
    return (
        select(*columns)
        .join(Payment, Payment.id == Invoice.payment_id)
        .join(Voucher, Voucher.id == Payment.voucher_id)
        .join(Application, Application.id == Voucher.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(first, first.id == Invoice.corrects_id)
        .where(within_reach(actor), no_conflict(actor, clock.day_of(now)))
    )
