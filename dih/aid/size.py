"""The size of an enterprise: micro, small, medium or large. Recommendation 2003/361/EC, Annex, Articles 2 to 6.

The figures are exact fractions until they are shown: nothing is rounded before it is compared.

- Article 6: own figures, plus those of partners in proportion, plus those of linked enterprises whole.
- Article 4(2): a class is lost or won only over two consecutive accounting periods. Where the last two periods agree,
  theirs is the class; where they do not, the older class stays. Over three periods and more this is applied period by
  period: a class that both of the last two lie above (or below) is left for the nearer of the two.
- Article 3(4): public bodies that together hold 25 % or more make it no SME, so large, at once: the two periods
  concern the ceilings only. The holders excepted by Article 3(2) do not count up to 50 % together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from dih.aid.size_ceilings import ClassCeilings, size_ceilings
from dih.aid.vocabulary import HolderKind, SizeClass


@dataclass(frozen=True, slots=True)
class Figures:
    """Staff in annual work units (parts allowed), turnover and balance sheet total in cents."""

    staff: Fraction
    turnover_cents: Fraction
    balance_cents: Fraction

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.staff + other.staff,
            self.turnover_cents + other.turnover_cents,
            self.balance_cents + other.balance_cents,
        )

    def part(self, share: Fraction) -> Figures:
        """These figures in proportion."""
        return Figures(self.staff * share, self.turnover_cents * share, self.balance_cents * share)


@dataclass(frozen=True, slots=True)
class Related:
    """Another enterprise with the percent of capital or votes held, whichever is greater, and its whole figures.

    `percent` None: linked, whatever the percent. `through` names the partner with which it is linked, "" where it is
    related itself.
    """

    name: str
    percent: Decimal | None
    figures: Figures
    through: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """One closed accounting period."""

    year: int
    own: Figures
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicHolder:
    """A public (or excepted) holder of capital or votes; `percent` None: it controls, by whatever means."""

    name: str
    percent: Decimal | None
    kind: HolderKind = HolderKind.PUBLIC_BODY


@dataclass(frozen=True, slots=True)
class CountedYear:
    """One period as counted: the share of each related enterprise (0, its percent or 1), the totals and their class."""

    given: Year
    shares: tuple[Fraction, ...]
    totals: Figures
    size: SizeClass


@dataclass(frozen=True, slots=True)
class SizeCheck:
    """The outcome. `by_figures` is the class by staff and money, `public_percent` what counts as public control."""

    years: tuple[CountedYear, ...]
    by_figures: SizeClass
    holders: tuple[PublicHolder, ...]
    public_percent: Decimal

    @property
    def size(self) -> SizeClass:
        """The class that holds."""
        return SizeClass.LARGE if self.under_public_control else self.by_figures

    @property
    def under_public_control(self) -> bool:
        """Whether public bodies hold so much, or control it, that it is no SME."""
        return self.controlled or self.public_percent >= size_ceilings().public_from_percent

    @property
    def controlled(self) -> bool:
        """Whether a public body controls it without a share that is known."""
        return any(holder.percent is None for holder in self.holders)

    @property
    def totals(self) -> Figures:
        """The totals of the last period."""
        return self.years[-1].totals


def assess(years: Sequence[Year], holders: Iterable[PublicHolder] = ()) -> SizeCheck:
    """The size class from at least one accounting period, in any order, each year once. `holders` as of today."""
    counted = tuple(_count(year) for year in sorted(years, key=lambda year: year.year))
    by_figures = class_over_years([year.size for year in counted])
    holders = tuple(holders)
    return SizeCheck(counted, by_figures, holders, public_percent(holders))


def counted_share(percent: Decimal | None) -> Fraction:
    """How much of a related enterprise counts: 0 below 25 percent, in proportion up to 50, above it or None: whole."""
    if percent is None:
        return Fraction(1)
    if percent < size_ceilings().partner_from_percent:
        return Fraction(0)
    if percent <= size_ceilings().linked_above_percent:
        return Fraction(percent) / 100
    return Fraction(1)


def _count(year: Year) -> CountedYear:
    shares = tuple(counted_share(related.percent) for related in year.related)
    totals = year.own
    for related, share in zip(year.related, shares, strict=True):
        totals += related.figures.part(share)
    return CountedYear(year, shares, totals, class_of(totals))


def fits(figures: Figures, ceilings: ClassCeilings) -> bool:
    """Whether the figures stay within one class: staff, and one of turnover and balance sheet."""
    return figures.staff < Fraction(ceilings.staff_below) and (
        figures.turnover_cents <= ceilings.turnover_cents or figures.balance_cents <= ceilings.balance_cents
    )


def class_of(figures: Figures) -> SizeClass:
    """The smallest class that the figures of one period fit."""
    return next(
        (ceilings.size for ceilings in size_ceilings().classes if fits(figures, ceilings)),
        SizeClass.LARGE,
    )


def class_over_years(classes: Sequence[SizeClass]) -> SizeClass:
    """The class after periods in order of time, at least one: it moves only where two in a row lie on its same side."""
    held = classes[0]
    for pair in pairwise(classes):
        nearest_above, nearest_below = min(pair, key=_rank), max(pair, key=_rank)
        if nearest_above.rank > held.rank:
            held = nearest_above
        elif nearest_below.rank < held.rank:
            held = nearest_below
    return held


def _rank(size: SizeClass) -> int:
    return size.rank


def public_percent(holders: Iterable[PublicHolder]) -> Decimal:
    """The percent that counts as public control. Excepted holders count only when they hold above 50 together."""
    ordinary, excepted = Decimal(0), Decimal(0)
    for holder in holders:
        if holder.kind in (HolderKind.PUBLIC_BODY, HolderKind.STATE_OWNED):
            ordinary += holder.percent or 0
        else:
            excepted += holder.percent or 0
    return ordinary + excepted if excepted > size_ceilings().linked_above_percent else ordinary
