"""The certificate of aid as PDF: what counts for an undertaking on a day. Romanian prevails, English beside it.

The same state of the register on the same day gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from dih.aid.queries import Standing, Window
from dih.shared import clock

_FOLDER = Path(__file__).parent


def pdf(standing: Standing, now: dt.datetime) -> bytes:
    """The certificate (PDF/A-2a) of a party as it stands at `now`."""
    day = clock.day_of(now)
    data = {
        "name": standing.party.name,
        "number": standing.party.number,
        "day": _day(day),
        "made": {"year": day.year, "month": day.month, "day": day.day},
        "members": list(standing.windows[0].check.undertaking.members),
        "windows": [_window(one, standing) for one in standing.windows],
    }
    document: bytes = _compiler().compile(
        input=str(_FOLDER / "certificate.typ"),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["a-2a"],
        timestamp=int(clock.start_of_day(day).timestamp()),
    )
    return document


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


@functools.cache
def _compiler() -> Any:
    import typst

    return typst.Compiler(root=str(_FOLDER), ignore_system_fonts=True)


def _euro(cents: int) -> dict[str, str]:
    amount = Decimal(cents) / 100
    return {
        "ro": f"{format_decimal(amount, '#,##0.00', locale='ro')}\xa0€",
        "en": f"€{format_decimal(amount, '#,##0.00', locale='en')}",
    }


def _day(day: dt.date) -> dict[str, str]:
    return {language: format_date(day, "d MMMM y", locale=language) for language in ("ro", "en")}
