"""Every case of data/aid_cases.toml, through the rules and their sentences."""

from __future__ import annotations

import datetime as dt
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dih.aid import rules
from dih.aid.legal_bases import basis_on
from dih.aid.reasons import explain
from dih.aid.undertakings import Link
from dih.aid.vocabulary import LinkKind, PartyKind

_FILE = Path(__file__).parent / "data" / "aid_cases.toml"
CASES = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)["case"]


def _link(holder: str, tie: str, held: str, since: str = "", until: str = "") -> Link:
    kind, _, percent = tie.partition(" ")
    days = [dt.date.fromisoformat(day) if day else None for day in (since, until)]
    return Link(holder, held, LinkKind(kind), Decimal(percent) if percent else None, *days)


def _check(case: dict[str, Any]) -> rules.AidCheck:
    new = rules.NewGrant(
        case.get("beneficiary", "A"),
        dt.date.fromisoformat(case.get("day", "2026-11-20")),
        case["amount_cents"],
        case.get("eligible_cost_cents"),
    )
    prior = [
        rules.Grant(who, state, dt.date.fromisoformat(day), cents) for who, state, day, cents in case.get("prior", [])
    ]
    links = [_link(*link) for link in case.get("links", [])]
    kinds = {party: PartyKind(kind) for party, kind in case.get("kinds", {}).items()}
    return rules.check(case.get("basis", "de_minimis"), new, prior, links, kinds, case.get("anniversary_counts", True))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_aid_case(case: dict[str, Any]) -> None:
    """The verdict, the figures, the members, the way out and the words are those of the case."""
    expect = case["expect"]
    result = _check(case)
    said = " ".join(str(reason) for reason in explain(result))
    assert case["source"]
    assert result.allowed is expect["allowed"], said
    assert result.counted_cents == expect["counted_cents"]
    assert result.free_cents == expect.get("free_cents")
    assert list(result.undertaking.members) == expect.get("undertaking", [case.get("beneficiary", "A")])
    if "ceiling_cents" in expect:
        assert result.ceiling_cents == expect["ceiling_cents"]
    if "excess_cents" in expect:
        assert result.overfilled is not None
        assert result.overfilled.excess_cents == expect["excess_cents"]
    if "fits_on" in expect:
        assert result.fits_on == dt.date.fromisoformat(expect["fits_on"])
        assert expect["fits_on"] in said
    elif expect["allowed"] or result.overfilled is None:
        assert result.fits_on is None
    assert expect.get("says", "") in said


def test_enough_cases() -> None:
    """The order asks for at least 40, each with its own name."""
    assert len({case["name"] for case in CASES}) == len(CASES) >= 40


def test_each_way_to_be_linked_is_explained() -> None:
    """The reasons name who ties whom and how, and at whom a chain ended."""
    result = _check(
        {
            "amount_cents": 1,
            "links": [["B", "votes 60.5", "A"], ["C", "board", "B"], ["P", "votes 100", "C"]],
            "kinds": {"P": "person"},
        }
    )
    said = [str(reason) for reason in explain(result)]
    assert "B holds 60.5 % of the votes in A: both are one undertaking." in said
    assert "C controls B (right to appoint or remove most of the board): both are one undertaking." in said
    assert "P is a natural person or a public body, so nobody is linked through it." in said


def test_what_counted_and_what_did_not_is_explained() -> None:
    """Each counted grant is named; those left out are named by their reason."""
    prior = [
        ["A", "RO", "2025-06-15", 100],
        ["A", "RO", "2020-06-15", 200],
        ["A", "RO", "2026-12-15", 300],
        ["A", "DE", "2025-06-15", 400],
        ["Z", "RO", "2025-06-15", 500],
    ]
    said = [str(reason) for reason in explain(_check({"amount_cents": 1, "prior": prior}))]
    assert "Counted: EUR 1.00 granted to A on 2025-06-15." in said
    assert "Not counted: EUR 2.00 granted before 2023-11-20." in said
    assert any(line.startswith("Not counted here: EUR 3.00 dated after 2026-11-20.") for line in said)
    assert "Not counted: EUR 4.00 granted by other member states." in said
    assert "Not counted: EUR 5.00 granted to enterprises that are not linked." in said


def test_what_can_never_fit_says_so() -> None:
    """An amount above the ceiling itself has no day."""
    said = [str(reason) for reason in explain(_check({"amount_cents": 30_000_001}))]
    assert "This amount alone is above the ceiling, so it can never fit." in said


def test_an_unknown_basis_is_no_basis() -> None:
    """A code that the data does not have raises."""
    with pytest.raises(LookupError):
        basis_on("agriculture", dt.date(2026, 1, 1))
