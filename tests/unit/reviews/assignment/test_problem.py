"""Bad input names its field."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dih.reviews.assignment.problem import BadInput, problem
from dih.reviews.assignment.proof import prove
from dih.reviews.assignment.solve import solve

GOOD: dict[str, Any] = {
    "aff": [[1, 10000], [5, 6]],
    "coi": [[False, True], [False, False]],
    "load": [1, 2],
    "k": [1, 0],
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("aff", [[0, 1], [1, 1]]),
        ("aff", [[10001, 1], [1, 1]]),
        ("aff", [[1.0, 1], [1, 1]]),
        ("aff", [[True, True], [True, True]]),
        ("aff", [[1, 2], [3]]),
        ("aff", [["1", "2"], ["3", "4"]]),
        ("aff", [[1, None], [1, 1]]),
        ("aff", [1, 2]),
        ("aff", [[2**70, 1], [1, 1]]),
        ("coi", [[False, True]]),
        ("coi", [[False, 2], [False, False]]),
        ("coi", [["no", "no"], ["no", "yes"]]),
        ("load", [1, 2, 3]),
        ("load", [1, -1]),
        ("load", 3),
        ("load", [0.5, 1]),
        ("k", [1]),
        ("k", -1),
        ("k", "3"),
        ("k", [[1], [2]]),
        ("load_cost", [2, 1]),
        ("load_cost", [-1]),
    ],
)
def test_the_field_is_named(field: str, value: Any) -> None:
    with pytest.raises(BadInput) as caught:
        problem(**{**GOOD, field: value})
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")


def test_the_place_is_named() -> None:
    with pytest.raises(BadInput, match=r"aff: must be 1 to 10000; found 0 at \[1, 0\]"):
        problem(**{**GOOD, "aff": [[1, 1], [0, 1]]})


def test_good_input_is_taken_as_it_is() -> None:
    good = problem(**GOOD)
    assert good.value.tolist() == [[1, 0], [5, 6]]
    assert good.need.tolist() == [1, 0]
    assert good.at_floor(6).value.tolist() == [[0, 0], [0, 6]]
    assert good.at_floor(np.array([1, 6])).value.tolist() == [[1, 0], [0, 6]]
    assert problem(**{**GOOD, "k": 2}).need.tolist() == [2, 2]


def test_no_application_and_no_reviewer_are_allowed() -> None:
    assert problem([], [], [1, 2], 3).shape == (0, 2)
    assert problem([[], []], [[], []], [], 0).shape == (2, 0)


def test_a_load_beyond_all_reviews_is_no_limit() -> None:
    boundless = problem([[5, 9], [9, 5]], [[False] * 2] * 2, [2**62, 2**62], 2)
    assert solve(boundless).optimal


def test_a_plan_that_is_not_the_best_has_no_proof() -> None:
    case = problem([[5, 9], [9, 5]], [[False] * 2] * 2, [1, 1], 1)
    assert prove(case, np.eye(2, dtype=bool)).gap > 0
    assert prove(case, ~np.eye(2, dtype=bool)).gap == 0
