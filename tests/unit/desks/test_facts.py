"""What a record of the audit keeps, in words."""

import datetime as dt

import pytest

from dih.desks.facts import facts, things
from dih.shared.free_days import FREE_DAYS

NAMES = {("partner", 2): "UTCN", ("person", 7): "Reviewer 7"}


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
        ("enterprise_link", {"percent_e4": 255_000}, "25.5 %", "plain"),
        ("routing", {"partner_id": 2}, "UTCN", "plain"),
        ("routing", {"partner_id": 3}, "#3", "plain"),
        ("review", {"reviewer_id": 7}, "Reviewer 7", "plain"),
        ("membership", {"scope_kind": "partner", "scope_id": 2}, "UTCN", "plain"),
        ("meeting", {"present": [7, 8]}, "Reviewer 7, #8", "plain"),
    ],
)
def test_a_fact_is_read_as_what_it_is(kind, kept, value, form):
    (fact,) = facts(kind, kept, NAMES)
    assert (fact.value, fact.form) == (value, form)


def test_a_fact_that_has_no_name_of_ours_is_shown_as_it_is_kept():
    assert [fact.label for fact in facts("setting", {"a<b": 1}, {})] == ["a&lt;b"]


def test_figures_of_a_year_and_settings_are_named_as_people_know_them():
    (year,) = facts("organisation", {"figures_2024": [36, 395_000_050, 301_000_000]}, {})
    assert (str(year.label), year.form) == ("Figures of 2024", "words")
    assert str(year.value) == "staff 36, turnover EUR 3,950,000.50, balance sheet EUR 3,010,000.00"
    (setting,) = facts("setting", {FREE_DAYS.name: []}, {})
    assert setting.label == FREE_DAYS.label


def test_whom_a_record_names_is_found():
    kept = {
        "person_id": 7,
        "present": [8],
        "scope_kind": "partner",
        "scope_id": 2,
        "partner_id": None,
        "status": "active",
    }
    assert set(things(kept)) == {("person", 7), ("person", 8), ("partner", 2)}
