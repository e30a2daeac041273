"""Money: integer cents of euro, read as people type them and shown as they read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from dih.shared.errors import BrokenRule
from dih.shared.wording import N_

MOST_CENTS = 10**13
"""EUR 100 billion: above it a figure is a typing mistake."""


@dataclass(frozen=True, slots=True)
class Euro:
    """An amount as a value of a Text: screens show it in the reader's way, `str()` as EUR 1,234.56."""

    cents: int

    def __str__(self) -> str:
        sign = "-" if self.cents < 0 else ""
        return f"EUR {sign}{abs(self.cents) // 100:,}.{abs(self.cents) % 100:02d}"


_PLAIN = re.compile(r"^\d+$")
_GROUPED = re.compile(r"^[1-9]\d{0,2}([.,   ])\d{3}(\1\d{3})*$")
_DECIMALS = re.compile(r"^(?P<whole>\d+|[1-9]\d{0,2}(?:(?P<mark>[.,   ])\d{3})+)(?P<point>[.,])(?P<cents>\d{1,2})$")


def parse_cents(text: str, field: str = "") -> int:
    """Cents from "1.234,56", "1,234.56", "1 234,5", "1234" or the same with € or EUR, lei or RON around it.

    "1.234" and "1,234" are read as one thousand two hundred thirty-four. Raises BrokenRule naming `field`
    for what is no amount, is negative, has more than two decimals or is impossibly large.
    """
    stripped = re.sub(r"(?i)(€|EUR|RON|lei)", "", text).strip()
    if len(stripped) > 100:
        raise BrokenRule.because(N_("This amount is too large to be right. Check the number of zeros."), field)
    if _PLAIN.match(stripped) or _GROUPED.match(stripped):
        cents = int(re.sub(r"\D", "", stripped)) * 100
    elif (match := _DECIMALS.match(stripped)) and match["mark"] != match["point"]:
        cents = int(re.sub(r"\D", "", match["whole"])) * 100 + int(match["cents"].ljust(2, "0"))
    else:
        raise BrokenRule.because(
            N_("Enter an amount such as 1.234,56 or 1234.56, not negative and with at most two decimals."), field
        )
    if cents > MOST_CENTS:
        raise BrokenRule.because(N_("This amount is too large to be right. Check the number of zeros."), field)
    return cents


def plain(cents: int) -> str:
    """An amount for files and forms: 1234.56, with a point and no grouping."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def share(cents: int, percent: Decimal) -> int:
    """`percent` of an amount, rounded half up to the cent. Shares that must sum exactly use `split`."""
    return int((Decimal(cents) * percent / 100).quantize(Decimal(1), rounding="ROUND_HALF_UP"))


def split(cents: int, percents: list[Decimal]) -> list[int]:
    """`cents` divided by `percents` that sum to 100, to the cent, summing exactly.

    Each share is rounded half up in order and the last takes what is left (never more than a cent per share off).
    """
    shares = [share(cents, percent) for percent in percents[:-1]]
    return [*shares, cents - sum(shares)]
