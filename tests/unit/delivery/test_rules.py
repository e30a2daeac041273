"""What a report may say and what the envelope bears of it."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.delivery.rules import envelope_part, reminders_due, report_problems


def test_a_report_names_each_field_that_is_wrong():
    problems = report_problems(" ", {1: 101, 2: -1}, {1: 100, 2: 50, 3: 70})
    assert [problem.field for problem in problems] == ["summary", "delivered-1", "delivered-2", "delivered-3"]


def test_a_whole_or_an_empty_delivery_is_right():
    assert report_problems("Done.", {1: 100, 2: 0}, {1: 100, 2: 50}) == []


def test_a_part_is_borne_in_proportion():
    assert envelope_part(70_000, 50_000, 100_000) == 35_000
    assert envelope_part(1, 1, 2) == 1
    assert envelope_part(100, 0, 100) == 0


@given(st.integers(1, 10**10), st.data())
def test_the_envelope_never_bears_more_than_it_reserved(price, data):
    envelope = data.draw(st.integers(0, price))
    delivered = data.draw(st.integers(0, price))
    part = envelope_part(envelope, delivered, price)
    assert 0 <= part <= envelope
    assert envelope_part(envelope, price, price) == envelope


@pytest.mark.parametrize(
    ("whole", "gone", "due"),
    [
        (21, 0, 0),
        (21, 6, 0),
        (21, 7, 1),
        (21, 13, 1),
        (21, 14, 2),
        (21, 60, 2),
        (3, 1, 1),
        (3, 2, 2),
        (10, 3, 0),
        (10, 4, 1),
    ],
)
def test_a_report_is_remembered_after_each_third_of_the_time_to_answer(whole, gone, due):
    reported = dt.date(2026, 11, 23)
    assert reminders_due(reported, reported + dt.timedelta(whole), reported + dt.timedelta(gone)) == due
