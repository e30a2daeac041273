"""The day by which a partner answers, with the working days during which a clarification stood open."""

import datetime as dt

import pytest

from dih.routing.rules import due_day


def day(number, month=11):
    return dt.date(2026, month, number)


DUE = day(20)
"""A Friday."""


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([], DUE),
        ([(day(17), day(17))], DUE),
        ([(day(17), day(18))], day(23)),
        ([(day(13), day(16))], day(23)),
        ([(day(14), day(15))], DUE),
        ([(day(17), day(18)), (day(17), day(18))], day(23)),
        ([(day(16), day(18)), (day(17), day(19))], day(25)),
        ([(day(17), day(18)), (day(23), day(24))], day(24)),
        ([(day(23), day(24))], DUE),
        ([(day(17), None)], None),
        ([(day(17), day(18)), (day(23), None)], None),
        ([(day(24), None)], DUE),
    ],
)
def test_the_day_moves_by_the_working_days_of_each_pause(pauses, expected):
    assert due_day(DUE, pauses) == expected


def test_free_days_do_not_count():
    assert due_day(day(30), [(day(27), day(2, 12))]) == day(2, 12), "30 November and 1 December are public holidays"


def test_days_that_an_administrator_set_free_do_not_count_either():
    pauses = [(day(17), day(18))]
    assert due_day(DUE, pauses, {day(23)}) == day(24)
    assert due_day(DUE, pauses, {day(18)}) == DUE, "nothing of the pause was working time"
