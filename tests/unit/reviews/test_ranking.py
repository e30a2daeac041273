"""The ranking: means, spread, thresholds, tie-breaks, and that no order of input matters."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dih.calls.grid import Grid
from dih.reviews.rules.ranking import Entry, rank
from dih.reviews.rules.rounding import rounded
from tests.support.grids import GOOD, GRID

WHOLE = Grid.model_validate(GRID)
EARLY = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
MOST = {"idea": 40, "team": 35, "effect": 15, "lasting": 10}
TIES = ("collaboration", "effect")


def entry(number: int, *reviews: dict[str, int], hours: int = 0) -> Entry:
    return Entry(number, EARLY + dt.timedelta(hours=hours), WHOLE, reviews)


def order(*entries: Entry) -> list[tuple[int, int | None]]:
    return [(one.application_id, one.rank) for one in rank(entries, TIES)]


def test_the_higher_mean_is_first() -> None:
    low = {**GOOD, "idea": 30}
    assert order(entry(1, low, low), entry(2, GOOD, low), entry(3, GOOD, GOOD)) == [(3, 1), (2, 2), (1, 3)]


def test_mean_spread_and_count() -> None:
    (ranked,) = rank([entry(1, GOOD, {**GOOD, "idea": 30, "effect": 11})], TIES)
    assert (ranked.mean, ranked.spread, ranked.count) == (Fraction(82), 6, 2)
    assert ranked.means == {"collaboration": Fraction(125, 2), "effect": Fraction(23, 2), "lasting": 8}


def test_an_incomplete_review_does_not_count() -> None:
    incomplete = {"idea": 1, "team": 1}
    with_it, without = rank([entry(1, GOOD, incomplete)], TIES), rank([entry(1, GOOD)], TIES)
    assert with_it == without


def test_without_a_complete_review_there_is_no_place() -> None:
    assert order(entry(1), entry(2, {"idea": 40}), entry(3, GOOD)) == [(3, 1), (1, None), (2, None)]


@pytest.mark.parametrize(
    ("marks", "failed"),
    [
        ({"idea": 40, "team": 0, "effect": 15, "lasting": 10}, 0),
        ({"idea": 39, "team": 0, "effect": 15, "lasting": 10}, 1),
        ({"idea": 40, "team": 35, "effect": 5, "lasting": 0}, 0),
        ({"idea": 40, "team": 35, "effect": 4, "lasting": 0}, 1),
        ({"idea": 40, "team": 10, "effect": 5, "lasting": 5}, 0),
        ({"idea": 40, "team": 9, "effect": 5, "lasting": 5}, 1),
        ({"idea": 20, "team": 0, "effect": 4, "lasting": 0}, 3),
    ],
)
def test_thresholds_hold_for_each_criterion_and_for_the_total(marks: dict[str, int], failed: int) -> None:
    (ranked,) = rank([entry(1, marks)], TIES)
    assert len(ranked.failed) == failed
    assert (ranked.rank is None) == bool(failed)


def test_what_is_below_a_threshold_follows_after_the_others() -> None:
    failing = {"idea": 40, "team": 35, "effect": 4, "lasting": 10}
    assert order(entry(1, failing), entry(2, GOOD)) == [(2, 1), (1, None)]


def test_the_mean_decides_about_a_threshold_not_one_review() -> None:
    low = {"idea": 20, "team": 10, "effect": 12, "lasting": 8}
    (ranked,) = rank([entry(1, low, GOOD)], TIES)
    assert ranked.failed == []


def test_ties_are_broken_by_the_criteria_named_then_by_the_earlier_submission() -> None:
    more_effect = {"idea": 35, "team": 27, "effect": 15, "lasting": 8}
    more_collaboration = {"idea": 35, "team": 30, "effect": 12, "lasting": 8}
    less_lasting = {"idea": 35, "team": 30, "effect": 13, "lasting": 7}
    assert order(
        entry(1, more_effect),
        entry(2, more_collaboration, hours=2),
        entry(3, more_collaboration, hours=1),
        entry(4, less_lasting, hours=3),
    ) == [(4, 1), (3, 2), (2, 3), (1, 4)]


marks = st.fixed_dictionaries({}, optional={key: st.integers(0, most) for key, most in MOST.items()})


@settings(max_examples=300)
@given(st.lists(st.lists(marks, max_size=4), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_no_order_matters(reviews: list[list[dict[str, int]]], dice: random.Random) -> None:
    entries = [entry(number, *given, hours=number % 2) for number, given in enumerate(reviews)]
    expected = rank(entries, TIES)
    shuffled = [
        Entry(one.application_id, one.submitted_at, WHOLE, dice.sample(list(one.reviews), len(one.reviews)))
        for one in entries
    ]
    dice.shuffle(shuffled)
    assert rank(shuffled, TIES) == expected
    places = [one.rank for one in expected if one.rank is not None]
    assert places == list(range(1, len(places) + 1))


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Fraction(1, 3), "0.33"), (Fraction(165, 2), "82.5"), (Fraction(5, 1000), "0.01"), (100, "100")],
)
def test_numbers_are_rounded_half_up_once(value: Fraction, shown: str) -> None:
    assert f"{rounded(value).normalize():f}" == shown
