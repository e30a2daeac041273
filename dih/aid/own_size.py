"""The size of an organisation from the figures that it entered: the engine of `flask aid size` on its closed years."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dih.aid import size
from dih.aid.size import Figures, SizeCheck, Year
from dih.organisations.figures import YearFigures


def own_size(figures: Sequence[YearFigures]) -> SizeCheck | None:
    """The size check of these years, in any order; None while there are none.

    Figures of partner and linked enterprises belong to the answers of the calculators: nobody enters them here yet.
    """
    years = [
        Year(one.year, Figures(Fraction(one.staff), Fraction(one.turnover_cents), Fraction(one.balance_cents)))
        for one in figures
    ]
    return size.assess(years) if years else None
