"""Pure decisions of the dashboard: time gone, warnings, the forecast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dih.shared import clock
from dih.shared.wording import N_, Text

WARN_PERCENT = 80
ALARM_PERCENT = 95


def time_gone_permille(start: dt.date, months: int, today: dt.date) -> int:
    """How much of the programme is over, 0 to 1000, by days."""
    end = clock.add_months(start, months)
    return max(0, min(1000, (today - start).days * 1000 // max((end - start).days, 1)))


def tone(used_cents: int, ceiling_cents: int) -> str:
    """How a line looks: "good", "warn" from 80 percent reserved and spent, "bad" from 95."""
    if used_cents * 100 >= ALARM_PERCENT * ceiling_cents:
        return "bad"
    return "warn" if used_cents * 100 >= WARN_PERCENT * ceiling_cents else "good"


PACE_MONTHS = 6
"""The pace of spending is that of so many calendar months, the present one included."""

DELIVERY_DAYS = 180
"""What is reserved counts as delivered evenly over so many days: the usual validity of a voucher."""

CHECKED_MONTHS = (18, 36)
"""Months of the programme after which the European Commission looks at the hub's figures."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What will be spent by the end of a day, in cents: by the present pace alone, and by what is reserved alone."""

    label: Text
    day: dt.date
    by_pace_cents: int
    by_reserve_cents: int

    @property
    def least_cents(self) -> int:
        return min(self.by_pace_cents, self.by_reserve_cents)

    @property
    def most_cents(self) -> int:
        return max(self.by_pace_cents, self.by_reserve_cents)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Marks still ahead, the first one next; `pace_cents` were spent in the `pace_days` up to today."""

    pace_cents: int
    pace_days: int
    marks: Sequence[Mark]

    @property
    def delivery_days(self) -> int:
        """Over how many days what is reserved counts as delivered."""
        return DELIVERY_DAYS

    @property
    def monthly_cents(self) -> int:
        """The pace as a sum for 30 days."""
        return self.pace_cents * 30 // self.pace_days


def forecast(
    start: dt.date,
    months: int,
    today: dt.date,
    *,
    ceiling_cents: int,
    reserved_cents: int,
    spent_cents: int,
    spent_by_month: Mapping[str, int],
) -> Forecast:
    """What will be spent by month 18, by month 36 and by the programme's end, as a band between two assumptions.

    One goes on at the pace of the last PACE_MONTHS; the other approves nothing more and delivers what is reserved
    evenly over DELIVERY_DAYS. Neither passes the ceiling. `spent_by_month`: what became spent in "2026-11".
    """
    begins = max(start, clock.add_months(today.replace(day=1), 1 - PACE_MONTHS))
    pace_days = max((today - begins).days + 1, 1)
    pace = max(sum(cents for month, cents in spent_by_month.items() if month >= f"{begins:%Y-%m}"), 0)
    marks = []
    for label, day in _marks(start, months):
        ahead = (day - today).days
        if ahead < 0:
            continue
        delivered = reserved_cents * min(ahead, DELIVERY_DAYS) // DELIVERY_DAYS
        by_pace = min(spent_cents + pace * ahead // pace_days, ceiling_cents)
        marks.append(Mark(label, day, by_pace, spent_cents + delivered))
    return Forecast(pace, pace_days, marks)


def _marks(start: dt.date, months: int) -> list[tuple[Text, dt.date]]:
    """The last day of each month that is looked at, and of the programme, in their order."""
    ends = {month: Text(N_("End of month %(number)s"), {"number": month}) for month in CHECKED_MONTHS if month < months}
    ends[months] = Text(N_("End of the programme, month %(number)s"), {"number": months})
    return [(label, clock.add_months(start, month) - dt.timedelta(days=1)) for month, label in sorted(ends.items())]
