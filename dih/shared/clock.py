"""The only reader of the wall clock, and days: Europe/Bucharest days and Romanian working days."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection
from zoneinfo import ZoneInfo

import holidays

BUCHAREST = ZoneInfo("Europe/Bucharest")


def now() -> dt.datetime:
    """This moment, aware, in UTC. Called by views, commands and the worker, which pass it on."""
    return dt.datetime.now(dt.UTC)


def day_of(moment: dt.datetime) -> dt.date:
    """The day of an aware moment in Bucharest."""
    return moment.astimezone(BUCHAREST).date()


def end_of_day(day: dt.date) -> dt.datetime:
    """23:59:59 of a day in Bucharest, in UTC: the end of a deadline that names only a day."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), BUCHAREST).astimezone(dt.UTC)


def start_of_day(day: dt.date) -> dt.datetime:
    """00:00:00 of a day in Bucharest, in UTC."""
    return dt.datetime.combine(day, dt.time(0), BUCHAREST).astimezone(dt.UTC)


@functools.cache
def _public_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("RO", years=year))


def is_working_day(day: dt.date, free_days: Collection[dt.date] = ()) -> bool:
    """Monday to Friday, no Romanian public holiday (Labour Code, art. 139), none of the extra `free_days`."""
    return day.weekday() < 5 and day not in _public_holidays(day.year) and day not in free_days


def add_working_days(day: dt.date, count: int, free_days: Collection[dt.date] = ()) -> dt.date:
    """The day that lies `count` working days after `day`; `day` itself is not counted."""
    while count > 0:
        day += dt.timedelta(days=1)
        if is_working_day(day, free_days):
            count -= 1
    return day


def working_days_between(first: dt.date, last: dt.date, free_days: Collection[dt.date] = ()) -> int:
    """How many working days lie after `first` up to `last`, `last` included; 0 when `last` is not later."""
    days = (first + dt.timedelta(days=ahead + 1) for ahead in range((last - first).days))
    return sum(is_working_day(day, free_days) for day in days)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day `months` later, or the last day of that month where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = (dt.date(year + (month == 11), (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))
