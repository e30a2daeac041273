"""The agreement of a voucher as PDF: Romanian prevails, English beside it. The same voucher gives the same bytes.

Made from the voucher's own data each time it is asked for, outside of any transaction.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from dih.calls import queries as calls
from dih.calls.content import MoneyRule
from dih.partners import queries as partners
from dih.shared import clock
from dih.shared.typesetting import typeset
from dih.taxonomy import terms
from dih.vouchers.queries.cases import Case

_TEMPLATE = Path(__file__).parent / "agreement.typ"
NO_AID = "none"


def is_aid(legal_basis: str) -> bool:
    """Whether the national share is State aid under this legal basis."""
    return legal_basis != NO_AID


def pdf(case: Case, redeem_address: str) -> bytes:
    """The agreement of a voucher; `redeem_address` is what its QR code leads to. Two queries, or three.

    Its legal basis is that of the application's version of the call or, where that had ended, of the version in force.
    """
    call = calls.version(case.call_version_id)
    rules = (*call.content.money, *calls.in_force(call).content.money) if call else ()
    lead = next((partner for partner in partners.partners() if partner.is_lead), None)
    return typeset(
        _TEMPLATE,
        {
            **_facts(case),
            "lead": dict(lead.name) if lead else _both(case.panel.partner_name),
            "source": _source(rules, case.legal_basis),
            "qr": _qr(redeem_address),
        },
        case.panel.accepted_at or case.panel.issued_at,
    )


def _facts(case: Case) -> dict[str, Any]:
    panel = case.panel
    return {
        "reference": case.reference,
        "title": case.title,
        "beneficiary": {
            "name": case.organisation,
            "cui": case.organisation_cui,
            "seat": ", ".join(
                part for part in (case.organisation_seat, terms.county_name(case.organisation_county)) if part
            ),
        },
        "partner": {"name": _both(panel.partner_name), "city": case.partner_city},
        "services": [
            {"code": one.code, "name": _both(one.name), "price": _euro(one.price_cents)} for one in case.services
        ],
        "value": _euro(panel.value_cents),
        "eu": _euro(panel.eu_cents),
        "national": _euro(panel.national_cents),
        "own": _euro(panel.beneficiary_cents),
        "pays": panel.beneficiary_cents > 0,
        "basis": case.legal_basis,
        "issued": _day(clock.day_of(panel.issued_at)),
        "accept_by": _day(panel.accept_by),
        "valid_until": _day(panel.valid_until),
        "accepted": _day(clock.day_of(panel.accepted_at)) if panel.accepted_at else None,
        "accepted_by": panel.accepted_by,
        "code": panel.code,
    }


def _source(rules: Sequence[MoneyRule], legal_basis: str) -> dict[str, str]:
    fitting = (rule.source for rule in rules if rule.legal_basis == legal_basis)
    source = next(fitting, None)
    return _both(source) if source is not None else {"ro": "", "en": ""}


def _both(words: Any) -> dict[str, str]:
    return {"ro": words["ro"], "en": words["en"]}


def _euro(cents: int) -> dict[str, str]:
    amount = Decimal(cents) / 100
    return {
        "ro": f"{format_decimal(amount, '#,##0.00', locale='ro')}\xa0€",
        "en": f"€{format_decimal(amount, '#,##0.00', locale='en')}",
    }


def _day(day: dt.date) -> dict[str, str]:
    return {language: format_date(day, "d MMMM y", locale=language) for language in ("ro", "en")}


def _qr(text: str) -> str:
    import segno

    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="svg", border=0, xmldecl=False)
    return picture.getvalue().decode()
