"""The size check written out line by line like a tax form: every figure, how it counts, the totals and the class."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from dih.aid.size import CountedYear, Figures, SizeCheck, fits
from dih.aid.size_ceilings import ClassCeilings, size_ceilings
from dih.aid.vocabulary import SIZE_LABELS, HolderKind, SizeClass
from dih.shared.money import Euro
from dih.shared.wording import N_, Text


def written_out(check: SizeCheck) -> tuple[Text, ...]:
    """All lines for one size check, the oldest year first, the class last."""
    years = (line for year in check.years for line in _year(year))
    return (*years, *_over_years(check), *_public(check), _outcome(check))


def whole_cents(cents: Fraction) -> int:
    """Cents as shown: rounded half up. The classes are decided on the exact fraction."""
    return int(cents + Fraction(1, 2))


def _staff(staff: Fraction) -> Decimal:
    """Staff as shown: at most four decimals, none that are zero."""
    shown = Decimal(int(staff * 10_000 + Fraction(1, 2))) / 10_000
    return Decimal(f"{shown.normalize():f}")


def _values(figures: Figures) -> dict[str, object]:
    return {
        "staff": _staff(figures.staff),
        "turnover": Euro(whole_cents(figures.turnover_cents)),
        "balance": Euro(whole_cents(figures.balance_cents)),
    }


def _year(year: CountedYear) -> Iterator[Text]:
    number = {"year": year.given.year}
    yield Text(
        N_("%(year)s, own figures: %(staff)s staff, turnover %(turnover)s, balance sheet %(balance)s."),
        number | _values(year.given.own),
    )
    for related, share in zip(year.given.related, year.shares, strict=True):
        party = number | {"name": related.name, "percent": related.percent}
        if share == 0:
            yield Text(
                N_("%(year)s, %(name)s: %(percent)s %% is below %(from)s %%, so it does not count."),
                party | {"from": size_ceilings().partner_from_percent},
            )
        else:
            message = (
                N_(
                    "%(year)s, %(name)s, linked (%(percent)s %%), counts whole: plus %(staff)s staff, "
                    "turnover %(turnover)s, balance sheet %(balance)s."
                )
                if share == 1
                else N_(
                    "%(year)s, %(name)s, partner, counts by %(percent)s %%: plus %(staff)s staff, "
                    "turnover %(turnover)s, balance sheet %(balance)s."
                )
            )
            yield Text(message, party | _values(related.figures.part(share)))
    yield Text(
        N_("%(year)s, total: %(staff)s staff, turnover %(turnover)s, balance sheet %(balance)s."),
        number | _values(year.totals),
    )
    for ceilings in size_ceilings().classes:
        yield _class_line(year, ceilings)
        if fits(year.totals, ceilings):
            break


def _class_line(year: CountedYear, ceilings: ClassCeilings) -> Text:
    message = (
        N_(
            "%(year)s is within the limits of a %(class)s: fewer than %(staff)s staff, and turnover of at most "
            "%(turnover)s or balance sheet of at most %(balance)s."
        )
        if fits(year.totals, ceilings)
        else N_(
            "%(year)s is not within the limits of a %(class)s: fewer than %(staff)s staff, and turnover of at most "
            "%(turnover)s or balance sheet of at most %(balance)s."
        )
    )
    return Text(
        message,
        {
            "year": year.given.year,
            "class": Text(SIZE_LABELS[ceilings.size]),
            "staff": ceilings.staff_below,
            "turnover": Euro(ceilings.turnover_cents),
            "balance": Euro(ceilings.balance_cents),
        },
    )


def _over_years(check: SizeCheck) -> Iterator[Text]:
    for earlier, later in pairwise(check.years):
        if later.given.year - earlier.given.year > 1:
            yield Text(
                N_("No figures were given between %(earlier)s and %(later)s; these two are taken as consecutive."),
                {"earlier": earlier.given.year, "later": later.given.year},
            )
    last = check.years[-1]
    if len(check.years) == 1:
        yield Text(N_("Only one year is known, so it decides alone."))
        return
    before = check.years[-2]
    values: dict[str, object] = {
        "before": before.given.year,
        "before_class": Text(SIZE_LABELS[before.size]),
        "last": last.given.year,
        "last_class": Text(SIZE_LABELS[last.size]),
        "class": Text(SIZE_LABELS[check.by_figures]),
    }
    if before.size is last.size:
        yield Text(N_("%(before)s and %(last)s agree: %(class)s."), values)
    else:
        yield Text(
            N_(
                "%(before)s (%(before_class)s) and %(last)s (%(last_class)s) disagree. "
                "A class changes only over two years in a row, so %(class)s holds."
            ),
            values,
        )


def _public(check: SizeCheck) -> Iterator[Text]:
    for holder in check.holders:
        message = (
            N_("%(name)s holds %(percent)s %% and is a public body.")
            if holder.kind is HolderKind.PUBLIC_BODY
            else N_("%(name)s holds %(percent)s %% and counts as public only if such holders have above %(most)s %%.")
        )
        yield Text(
            message,
            {"name": holder.name, "percent": holder.percent, "most": size_ceilings().linked_above_percent},
        )
    if check.holders:
        message = (
            N_("Public bodies hold %(percent)s %%, which is %(from)s %% or more: not an SME, whatever its figures.")
            if check.under_public_control
            else N_("Public bodies hold %(percent)s %%, which is below %(from)s %%: the figures decide.")
        )
        yield Text(message, {"percent": check.public_percent, "from": size_ceilings().public_from_percent})


def _outcome(check: SizeCheck) -> Text:
    message = (
        N_("Result: %(class)s, not an SME. Source: %(source)s.")
        if check.size is SizeClass.LARGE
        else N_("Result: %(class)s, an SME. Source: %(source)s.")
    )
    return Text(message, {"class": Text(SIZE_LABELS[check.size]), "source": size_ceilings().source})
