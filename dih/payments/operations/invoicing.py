"""Invoices and credit notes: written once, numbered without gaps for each issuer, in the transaction of the payment."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, select

from dih.applications.models import Application
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.payments.models import Invoice, Payment, Refund
from dih.payments.settings import (
    INVOICE_SERIES,
    ISSUER_BANK,
    ISSUER_CITY,
    ISSUER_COUNTY,
    ISSUER_CUI,
    ISSUER_IBAN,
    ISSUER_NAME,
    ISSUER_STREET,
    ISSUER_TRADE_REGISTER,
)
from dih.payments.vocabulary import InvoiceKind, RefundStatus
from dih.shared import clock, rates, settings
from dih.shared.currency import LEU
from dih.shared.errors import BrokenRule
from dih.shared.numbers import next_number


def issue(payment: Payment, application: Application, now: dt.datetime) -> None:
    """The invoice of a payment that made a voucher active. The rate for its VAT in lei stands on it where known."""
    buyer = db.session.get_one(Organisation, application.organisation_id)
    content = {
        "seller": _seller(),
        "buyer": {
            "name": buyer.name,
            "cui": buyer.cui,
            "street": buyer.address,
            "city": buyer.locality,
            "county": buyer.county,
        },
        "case": application.reference,
        "title": application.title,
        "payment": payment.reference,
        "method": payment.method.value,
        "paid_on": (payment.paid_on or clock.day_of(now)).isoformat(),
        "vat_percent": payment.vat_percent,
        "exemption": payment.vat_exemption,
        "lei": _lei(clock.day_of(now)),
    }
    _write(InvoiceKind.INVOICE, payment, payment.share_cents, payment.vat_cents, content, now)


def credit(payment: Payment, now: dt.datetime) -> None:
    """A credit note for what went back of an invoiced payment and has none yet; its VAT is in proportion.

    What came in above the invoice goes back first, without one.
    """
    invoice = db.session.scalar(
        select(Invoice).where(Invoice.payment_id == payment.id, Invoice.kind == InvoiceKind.INVOICE)
    )
    if invoice is None:
        return
    back = db.session.scalar(
        select(func.sum(Refund.amount_cents)).where(
            Refund.payment_id == payment.id, Refund.status == RefundStatus.SUCCEEDED
        )
    )
    credited = db.session.execute(
        select(func.coalesce(func.sum(Invoice.total_cents), 0), func.coalesce(func.sum(Invoice.vat_cents), 0)).where(
            Invoice.corrects_id == invoice.id
        )
    ).one()
    surplus = max(payment.received_cents - invoice.total_cents, 0)
    total = min(max(int(back or 0) - surplus, 0), invoice.total_cents)
    gross = total - int(credited[0])
    if gross <= 0:
        return
    vat = (2 * total * invoice.vat_cents + invoice.total_cents) // (2 * invoice.total_cents) - int(credited[1])
    content = {**invoice.content, "corrects": invoice.name, "corrects_on": invoice.issued_on.isoformat()}
    _write(InvoiceKind.CREDIT_NOTE, payment, gross - vat, vat, content, now, corrects=invoice)


def _lei(today: dt.date) -> dict[str, Any] | None:
    try:
        rate = rates.to_euro(100, LEU, today).rate
    except BrokenRule:
        return None
    return {"micros": rate.micros, "day": rate.day.isoformat(), "source": rate.source}


def _seller() -> dict[str, str]:
    values = settings.read_all()
    parts = {
        "name": ISSUER_NAME,
        "cui": ISSUER_CUI,
        "register": ISSUER_TRADE_REGISTER,
        "street": ISSUER_STREET,
        "city": ISSUER_CITY,
        "county": ISSUER_COUNTY,
        "iban": ISSUER_IBAN,
        "bank": ISSUER_BANK,
        "series": INVOICE_SERIES,
    }
    return {key: values[setting.name] for key, setting in parts.items()}


def _write(
    kind: InvoiceKind,
    payment: Payment,
    net: int,
    vat: int,
    content: dict[str, Any],
    now: dt.datetime,
    corrects: Invoice | None = None,
) -> None:
    """Takes the next number of the issuer. Last in the transaction: the series stays locked until it ends."""
    day, seller = clock.day_of(now), content["seller"]
    number = next_number(f"invoice {seller['cui']}", day.year)
    db.session.add(
        Invoice(
            kind=kind,
            issuer_cui=seller["cui"],
            year=day.year,
            number=number,
            name=f"{seller['series']}-{day.year}-{number:05d}",
            payment_id=payment.id,
            corrects_id=corrects.id if corrects else None,
            issued_on=day,
            issued_at=now,
            net_cents=net,
            vat_cents=vat,
            total_cents=net + vat,
            content=content,
        )
    )
    db.session.flush()
