"""The table of exchange rates: loaded from files, never changed silently, read for a conversion."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass

from sqlalchemy import select

from dih.extensions.database import db
from dih.shared.currency import CURRENCIES, EURO, Converted, Rate, convert, read_micros
from dih.shared.models import ExchangeRate

COLUMNS = ("currency", "day", "rate", "source")
"""Heads of the file: RON,2026-11-20,5.0912,BNR; the rate is what one euro costs."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rates are new, how many were there already, and a sentence for each line that cannot be taken."""

    new: int
    known: int
    bad: list[str]


def to_euro(minor: int, currency: str, day: dt.date) -> Converted:
    """`minor` hundredths of `currency` in cents of euro by the rate of `day` or the nearest before it, in one query.

    Raises BrokenRule (field `currency`) where there is no rate or it is too old.
    """
    if currency == EURO:
        return convert(minor, currency, day, ())
    newest = db.session.execute(
        select(ExchangeRate.currency, ExchangeRate.day, ExchangeRate.micros, ExchangeRate.source)
        .where(ExchangeRate.currency == currency, ExchangeRate.day <= day)
        .order_by(ExchangeRate.day.desc())
        .limit(1)
    )
    return convert(minor, currency, day, [Rate(*row) for row in newest])


def load(text: str, today: dt.date) -> Loaded:
    """Takes the rates of a CSV with the heads of COLUMNS, comma or semicolon, in the caller's unit of work.

    All or none: where a line is bad nothing is taken. A rate that is there already with the same figure is passed over;
    with another figure it is bad, because conversions were made by it.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";" if ";" in text else ",")
    try:
        return _load(rows, today)
    except csv.Error as error:
        return Loaded(0, 0, [f"line {rows.line_num}: this is not CSV ({error})"])


def _load(rows: csv.DictReader[str], today: dt.date) -> Loaded:
    if rows.fieldnames is None or not set(COLUMNS) <= set(rows.fieldnames):
        return Loaded(0, 0, [f"line 1: the heads must be {', '.join(COLUMNS)}"])
    stored = {(rate.currency, rate.day): rate.micros for rate in db.session.scalars(select(ExchangeRate))}
    bad: list[str] = []
    fresh: list[ExchangeRate] = []
    known = 0
    for row in rows:
        try:
            rate = _read(row, today)
            there = stored.get((rate.currency, rate.day))
            if there not in (None, rate.micros):
                raise ValueError(f"{rate.currency} of {rate.day} is there already with another rate")
        except ValueError as error:
            bad.append(f"line {rows.line_num}: {error}")
            continue
        if there is not None:
            known += 1
            continue
        stored[rate.currency, rate.day] = rate.micros
        fresh.append(ExchangeRate(currency=rate.currency, day=rate.day, micros=rate.micros, source=rate.source))
    if bad:
        return Loaded(0, 0, bad)
    db.session.add_all(fresh)
    return Loaded(len(fresh), known, [])


def _read(row: dict[str, str | None], today: dt.date) -> Rate:
    values = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name, value in values.items():
        if not value:
            raise ValueError(f"{name} is missing")
    if values["currency"] == EURO or values["currency"] not in CURRENCIES:
        raise ValueError(f"currency {values['currency']} is not one of {', '.join(CURRENCIES[1:])}")
    try:
        day = dt.date.fromisoformat(values["day"])
    except ValueError:
        raise ValueError(f"day {values['day']} is not a day such as 2026-11-20") from None
    if day > today:
        raise ValueError(f"day {values['day']} lies ahead")
    try:
        micros = read_micros(values["rate"])
    except ValueError as error:
        raise ValueError(f"rate {values['rate']} {error}") from None
    if len(values["source"]) > 100:
        raise ValueError("source is longer than 100 characters")
    return Rate(values["currency"], day, micros, values["source"])
