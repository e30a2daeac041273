"""Size figures of two closed years as people type them: staff, turnover and balance sheet. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dih.organisations.vocabulary import LegalNature
from dih.shared.currency import CURRENCIES, EURO, Converted, Rate, convert
from dih.shared.errors import BrokenRule, Problem
from dih.shared.money import parse_cents
from dih.shared.wording import N_, Text

MOST_STAFF = 1_000_000
"""Above it a number of staff is a typing mistake: no employer in Romania comes near."""

KINDS = ("staff", "turnover", "balance")
YEARS = ("last", "before")
"""The names under which the two years are typed: `last_staff`, `before_turnover` and so on."""


@dataclass(frozen=True, slots=True)
class Stated:
    """Turnover and balance sheet total as stated, in hundredths of another currency, and the rate that made euro."""

    turnover_minor: int
    balance_minor: int
    rate: Rate


@dataclass(frozen=True, slots=True)
class YearFigures:
    """One closed year: staff in annual work units, turnover and balance sheet total in cents of euro."""

    year: int
    staff: int
    turnover_cents: int
    balance_cents: int
    stated: Stated | None = None


COLUMNS = (
    *("year", "staff", "turnover_cents", "balance_cents"),
    *("turnover_minor", "balance_minor", "currency", "rate_day", "rate_micros", "rate_source"),
)
"""What is kept of a year; all from `turnover_minor` on is None where the figures were stated in euro."""


def from_row(row: Sequence[Any]) -> YearFigures:
    """A year from its kept values, in the order of COLUMNS."""
    year, staff, turnover_cents, balance_cents, turnover_minor, balance_minor, *rate = row
    stated = None if turnover_minor is None else Stated(turnover_minor, balance_minor, Rate(*rate))
    return YearFigures(year, staff, turnover_cents, balance_cents, stated)


def as_row(year: YearFigures) -> dict[str, Any]:
    """The values to keep of a year, by COLUMNS."""
    values = {**dict.fromkeys(COLUMNS), **asdict(year)}
    del values["stated"]
    if (stated := year.stated) is not None:
        rate = stated.rate
        values |= {"turnover_minor": stated.turnover_minor, "balance_minor": stated.balance_minor}
        values |= {"currency": rate.currency, "rate_day": rate.day}
        values |= {"rate_micros": rate.micros, "rate_source": rate.source}
    return values


Convert = Callable[[int, str, dt.date], Converted]
"""Makes euro of hundredths of a currency on a day; raises BrokenRule without a rate."""


def without_rates(minor: int, currency: str, day: dt.date) -> Converted:
    """Euro alone."""
    return convert(minor, currency, day, ())


def figures(
    typed: Mapping[str, object], last_year: int, legal_nature: str | None, to_euro: Convert = without_rates
) -> list[YearFigures]:
    """Reads the figures of `last_year` and the year before; the last year first.

    Enterprises and sole traders give the last year; the year before may be left out whole (a new firm). Others may
    leave out both. Amounts in the currency `figures_currency` become euro by the rate of the year's last day, as the
    accounts are closed on it. Raises BrokenRule with every problem: a year half filled in, no number, an impossible
    one, no rate.
    """
    required = legal_nature in (LegalNature.ENTERPRISE, LegalNature.SOLE_TRADER)
    found: list[YearFigures] = []
    problems: list[Problem] = []
    currency = str(typed.get("figures_currency") or EURO)
    for back, name in enumerate(YEARS):
        texts = {kind: str(typed.get(f"{name}_{kind}") or "").strip() for kind in KINDS}
        if not any(texts.values()) and not (required and name == "last"):
            continue
        try:
            found.append(_in_euro(_year(texts, name, last_year - back), currency, to_euro))
        except BrokenRule as rule:
            problems.extend(rule.problems)
    if not problems and [figure.year for figure in found] == [last_year - 1]:
        problems.append(_problem("last_staff", N_("Enter the figures of %(year)s too."), year=last_year))
    if problems:
        raise BrokenRule(*problems)
    return found


def whole_number(text: str, field: str) -> int:
    """A number of staff from "12" or "1.200". Raises BrokenRule: empty, negative, with decimals, impossibly large."""
    if not re.fullmatch(r"[0-9]{1,3}([.,\s][0-9]{3})+|[0-9]+", text):
        message = N_("Enter a whole number such as 12, not negative. Round parts of a person up.")
        raise BrokenRule.because(message, field)
    digits = re.sub(r"\D", "", text).lstrip("0")
    number = int(digits[:20] or 0)
    if number > MOST_STAFF:
        raise BrokenRule.because(N_("This number of staff is too large to be right. Check it."), field)
    return number


def _year(texts: Mapping[str, str], name: str, year: int) -> YearFigures:
    problems: list[Problem] = []
    read: dict[str, int] = {}
    for kind in KINDS:
        field = f"{name}_{kind}"
        if not texts[kind]:
            problems.append(_problem(field, _MISSING[kind], year=year))
            continue
        try:
            read[kind] = whole_number(texts[kind], field) if kind == "staff" else parse_cents(texts[kind], field)
        except BrokenRule as rule:
            # Two years ask the same three things: alone, the words would not say which.
            said, figure = N_("%(figure)s, %(year)s: %(problem)s"), Text(_NAMES[kind])
            problems += (_problem(field, said, figure=figure, year=year, problem=one.text) for one in rule.problems)
    if problems:
        raise BrokenRule(*problems)
    return YearFigures(year, read["staff"], read["turnover"], read["balance"])


def _in_euro(year: YearFigures, currency: str, to_euro: Convert) -> YearFigures:
    """The figures, read as hundredths of `currency`, in euro."""
    if currency == EURO:
        return year
    if currency not in CURRENCIES:
        message = N_("Choose a currency: %(known)s.")
        raise BrokenRule.because(message, "figures_currency", known=", ".join(CURRENCIES))
    try:
        turnover, balance = (
            to_euro(minor, currency, dt.date(year.year, 12, 31)) for minor in (year.turnover_cents, year.balance_cents)
        )
    except BrokenRule:
        # Only an administrator can load a rate; who types here can still go on, in euro.
        message = N_("The rate of %(currency)s of 31 December %(year)s is not here yet. Choose EUR, type euro amounts.")
        raise BrokenRule.because(message, "figures_currency", currency=currency, year=year.year) from None
    stated = Stated(turnover.minor, balance.minor, turnover.rate)
    return YearFigures(year.year, year.staff, turnover.cents, balance.cents, stated)


_NAMES = {"staff": N_("Staff"), "turnover": N_("Turnover"), "balance": N_("Balance sheet total")}
_MISSING = {
    "staff": N_("Enter the number of staff in %(year)s."),
    "turnover": N_("Enter the turnover of %(year)s; 0 where there was none."),
    "balance": N_("Enter the balance sheet total of %(year)s; 0 where there was none."),
}


def _problem(field: str, message: str, **values: object) -> Problem:
    return Problem(field, Text(message, values))


def typed_back(years: Sequence[YearFigures], last_year: int) -> dict[str, str]:
    """Stored figures as the fields of the form show them, under the names that `figures` reads."""
    fields: dict[str, str] = {}
    for back, name in enumerate(YEARS):
        for year in years:
            if year.year == last_year - back:
                fields[f"{name}_staff"] = str(year.staff)
                stated = year.stated
                fields[f"{name}_turnover"] = _amount(stated.turnover_minor if stated else year.turnover_cents)
                fields[f"{name}_balance"] = _amount(stated.balance_minor if stated else year.balance_cents)
                fields.setdefault("figures_currency", stated.rate.currency if stated else EURO)
    return fields


def _amount(cents: int) -> str:
    whole, rest = divmod(cents, 100)
    return f"{whole:,}".replace(",", ".") + (f",{rest:02d}" if rest else "")
