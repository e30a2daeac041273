"""The rolling window: which days count back from the day of a grant.

Regulation (EU) 2023/2831, Article 3(2) and recitals: any period of three years, assessed on a rolling basis for each
new grant. No fiscal years.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


def _same_day(day: dt.date, year: int) -> dt.date:
    """`day` in another year; 29 February becomes the 28th where there is none (Regulation 1182/71, Article 3(2)(c))."""
    if (day.month, day.day) == (2, 29):
        return dt.date(year, 3, 1) - dt.timedelta(days=1)
    return day.replace(year=year)


@dataclass(frozen=True, slots=True)
class RollingWindow:
    """So many `years` back from a day. With `anniversary_counts` the same day `years` ago still counts.

    The regulation leaves the anniversary open; counting it can only refuse more, so it is the safe default.
    """

    years: int
    anniversary_counts: bool = True

    def first_day(self, last: dt.date) -> dt.date:
        """The earliest day of the window that ends with `last`."""
        if last.year - self.years < dt.MINYEAR:
            return dt.date.min
        anniversary = _same_day(last, last.year - self.years)
        return anniversary if self.anniversary_counts else anniversary + dt.timedelta(days=1)

    def first_day_without(self, granted: dt.date) -> dt.date | None:
        """The first day whose window no longer holds a grant of day `granted`; None past the end of the calendar."""
        if granted.year + self.years >= dt.MAXYEAR:
            return None
        day = _same_day(granted, granted.year + self.years)
        while self.first_day(day) <= granted:
            day += dt.timedelta(days=1)
        return day
