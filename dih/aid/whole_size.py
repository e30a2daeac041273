"""The size of an organisation from its own figures and those of all who are related with it, as far as they are known.

A figure that is missing is never zero: it is named, and the size stays open. Only where what is known makes the
enterprise large already is the answer certain, because more figures can make it no smaller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dih.aid import size
from dih.aid.related import Relation
from dih.aid.size import Figures, PublicHolder, Related, SizeCheck, Year, counted_share
from dih.aid.size_form import Gap, written_out
from dih.aid.vocabulary import SizeClass
from dih.organisations.figures import YearFigures
from dih.shared.wording import N_, Text

YEARS = 2
"""How many of the last years need the figures of all who are related; an older one counts where it is whole."""

_NOTHING = Figures(Fraction(0), Fraction(0), Fraction(0))


@dataclass(frozen=True, slots=True)
class WholeSize:
    """`check` on what is known, None while the organisation has no figures of its own; `gaps` in those of others."""

    check: SizeCheck | None
    gaps: tuple[Gap, ...] = ()

    @property
    def size(self) -> SizeClass | None:
        """The class, None while it is open."""
        if self.check is None or (self.gaps and self.check.size is not SizeClass.LARGE):
            return None
        return self.check.size

    @property
    def lines(self) -> tuple[Text, ...]:
        """The arithmetic, line by line; nothing while there are no figures."""
        return () if self.check is None else written_out(self.check, self.gaps)

    @property
    def wanted(self) -> tuple[Text, ...]:
        """Whose figures are missing, a sentence for each year of each; nothing where the size is certain without."""
        if self.size is not None:
            return ()
        message = N_("The size of the enterprise is open: enter the figures of %(party)s for %(year)s.")
        return tuple(Text(message, {"party": gap.party, "year": gap.year}) for gap in self.gaps)


UNKNOWN = WholeSize(None)
"""No figures at all."""


def whole_size(
    own: Sequence[YearFigures],
    related: Sequence[Relation],
    others: Mapping[str, Sequence[YearFigures]],
    holders: Sequence[PublicHolder] = (),
) -> WholeSize:
    """The size from the `own` years in any order; `others` holds the figures of those related, by name."""
    years: list[Year] = []
    gaps: list[Gap] = []
    for place, year in enumerate(sorted(own, key=lambda one: one.year, reverse=True)):
        known = {name: one for name, theirs in others.items() for one in theirs if one.year == year.year}
        missing = [one for one in related if one.party not in known and _counts(one)]
        if missing and place >= YEARS:
            continue
        gaps += [Gap(one.party, year.year) for one in missing]
        years.append(
            Year(
                year.year,
                _figures(year),
                tuple(
                    Related(
                        one.party,
                        one.percent,
                        _figures(known[one.party]) if one.party in known else _NOTHING,
                        one.through,
                    )
                    for one in related
                    if one not in missing
                ),
            )
        )
    return WholeSize(size.assess(years, holders), tuple(gaps)) if years else UNKNOWN


def _counts(relation: Relation) -> bool:
    return counted_share(relation.percent) > 0


def _figures(year: YearFigures) -> Figures:
    return Figures(Fraction(year.staff), Fraction(year.turnover_cents), Fraction(year.balance_cents))
