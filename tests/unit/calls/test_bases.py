"""Legal bases that end: warned of in time, and renewed by the version in force."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dih.calls import bases, readiness
from dih.calls.content import CallContent
from dih.calls.eligibility import Facts
from dih.organisations.vocabulary import LegalNature
from tests.support.small_call import both, small_call

LAST_DAY = dt.date(2026, 12, 31)
FIRM = Facts(legal_nature=LegalNature.ENTERPRISE, economic_activity=True)


def on(basis: str, **more: Any) -> CallContent:
    rule = {
        "legal_natures": ["public_body", "enterprise"],
        "legal_basis": basis,
        "source": both(basis),
        "eu_share_percent": 50,
        "national_share_percent": 50,
        "beneficiary_share_percent": 0,
        "max_value_cents": 1_000_000,
    }
    return small_call(money=[rule | more])


@pytest.mark.parametrize(
    ("basis", "day", "closes_on", "warned"),
    [
        ("gber_28", dt.date(2026, 11, 18), dt.date(2026, 12, 1), False),
        ("gber_28", dt.date(2026, 11, 20), dt.date(2026, 12, 1), True),
        ("gber_28", dt.date(2026, 6, 1), dt.date(2026, 12, 31), False),
        ("gber_28", dt.date(2026, 6, 1), dt.date(2027, 1, 1), True),
        ("gber_28", dt.date(2027, 3, 1), dt.date(2027, 4, 1), True),
        ("gber_28", dt.date(2023, 6, 20), dt.date(2023, 7, 20), False),  # the next version of the same basis follows
        ("de_minimis", dt.date(2027, 3, 1), dt.date(2027, 4, 1), False),
        ("none", dt.date(2027, 3, 1), dt.date(2027, 4, 1), False),
    ],
)
def test_a_basis_is_warned_of_in_time(basis: str, day: dt.date, closes_on: dt.date, warned: bool) -> None:
    assert [one.code for one in bases.ending(on(basis), day, closes_on)] == ([basis] if warned else [])


@pytest.mark.parametrize(
    ("newer", "day", "expected"),
    [
        (on("de_minimis"), LAST_DAY, "gber_28"),
        (on("de_minimis"), LAST_DAY + dt.timedelta(days=1), "de_minimis"),
        (on("de_minimis", eu_share_percent=60, national_share_percent=40), dt.date(2027, 1, 1), "gber_28"),
        (on("gber_28"), dt.date(2027, 1, 1), "gber_28"),
        (on("de_minimis"), dt.date(2031, 1, 1), "gber_28"),
    ],
    ids=["still stands", "ended", "other shares", "no other", "ended too"],
)
def test_a_rule_is_renewed_by_the_version_in_force(newer: CallContent, day: dt.date, expected: str) -> None:
    (rule,) = on("gber_28").money
    found = bases.renewed(rule, newer, FIRM, day)
    assert (found.legal_basis, found.source["ro"]) == (expected, expected)
    assert found.max_value_cents == rule.max_value_cents


@pytest.mark.parametrize(
    ("basis", "sizes", "fields"),
    [("gber_28", [], ["money.0.sizes"]), ("gber_28", ["small"], []), ("de_minimis", [], []), ("none", [], [])],
)
def test_a_basis_for_some_sizes_is_not_given_to_who_says_no_size(
    basis: str, sizes: list[str], fields: list[str]
) -> None:
    data = on(basis).model_dump(mode="json")
    data["money"][0]["sizes"] = sizes
    assert [one.field for one in readiness.unsized(data, LAST_DAY)] == fields
