"""Hours as people type them, and days that can be."""

import datetime as dt

import pytest

from dih.delivery.rules import check_due_day, check_work, tenths_of
from dih.shared.errors import BrokenRule

DAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(("typed", "tenths"), [("7,5", 75), ("7.5", 75), (" 8 ", 80), ("0,1", 1), ("24.0", 240)])
def test_hours_are_read(typed, tenths):
    assert tenths_of(typed) == tenths


@pytest.mark.parametrize("typed", ["", "x", "7,55", "NaN", "inf", "1e9", "1" * 30, "7,5,5", "--1"])
def test_what_is_no_number_of_hours_is_refused(typed):
    with pytest.raises(BrokenRule):
        tenths_of(typed)


def test_all_that_is_wrong_with_work_is_said_at_once():
    with pytest.raises(BrokenRule) as refused:
        check_work(DAY + dt.timedelta(days=1), 0, DAY, DAY)
    assert [problem.field for problem in refused.value.problems] == ["hours", "day"]
    check_work(DAY, 1, DAY, DAY)
    check_work(DAY, 240, DAY, DAY)


@pytest.mark.parametrize("ahead", [-1, 1101])
def test_a_step_lies_within_three_years_of_the_redemption(ahead):
    with pytest.raises(BrokenRule):
        check_due_day(DAY + dt.timedelta(days=ahead), DAY, "due_on")
    check_due_day(DAY, DAY, "due_on")
    check_due_day(DAY + dt.timedelta(days=1100), DAY, "due_on")
