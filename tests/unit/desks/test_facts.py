"""What a record of the audit keeps, in words."""

import datetime as dt

import pytest

from dih.desks.facts import facts


@pytest.mark.parametrize(
    ("kind", "kept", "value", "form"),
    [
        ("voucher", {"status": "active"}, "Active", "words"),
        ("application", {"status": "eligible"}, "Eligible", "words"),
        ("membership", {"role": "owner"}, "Owner", "words"),
        ("application", {"entered_by_staff": False}, "No", "words"),
        ("voucher", {"value_cents": 1_234}, 1_234, "euro"),
        ("routing", {"due_on": "2026-11-27"}, dt.date(2026, 11, 27), "day"),
        ("call", {"title": {"ro": "Apel", "en": "Call"}}, {"ro": "Apel", "en": "Call"}, "local"),
        ("organisation", {"onrc": ""}, "–", "plain"),
        ("person", {"name": "active"}, "active", "plain"),
    ],
)
def test_a_fact_is_read_as_what_it_is(kind, kept, value, form):
    (fact,) = facts(kind, kept)
    assert (fact.value, fact.form) == (value, form)


def test_a_fact_that_has_no_name_of_ours_is_shown_as_it_is_kept():
    assert [fact.label for fact in facts("setting", {"a<b": 1})] == ["a&lt;b"]
