"""Size figures of two closed years as people type them: staff, turnover and balance sheet. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dih.organisations.vocabulary import LegalNature
from dih.shared.errors import BrokenRule, Problem
from dih.shared.money import parse_cents
from dih.shared.wording import N_, Text

MOST_STAFF = 1_000_000
"""Above it a number of staff is a typing mistake: no employer in Romania comes near."""

KINDS = ("staff", "turnover", "balance")
YEARS = ("last", "before")
"""The names under which the two years are typed: `last_staff`, `before_turnover` and so on."""


@dataclass(frozen=True, slots=True)
class YearFigures:
    """One closed year: staff in annual work units, turnover and balance sheet total in cents of euro."""

    year: int
    staff: int
    turnover_cents: int
    balance_cents: int


def figures(typed: Mapping[str, object], last_year: int, legal_nature: str | None) -> list[YearFigures]:
    """Reads the figures of `last_year` and the year before; the last year first.

    Enterprises and sole traders give the last year; the year before may be left out whole (a new firm). Others may
    leave out both. Raises BrokenRule with every problem: a year half filled in, no number, an impossible one.
    """
    required = legal_nature in (LegalNature.ENTERPRISE, LegalNature.SOLE_TRADER)
    found: list[YearFigures] = []
    problems: list[Problem] = []
    for back, name in enumerate(YEARS):
        texts = {kind: str(typed.get(f"{name}_{kind}") or "").strip() for kind in KINDS}
        if not any(texts.values()) and not (required and name == "last"):
            continue
        try:
            found.append(_year(texts, name, last_year - back))
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
            problems.extend(rule.problems)
    if problems:
        raise BrokenRule(*problems)
    return YearFigures(year, read["staff"], read["turnover"], read["balance"])


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
                fields[f"{name}_turnover"] = _amount(year.turnover_cents)
                fields[f"{name}_balance"] = _amount(year.balance_cents)
    return fields


def _amount(cents: int) -> str:
    whole, rest = divmod(cents, 100)
    return f"{whole:,}".replace(",", ".") + (f",{rest:02d}" if rest else "")
