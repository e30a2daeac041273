"""An infeasible problem names a true Hall set, and each help it names helps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.reviews.assignment import filling
from dih.reviews.assignment.blocking import Blocking, Infeasible, find_blocking
from dih.reviews.assignment.problem import Problem, problem
from dih.reviews.assignment.solve import solve
from tests.unit.reviews.assignment.instances import best_by_enumeration, best_floor_by_enumeration, problems


def blocking_of(case: Problem) -> Blocking | None:
    return find_blocking(case, np.random.default_rng(0))


@given(problems(applications=6, reviewers=5), st.sampled_from([1, 3, 5000]))
def test_the_set_is_a_hall_set(case: Problem, floor: int) -> None:
    case = case.at_floor(floor)
    found = blocking_of(case)
    assert (found is None) == (best_by_enumeration(case) is not None)
    if found is None:
        return
    usable = ~case.coi & (case.aff >= floor)
    readable = usable[found.applications].sum(axis=0)
    assert found.reviewers == np.flatnonzero(readable).tolist()
    assert found.needed == case.need[found.applications].sum()
    assert found.available == np.minimum(readable, case.load).sum()
    assert found.shortage == found.needed - found.available > 0
    if floor > 1:
        assert found.floor == (best_floor_by_enumeration(case.at_floor(1)) or 0)


@given(problems(applications=6, reviewers=5), st.sampled_from([1, 3, 5000]))
def test_each_help_lowers_the_shortage_by_one(case: Problem, floor: int) -> None:
    case = case.at_floor(floor)
    found = blocking_of(case)
    if found is None:
        return

    def left(changed: Problem) -> int:
        after = blocking_of(changed)
        return after.shortage if after else 0

    for j in found.full:
        assert left(replace(case, load=case.load + (np.arange(case.shape[1]) == j))) == found.shortage - 1
    for i in found.applications:
        fewer = case.need - (np.arange(case.shape[0]) == i)
        assert fewer.min() < 0 or left(replace(case, need=fewer)) == found.shortage - 1
    for pair in found.conflicts:
        coi = case.coi.copy()
        coi[pair] = False
        assert left(replace(case, coi=coi)) == found.shortage - 1
    for i, j in found.below_floor:
        aff = case.aff.copy()
        aff[i, j] = floor
        assert left(replace(case, aff=aff)) == found.shortage - 1


@pytest.mark.parametrize("seed", range(6))
def test_short_lists_come_to_the_same_cut(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(seed)
    case = problem(rng.integers(1, 100, (40, 12)), rng.random((40, 12)) < 0.75, rng.integers(4, 12, 12), 2)
    whole = blocking_of(case)
    monkeypatch.setattr(filling, "ALL_PAIRS_BELOW", 5)
    monkeypatch.setattr(filling, "LISTED", 1)
    short = blocking_of(case)
    assert (whole is None) == (short is None)
    if whole and short:
        assert (short.applications, short.shortage) == (whole.applications, whole.shortage)


def test_the_names_of_a_known_case() -> None:
    """Three applications that only reviewers 0 and 1 may read, each with one place; application 3 is no part of it."""
    aff = [[9000, 8000, 7000, 6000]] * 4
    coi = [[False, False, True, True]] * 3 + [[True, True, False, False]]
    with pytest.raises(Infeasible) as caught:
        solve(problem(aff, coi, [1, 1, 5, 5], 1))
    found = caught.value.blocking
    assert (found.applications, found.reviewers, found.full) == ([0, 1, 2], [0, 1], [0, 1])
    assert (found.needed, found.available, found.shortage) == (3, 2, 1)
    assert set(found.conflicts) == {(i, j) for i in range(3) for j in (2, 3)}
    assert found.below_floor == []


def test_more_reviews_than_reviewers_names_the_application() -> None:
    with pytest.raises(Infeasible) as caught:
        solve(problem([[5, 5], [5, 5]], [[False] * 2] * 2, [9, 9], [1, 3]))
    assert caught.value.blocking.applications == [1]
    assert caught.value.blocking.shortage == 1


def test_a_floor_too_high_names_the_floor_that_would_do() -> None:
    with pytest.raises(Infeasible) as caught:
        solve(problem([[9000, 4000], [9000, 3000]], [[False] * 2] * 2, [1, 1], 1), floor=5000)
    found = caught.value.blocking
    assert found.floor == 4000
    assert found.as_data()["would_help"]["floor_lowered_to"] == 4000
    assert found.below_floor == [(0, 1), (1, 1)]
