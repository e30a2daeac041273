"""Exact numbers as people read them: the only place where a mean is rounded."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def rounded(value: Fraction | Decimal | int) -> Decimal:
    """The value with two decimals, half up: equal on pages and in files."""
    exact = Fraction(value)
    hundredths = Decimal(exact.numerator * 100) / Decimal(exact.denominator)
    return hundredths.quantize(Decimal(1), rounding=ROUND_HALF_UP) / 100
