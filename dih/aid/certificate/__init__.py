"""The certificate of aid as PDF: what counts for an undertaking on a day. Romanian prevails, English beside it.

The same state of the register on the same day gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from dih.aid.queries import Standing, Window
from dih.shared import clock
from dih.shared.typesetting import typeset

_TEMPLATE = Path(__file__).parent / "certificate.typ"


def pdf(standing: Standing, now: dt.datetime) -> bytes:
    """The certificate (PDF/A-2a) of a party as it stands at `now`."""
    day = clock.day_of(now)
    data = {
        "name": standing.party.name,
        "number": standing.party.number,
        "day": _day(day),
        "members": list(standing.windows[0].check.undertaking.members),
        "windows": [_window(one, standing) for one in standing.windows],
    }
    return typeset(_TEMPLATE, data, clock.start_of_day(day))


def _window(one: Window, standing: Standing) -> dict[str, Any]:
    known = {row.id: row for row in standing.rows}
    check = one.check
    rows = [(grant, known[grant.id]) for grant in check.filling if grant.id is not None]
    return {
        "code": one.code,
        "source": check.basis.source,
        "first": _day(check.first_day),
        "ceiling": _euro(check.ceiling_cents or 0),
        "counted": _euro(check.counted_cents),
        "free": _euro(check.free_cents or 0),
        "rows": [
            {
                "day": _day(grant.day),
                "who": grant.undertaking,
                "authority": row.authority,
                "reference": row.reference,
                "amount": _euro(grant.amount_cents),
                "pending": grant.pending,
            }
            for grant, row in rows
        ],
    }


def _euro(cents: int) -> dict[str, str]:
    amount = Decimal(cents) / 100
    return {
        "ro": f"{format_decimal(amount, '#,##0.00', locale='ro')}\xa0€",
        "en": f"€{format_decimal(amount, '#,##0.00', locale='en')}",
    }


def _day(day: dt.date) -> dict[str, str]:
    return {language: format_date(day, "d MMMM y", locale=language) for language in ("ro", "en")}
