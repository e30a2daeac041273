"""Pure decisions about partners: quarters, and how much capacity one can state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from dih.shared.errors import BrokenRule, Problem
from dih.shared.wording import N_, Text

MOST_PERSON_DAYS = 5000
"""Person-days in one quarter: about 80 people. Above it a figure is a typing mistake."""

QUARTERS_SHOWN = 6
"""Coordinators plan the running quarter and five more."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year; `number` is 1 to 4."""

    year: int
    number: int

    @property
    def field(self) -> str:
        """The name of its field in the form."""
        return f"days_{self.year}_{self.number}"

    @property
    def words(self) -> Text:
        """What it is called."""
        return Text(N_("Quarter %(number)s of %(year)s"), {"number": self.number, "year": str(self.year)})


def quarter_of(day: dt.date) -> Quarter:
    """The quarter in which a day lies."""
    return Quarter(day.year, (day.month - 1) // 3 + 1)


def quarters_from(first: Quarter, count: int) -> list[Quarter]:
    """`count` quarters in a row, `first` included."""
    begin = first.year * 4 + first.number - 1
    return [Quarter((begin + ahead) // 4, (begin + ahead) % 4 + 1) for ahead in range(count)]


def check_share(percent: int | None) -> None:
    """Raises BrokenRule unless a share of the budget lies between 0 and 100 percent; None: no share of its own."""
    if percent is not None and not 0 <= percent <= 100:
        raise BrokenRule.because(N_("Enter a whole percent between 0 and 100."), "share")


def check_capacity(days: Mapping[Quarter, int]) -> None:
    """Raises BrokenRule naming each quarter whose person-days are negative or impossibly many."""
    problems = [
        Problem(quarter.field, Text(N_("Enter whole person-days between 0 and %(most)s."), {"most": MOST_PERSON_DAYS}))
        for quarter, number in days.items()
        if not 0 <= number <= MOST_PERSON_DAYS
    ]
    if problems:
        raise BrokenRule(*problems)
