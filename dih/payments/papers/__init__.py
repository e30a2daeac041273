"""Pro-formas, invoices and credit notes as PDF: Romanian, with English beside it. The same data give the same bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Response

from dih.payments.queries import Case, Paper
from dih.payments.queries.cases import PaymentSeen
from dih.payments.rules import in_currency
from dih.payments.settings import ISSUER_BANK, ISSUER_CITY, ISSUER_CUI, ISSUER_IBAN, ISSUER_NAME, ISSUER_STREET
from dih.shared import clock
from dih.shared.currency import LEU, Rate
from dih.shared.typesetting import typeset
from dih.taxonomy import terms

_FOLDER = Path(__file__).parent


def pro_forma(case: Case, payment: PaymentSeen, settings: Mapping[str, Any]) -> bytes:
    """What a public institution pays by: the sum, in lei too where a rate is known, the account and the reference."""
    voucher = case.voucher
    seller = {
        "name": settings[ISSUER_NAME.name],
        "cui": settings[ISSUER_CUI.name],
        "seat": f"{settings[ISSUER_STREET.name]}, {settings[ISSUER_CITY.name]}",
        "iban": settings[ISSUER_IBAN.name],
        "bank": settings[ISSUER_BANK.name],
    }
    county = terms.county_name(voucher.organisation_county)
    lei = None
    if payment.lei_minor is not None and payment.rate_day is not None:
        lei = _lei(payment.lei_minor, Rate(LEU, payment.rate_day, payment.rate_micros or 0, payment.rate_source))
    data = {
        "reference": payment.reference,
        "issued": _day(clock.day_of(payment.created_at)),
        "pay_by": _day(clock.day_of(payment.expires_at)),
        "seller": seller,
        "buyer": {
            "name": voucher.organisation,
            "cui": voucher.organisation_cui,
            "seat": ", ".join(part for part in (voucher.organisation_seat, county) if part),
        },
        "case": voucher.reference,
        "title": voucher.title,
        "net": _euro(payment.share_cents),
        "vat": _euro(payment.vat_cents),
        "percent": str(payment.vat_percent),
        "exemption": payment.vat_exemption,
        "total": _euro(payment.amount_cents),
        "lei": lei,
    }
    return typeset(_FOLDER / "pro_forma.typ", data, payment.created_at)


def invoice(paper: Paper) -> bytes:
    """An invoice, or a credit note that corrects one."""
    content = paper.content
    seller, buyer = content["seller"], content["buyer"]
    corrects_on = content.get("corrects_on")
    data = {
        "name": paper.name,
        "credits": "corrects" in content,
        "corrects": content.get("corrects", ""),
        "corrects_on": _day(dt.date.fromisoformat(corrects_on)) if corrects_on else None,
        "issued": _day(paper.issued_on),
        "paid_on": _day(dt.date.fromisoformat(content["paid_on"])),
        "method": content["method"],
        "payment": content["payment"],
        "seller": {**seller, "seat": _seat(seller)},
        "buyer": {**buyer, "seat": _seat(buyer)},
        "case": content["case"],
        "title": content["title"],
        "net": _euro(paper.net_cents),
        "vat": _euro(paper.vat_cents),
        "percent": str(content["vat_percent"]),
        "exemption": content["exemption"],
        "total": _euro(paper.total_cents),
        "lei": _lei(in_currency(paper.vat_cents, paper.lei.micros), paper.lei)
        if paper.lei and paper.vat_cents
        else None,
    }
    return typeset(_FOLDER / "invoice.typ", data, paper.issued_at)


def response(content: bytes, name: str, mimetype: str) -> Response:
    """A private file, shown in the browser where it can."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.cache_control.private = answer.cache_control.no_store = True
    return answer


def _seat(party: Mapping[str, str]) -> str:
    parts = (party["street"], party["city"], terms.county_name(party["county"]))
    return ", ".join(part for part in parts if part)


def _euro(cents: int) -> dict[str, str]:
    return {"ro": _plain(cents, "€"), "en": f"€{format_decimal(Decimal(cents) / 100, '#,##0.00', locale='en')}"}


def _lei(minor: int, rate: Rate) -> dict[str, Any]:
    """A sum in lei with the rate that it comes from."""
    return {
        "sum": _plain(minor, "lei"),
        "rate": format_decimal(rate.decimal, "0.0000##", locale="ro"),
        "day": _day(rate.day),
        "source": rate.source,
    }


def _plain(minor: int, unit: str) -> str:
    return f"{format_decimal(Decimal(minor) / 100, '#,##0.00', locale='ro')}\xa0{unit}"


def _day(day: dt.date) -> dict[str, str]:
    return {language: format_date(day, "d MMMM y", locale=language) for language in ("ro", "en")}
