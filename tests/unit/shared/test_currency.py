"""Other currencies become euro by a rate whose day and source go with the amount."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.shared.currency import MICROS, Rate, convert, read_micros
from dih.shared.errors import BrokenRule

FRIDAY = dt.date(2026, 11, 20)
RATES = [Rate("RON", dt.date(2026, 11, 13), 5_000_000, "BNR"), Rate("RON", FRIDAY, 5_091_200, "BNR")]


def test_the_nearest_earlier_day_counts():
    sunday = convert(509_120, "RON", dt.date(2026, 11, 22), RATES)
    assert (sunday.minor, sunday.cents, sunday.rate.day, sunday.rate.source) == (509_120, 100_000, FRIDAY, "BNR")
    assert convert(500_000, "RON", dt.date(2026, 11, 19), RATES).cents == 100_000
    assert sunday.rate.decimal == Decimal("5.0912")


@pytest.mark.parametrize(("minor", "cents"), [(1, 0), (2, 0), (3, 1), (250, 50), (-3, -1), (-250, -50)])
def test_rounding_is_half_up_to_the_cent(minor, cents):
    assert convert(minor, "RON", dt.date(2026, 11, 13), RATES).cents == cents


def test_exactly_half_a_cent_rounds_up():
    two = [Rate("RON", FRIDAY, 2_000_000, "BNR")]
    assert [convert(minor, "RON", FRIDAY, two).cents for minor in (1, 3, -1)] == [1, 2, -1]


def test_euro_is_itself():
    assert convert(123, "EUR", FRIDAY, []).cents == 123


@pytest.mark.parametrize(
    ("currency", "day", "words"),
    [
        ("RON", dt.date(2026, 11, 28), "too old"),
        ("RON", dt.date(2026, 11, 12), "No rate of RON"),
        ("USD", FRIDAY, "No rate of USD"),
    ],
)
def test_no_rate_or_an_old_one_refuses(currency, day, words):
    with pytest.raises(BrokenRule, match=words):
        convert(100, currency, day, RATES)


def test_a_rate_seven_days_old_still_stands():
    assert convert(509_120, "RON", dt.date(2026, 11, 27), RATES).cents == 100_000


@given(st.integers(0, 10**13), st.integers(1, 10**9))
def test_a_conversion_is_at_most_half_a_cent_off(minor, micros):
    cents = convert(minor, "RON", FRIDAY, [Rate("RON", FRIDAY, micros, "x")]).cents
    assert abs(2 * (cents * micros - minor * MICROS)) <= micros


def test_rates_are_read_exactly():
    typed = ("4.9756", " 4,9756 ", "5", "0.000001")
    assert [read_micros(text) for text in typed] == [4_975_600, 4_975_600, 5 * MICROS, 1]


@pytest.mark.parametrize("text", ["", "x", "0", "-1", "1.0000001", "NaN", "Infinity", "1e30", "1e400000000", "1.234,5"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(ValueError):
        read_micros(text)
