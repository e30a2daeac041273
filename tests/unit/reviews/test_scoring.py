"""Marks, totals and what is missing, on a grid with one criterion of 75 points that has parts."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.calls.grid import Grid
from dih.reviews.rules import scoring
from dih.reviews.rules.scoring import Draft
from dih.shared.errors import BrokenRule
from tests.support.grids import GOOD, GRID

WHOLE = Grid.model_validate(GRID)
TYPED = {**{f"mark_{key}": str(points) for key, points in GOOD.items()}, "comment": " Bun "}
MOST = {"idea": 40, "team": 35, "effect": 15, "lasting": 10}
marks_of_all = st.fixed_dictionaries({key: st.integers(0, most) for key, most in MOST.items()})


def test_what_is_typed_is_read() -> None:
    typed = {
        **TYPED,
        "remark_effect": "De ce\r\nașa",
        "status": "submitted",
        "mark_unknown": "4",
        "remark_lasting": " ",
    }
    assert scoring.read(WHOLE, typed) == Draft(GOOD, {"effect": "De ce\nașa"}, "Bun")


def test_what_is_read_stands_in_the_form_again() -> None:
    draft = Draft(GOOD, {"effect": "Slab"}, "Bun")
    assert scoring.read(WHOLE, scoring.as_typed(draft)) == draft


@pytest.mark.parametrize("typed", ["41", "-1", "1.5", "1,5", "NaN", "abc", "1e3", "²", "9999999999", "٣"])
def test_a_mark_is_a_whole_number_within_its_points(typed: str) -> None:
    with pytest.raises(BrokenRule) as refused:
        scoring.read(WHOLE, {**TYPED, "mark_idea": typed})
    assert [problem.field for problem in refused.value.problems] == ["mark_idea"]


def test_all_wrong_fields_are_named_at_once() -> None:
    wrong = {"mark_idea": "x", "mark_team": "99", "comment": "y" * 5001, "remark_effect": "\x00"}
    with pytest.raises(BrokenRule) as refused:
        scoring.read(WHOLE, wrong)
    assert {problem.field for problem in refused.value.problems} == set(wrong)


@pytest.mark.parametrize("typed", ["0", " 40 "])
def test_the_limits_themselves_are_allowed(typed: str) -> None:
    assert scoring.read(WHOLE, {"mark_idea": typed}).marks == {"idea": int(typed)}


def test_parts_are_summed_and_weighed() -> None:
    assert scoring.total(WHOLE, GOOD) == 65 + 12 + 8
    assert [(part.points, part.complete) for part in scoring.scored(WHOLE, GOOD)] == [(65, True), (12, True), (8, True)]


def test_weights_count_and_not_points() -> None:
    changed = {**GRID, "criteria": [dict(one) for one in GRID["criteria"]]}
    changed["criteria"][1]["weight_percent"], changed["criteria"][2]["weight_percent"] = "5", "20"
    total = scoring.total(Grid.model_validate(changed), {**GOOD, "effect": 15, "lasting": 5})
    assert total == Fraction(65, 75) * 75 + 5 + 10


@given(marks_of_all, st.sampled_from(sorted(MOST)))
def test_unanswered_is_not_zero(marks: dict[str, int], left: str) -> None:
    some = {key: points for key, points in marks.items() if key != left}
    assert scoring.total(WHOLE, some) is None
    assert scoring.total(WHOLE, {**some, left: 0}) is not None
    given, asked = scoring.answered(WHOLE, some)
    assert (given, asked) == (3, 4)


@given(marks_of_all)
def test_a_total_is_a_percent(marks: dict[str, int]) -> None:
    total = scoring.total(WHOLE, marks)
    assert total is not None
    assert 0 <= total <= 100
    assert (total == 100) == (marks == MOST)


def test_an_empty_review_lacks_every_mark() -> None:
    fields = [problem.field for problem in scoring.missing(WHOLE, Draft({}, {}))]
    assert fields == ["mark_idea", "mark_team", "mark_effect", "mark_lasting"]


@pytest.mark.parametrize(
    ("marks", "remarks", "fields"),
    [
        ({"idea": 25, "team": 20, "effect": 8, "lasting": 4}, {}, []),
        ({"idea": 25, "team": 19, "effect": 8, "lasting": 4}, {}, ["remark_collaboration"]),
        ({"idea": 25, "team": 19, "effect": 8, "lasting": 4}, {"collaboration": "Slab"}, []),
        (
            {"idea": 0, "team": 0, "effect": 7, "lasting": 3},
            {"effect": "Mic"},
            ["remark_collaboration", "remark_lasting"],
        ),
        ({"idea": 1, "effect": 8, "lasting": 4}, {}, ["mark_team"]),
    ],
)
def test_a_low_mark_needs_a_remark(marks: dict[str, int], remarks: dict[str, str], fields: list[str]) -> None:
    assert [problem.field for problem in scoring.missing(WHOLE, Draft(marks, remarks))] == fields
