"""Other currencies: an amount keeps its own minor units, and becomes euro by a rate that is data with day and source.

Pure. Rates come from `dih.shared.rates`. Every currency here has two decimals, so minor units are hundredths.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dih.shared.errors import BrokenRule
from dih.shared.wording import N_

EURO = "EUR"
LEU = "RON"
CURRENCIES = (EURO, LEU, "USD", "GBP", "CHF", "HUF")
"""What amounts may be stated in."""

MICROS = 1_000_000
MOST_AGE_DAYS = 7
"""A rate stands for the days after it on which none is published: a weekend with the feast days around it, not more."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One euro is `micros` millionths of `currency` on `day`, as `source` published it: 4.9756 RON is 4975600."""

    currency: str
    day: dt.date
    micros: int
    source: str

    @property
    def decimal(self) -> Decimal:
        """Units of the currency for one euro, exact."""
        return Decimal(self.micros) / MICROS


@dataclass(frozen=True, slots=True)
class Converted:
    """An amount of `minor` hundredths of `rate.currency`, and what it is in cents of euro by that rate."""

    minor: int
    cents: int
    rate: Rate


def convert(
    minor: int, currency: str, day: dt.date, rates: Iterable[Rate], most_days: int = MOST_AGE_DAYS
) -> Converted:
    """`minor` hundredths of `currency` in cents of euro, by the rate of `day` or the nearest day before it.

    Rounded half up to the cent (half away from zero where negative). Euro converts to itself at 1.
    Raises BrokenRule where no rate is known, or the nearest is more than `most_days` days old.
    """
    if currency == EURO:
        return Converted(minor, minor, Rate(EURO, day, MICROS, ""))
    known = [rate for rate in rates if rate.currency == currency and rate.day <= day]
    if not known:
        raise BrokenRule.because(
            N_("No rate of %(currency)s is known for %(day)s. An administrator loads it."),
            "currency",
            currency=currency,
            day=day,
        )
    rate = max(known, key=lambda one: one.day)
    if (day - rate.day).days > most_days:
        raise BrokenRule.because(
            N_("The newest rate of %(currency)s before %(day)s is of %(found)s, which is too old. Load a newer one."),
            "currency",
            currency=currency,
            day=day,
            found=rate.day,
        )
    cents = (2 * abs(minor) * MICROS + rate.micros) // (2 * rate.micros)
    return Converted(minor, cents if minor >= 0 else -cents, rate)


def read_micros(text: str) -> int:
    """Millionths from "4.9756" or "4,9756"; exact. Raises ValueError for what is no rate or has more decimals."""
    try:
        micros = Decimal(text.strip().replace(",", ".")) * MICROS
    except ArithmeticError:
        raise ValueError("is not a number") from None
    if not micros.is_finite() or micros <= 0 or micros > MICROS * MICROS:
        raise ValueError("is not above zero, or impossibly large")
    if micros != micros.to_integral_value():
        raise ValueError("has more than six decimals")
    return int(micros)
