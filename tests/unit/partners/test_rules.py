"""Quarters, and the person-days that can be stated."""

import datetime as dt

import pytest

from dih.partners.rules import Quarter, check_capacity, quarter_of, quarters_from
from dih.shared.errors import BrokenRule


@pytest.mark.parametrize(("month", "number"), [(1, 1), (3, 1), (4, 2), (9, 3), (10, 4), (12, 4)])
def test_the_quarter_of_a_day(month, number):
    assert quarter_of(dt.date(2026, month, 1)) == Quarter(2026, number)


def test_quarters_run_over_the_year():
    assert quarters_from(Quarter(2026, 3), 4) == [
        Quarter(2026, 3),
        Quarter(2026, 4),
        Quarter(2027, 1),
        Quarter(2027, 2),
    ]


def test_every_impossible_figure_is_named():
    with pytest.raises(BrokenRule) as refused:
        check_capacity({Quarter(2026, 1): -1, Quarter(2026, 2): 0, Quarter(2026, 3): 5000, Quarter(2026, 4): 5001})
    assert [problem.field for problem in refused.value.problems] == ["days_2026_1", "days_2026_4"]
