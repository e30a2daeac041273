"""The size check written out line by line like a tax form: every figure, how it counts, the totals and the class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from dih.aid.size import CountedYear, Figures, PublicHolder, Related, SizeCheck, fits
from dih.aid.size_ceilings import ClassCeilings, size_ceilings
from dih.aid.vocabulary import SIZE_LABELS, HolderKind, SizeClass
from dih.shared.money import Euro
from dih.shared.wording import N_, Text


@dataclass(frozen=True, slots=True)
class Gap:
    """A related enterprise whose figures of a year nobody has entered."""

    party: str
    year: int


def written_out(check: SizeCheck, gaps: Sequence[Gap] = ()) -> tuple[Text, ...]:
    """All lines for one size check, the oldest year first, the class last. `gaps` are said, never counted as zero."""
    years = (line for year in check.years for line in _year(year, gaps))
    return (*years, *_over_years(check), *_public(check), _outcome(check, gaps))


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


def _year(year: CountedYear, gaps: Sequence[Gap]) -> Iterator[Text]:
    number = {"year": year.given.year}
    yield Text(
        N_("%(year)s, own figures: %(staff)s staff, turnover %(turnover)s, balance sheet %(balance)s."),
        number | _values(year.given.own),
    )
    for related, share in zip(year.given.related, year.shares, strict=True):
        party = number | {"name": related.name, "percent": related.percent, "through": related.through}
        if share == 0:
            yield Text(
                N_("%(year)s, %(name)s: %(percent)s %% is below %(from)s %%, so it does not count."),
                party | {"from": size_ceilings().partner_from_percent},
            )
        else:
            yield Text(_counts_as(related, share), party | _values(related.figures.part(share)))
    missing = [gap.party for gap in gaps if gap.year == year.given.year]
    for name in missing:
        yield Text(
            N_("%(year)s, %(name)s: its figures are not known, so they are missing below."), number | {"name": name}
        )
    yield Text(
        N_("%(year)s, total of what is known: %(staff)s staff, turnover %(turnover)s, balance sheet %(balance)s.")
        if missing
        else N_("%(year)s, total: %(staff)s staff, turnover %(turnover)s, balance sheet %(balance)s."),
        number | _values(year.totals),
    )
    for ceilings in size_ceilings().classes:
        yield _class_line(year, ceilings)
        if fits(year.totals, ceilings):
            break


def _counts_as(related: Related, share: Fraction) -> str:
    if related.through:
        return (
            N_(
                "%(year)s, %(name)s, linked with %(through)s, counts whole like it: plus %(staff)s staff, "
                "turnover %(turnover)s, balance sheet %(balance)s."
            )
            if share == 1
            else N_(
                "%(year)s, %(name)s, linked with %(through)s, counts by %(percent)s %% like it: plus %(staff)s staff, "
                "turnover %(turnover)s, balance sheet %(balance)s."
            )
        )
    if share != 1:
        return N_(
            "%(year)s, %(name)s, partner, counts by %(percent)s %%: plus %(staff)s staff, "
            "turnover %(turnover)s, balance sheet %(balance)s."
        )
    if related.percent is None:
        return N_(
            "%(year)s, %(name)s, linked, counts whole: plus %(staff)s staff, "
            "turnover %(turnover)s, balance sheet %(balance)s."
        )
    return N_(
        "%(year)s, %(name)s, linked (%(percent)s %%), counts whole: plus %(staff)s staff, "
        "turnover %(turnover)s, balance sheet %(balance)s."
    )


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
        values: dict[str, object] = {"name": holder.name, "percent": holder.percent}
        yield Text(_holds(holder), values | {"most": size_ceilings().linked_above_percent})
    if check.controlled:
        yield Text(N_("Public bodies control it: not an SME, whatever its figures."))
    elif check.holders:
        message = (
            N_("Public bodies hold %(percent)s %%, which is %(from)s %% or more: not an SME, whatever its figures.")
            if check.under_public_control
            else N_("Public bodies hold %(percent)s %%, which is below %(from)s %%: the figures decide.")
        )
        yield Text(message, {"percent": check.public_percent, "from": size_ceilings().public_from_percent})


def _holds(holder: PublicHolder) -> str:
    if holder.kind is HolderKind.PUBLIC_BODY:
        if holder.percent is None:
            return N_("%(name)s controls it and is a public body.")
        return N_("%(name)s holds %(percent)s %% and is a public body.")
    if holder.kind is HolderKind.STATE_OWNED:
        if holder.percent is None:
            return N_("%(name)s controls it and is itself controlled by public bodies.")
        return N_("%(name)s holds %(percent)s %% and is itself controlled by public bodies.")
    return N_("%(name)s holds %(percent)s %% and counts as public only if such holders have above %(most)s %%.")


def _outcome(check: SizeCheck, gaps: Sequence[Gap]) -> Text:
    if check.size is SizeClass.LARGE:
        message = N_("Result: %(class)s, not an SME. Source: %(source)s.")
    elif gaps:
        message = N_("Result: open until all figures are known. It is at least a %(class)s. Source: %(source)s.")
    else:
        message = N_("Result: %(class)s, an SME. Source: %(source)s.")
    return Text(message, {"class": Text(SIZE_LABELS[check.size]), "source": size_ceilings().source})
