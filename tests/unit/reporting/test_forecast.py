"""What will be spent: two assumptions, worked out by hand, and never above the ceiling."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.reporting.rules import forecast

START = dt.date(2025, 9, 22)
TODAY = dt.date(2026, 11, 23)
FACTS = {"ceiling_cents": 400_000_00, "reserved_cents": 36_000_00, "spent_cents": 20_000_00}
MONTHS = {"2026-05": 90_000_00, "2026-06": 9_000_00, "2026-10": 8_000_00, "2026-11": 600_00}


def test_the_marks_and_the_two_assumptions():
    found = forecast(START, 36, TODAY, spent_by_month=MONTHS, **FACTS)
    assert (found.pace_cents, found.pace_days) == (17_600_00, 176), "1 June to 23 November; May is outside"
    assert found.monthly_cents == 3_000_00
    first, last = found.marks
    assert (first.day, last.day) == (dt.date(2027, 3, 21), dt.date(2028, 9, 21))
    assert first.by_pace_cents == 20_000_00 + 118 * 100_00
    assert first.by_reserve_cents == 20_000_00 + 36_000_00 * 118 // 180
    assert (first.least_cents, first.most_cents) == (31_800_00, 43_600_00)
    assert (last.by_pace_cents, last.by_reserve_cents) == (20_000_00 + 668 * 100_00, 56_000_00)


@pytest.mark.parametrize(
    ("months", "today", "days"),
    [
        (48, TODAY, [dt.date(2027, 3, 21), dt.date(2028, 9, 21), dt.date(2029, 9, 21)]),
        (36, dt.date(2027, 3, 22), [dt.date(2028, 9, 21)]),
        (12, TODAY, []),
    ],
)
def test_only_what_lies_ahead_is_foretold(months, today, days):
    assert [mark.day for mark in forecast(START, months, today, spent_by_month=MONTHS, **FACTS).marks] == days


def test_on_the_first_day_there_is_no_pace_yet():
    found = forecast(START, 36, START, spent_by_month={}, ceiling_cents=10, reserved_cents=0, spent_cents=0)
    assert {(mark.least_cents, mark.most_cents) for mark in found.marks} == {(0, 0)}


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9), st.integers(-(10**9), 10**9))
def test_the_band_lies_between_what_is_spent_and_the_ceiling(free, reserved, spent, moved):
    ceiling = free + reserved + spent
    facts = {"ceiling_cents": ceiling, "reserved_cents": reserved, "spent_cents": spent}
    found = forecast(START, 36, TODAY, spent_by_month={"2026-11": moved}, **facts)
    assert all(spent <= mark.least_cents <= mark.most_cents <= ceiling for mark in found.marks)
