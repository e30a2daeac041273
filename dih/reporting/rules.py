"""Pure decisions of the dashboard: time gone, warnings."""

from __future__ import annotations

import datetime as dt

from dih.shared import clock

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
