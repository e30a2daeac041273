"""The plan is valid and the best: against enumeration, an independent search for exchanges, and planted optima."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.reviews.assignment import sparse
from dih.reviews.assignment.blocking import Infeasible
from dih.reviews.assignment.problem import Problem, problem
from dih.reviews.assignment.proof import worth
from dih.reviews.assignment.solve import Objective, Solution, chosen_of, solve
from tests.unit.reviews.assignment.instances import (
    best_by_enumeration,
    best_floor_by_enumeration,
    check_plan,
    improving_exchange,
    problems,
    random_problem,
)


@pytest.fixture
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small tables take the way of the large ones: samples, short lists, extension."""
    for name, value in (("ALL_PAIRS_BELOW", 30), ("LISTED", 2), ("AT_RANDOM", 1), ("ADDED", 1), ("SAMPLE_SHARE", 2)):
        monkeypatch.setattr(sparse, name, value)


def attempt(
    given_problem: Problem, objective: Objective = Objective.TOTAL, floor: int | None = None
) -> Solution | None:
    try:
        return solve(given_problem, objective, floor)
    except Infeasible:
        return None


def rank(given_problem: Problem, objective: Objective) -> tuple[int, int]:
    """What the objective compares: floor and total; an infeasible problem is below all."""
    solution = attempt(given_problem, objective)
    return (-1, 0) if solution is None else (solution.floor or 0, solution.objective)


@given(problems(costs=True))
def test_total_equals_enumeration(case: Problem) -> None:
    solution, best = attempt(case), best_by_enumeration(case)
    assert (solution.objective if solution else None) == best
    if solution:
        check_plan(case, solution.chosen)
        assert solution.optimal
        assert solution.objective == worth(case, solution.chosen)
        assert solution.floor is None


@given(problems())
def test_floor_then_total_equals_enumeration(case: Problem) -> None:
    solution = attempt(case, Objective.FLOOR_TOTAL)
    assert (solution is None) == (best_by_enumeration(case) is None)
    if solution is None:
        return
    if not case.need.any():
        assert solution.floor is None
        assert solution.objective == 0
        return
    assert solution.floor == best_floor_by_enumeration(case)
    assert solution.floor == case.aff[solution.chosen].min()
    assert solution.objective == best_by_enumeration(case.at_floor(solution.floor))
    assert solution.optimal


@given(problems(), st.integers(1, 10000))
def test_a_floor_by_number_holds(case: Problem, floor: int) -> None:
    solution = attempt(case, Objective.FLOOR_TOTAL, floor)
    assert (solution.objective if solution else None) == best_by_enumeration(case.at_floor(floor))
    if solution:
        check_plan(case.at_floor(floor), solution.chosen)


@given(problems(applications=12, reviewers=8, costs=True, roomy=True), st.sampled_from(Objective))
def test_no_exchange_improves_the_plan(case: Problem, objective: Objective) -> None:
    solution = attempt(case, objective)
    if solution:
        check_plan(solution.problem, solution.chosen)
        assert not improving_exchange(solution.problem, solution.chosen)


@given(problems(roomy=True), st.sampled_from(Objective), st.data())
def test_more_room_never_hurts_and_a_conflict_never_helps(
    case: Problem, objective: Objective, data: st.DataObject
) -> None:
    if not case.aff.size:
        return
    i = data.draw(st.integers(0, case.shape[0] - 1))
    j = data.draw(st.integers(0, case.shape[1] - 1))
    before = rank(case, objective)
    assert rank(replace(case, load=case.load + (np.arange(case.shape[1]) == j)), objective) >= before
    conflict = case.coi.copy()
    conflict[i, j] ^= True
    after = rank(replace(case, coi=conflict), objective)
    assert after <= before if conflict[i, j] else after >= before


@given(problems(roomy=True), st.integers(0, 5), st.randoms(use_true_random=False))
def test_same_seed_same_plan_and_shuffled_same_total(case: Problem, seed: int, random: np.random.Generator) -> None:
    solution = attempt(case, Objective.FLOOR_TOTAL)
    if solution is None:
        return
    again = solve(case, Objective.FLOOR_TOTAL, seed=seed)
    assert (again.table == solve(case, Objective.FLOOR_TOTAL, seed=seed).table).all()
    rows, cols = list(range(case.shape[0])), list(range(case.shape[1]))
    random.shuffle(rows)
    random.shuffle(cols)
    shuffled = problem(case.aff[rows][:, cols], case.coi[rows][:, cols], case.load[cols], case.need[rows])
    mixed = solve(shuffled, Objective.FLOOR_TOTAL, seed=seed)
    assert (mixed.floor, mixed.objective) == (solution.floor, solution.objective) == (again.floor, again.objective)
    assert (mixed.proof.prices == solution.proof.prices[cols]).all()


def test_seeds_break_ties_differently() -> None:
    alike = problem(np.full((6, 6), 5000), np.zeros((6, 6), bool), [3] * 6, 2)
    assert len({solve(alike, seed=seed).table.tobytes() for seed in range(8)}) > 1


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("shortened", [False, True])
def test_planted_optimum_is_found(seed: int, shortened: bool, request: pytest.FixtureRequest) -> None:
    """Affinities built around a plan and prices: inside it at least bar + price, outside at most that."""
    if shortened:
        request.getfixturevalue("short_lists")
    rng = np.random.default_rng(seed)
    n, m, k = 40, 12, 3
    planted = np.zeros((n, m), bool)
    planted[np.arange(n)[:, None], np.argsort(rng.random((n, m)), axis=1)[:, :k]] = True
    even = rng.integers(3000, 5000, (n, 1)) + rng.integers(0, 2000, m)
    aff = np.where(
        planted, even + rng.integers(0, 3000, (n, m)), even - rng.integers(0, 3000, (n, m)) * (rng.random((n, m)) < 0.8)
    )
    solution = solve(problem(aff, np.zeros((n, m), bool), planted.sum(axis=0), k), Objective.TOTAL, seed=seed)
    assert solution.objective == aff[planted].sum()
    assert solution.optimal


@pytest.mark.parametrize("few", [False, True])
@pytest.mark.parametrize("slack", [1.0, 1.3])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.usefixtures("short_lists")
def test_short_lists_find_what_the_whole_table_holds(
    seed: int, few: bool, slack: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = random_problem(seed, 60, 15, few=few, slack=slack)
    short = attempt(case)
    monkeypatch.setattr(sparse, "ALL_PAIRS_BELOW", case.aff.size)
    whole = attempt(case)
    assert short is not None
    assert whole is not None
    assert short.objective == whole.objective
    assert short.optimal
    assert not improving_exchange(case, short.chosen)


def test_a_missing_review_is_never_cheaper_than_a_long_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain where each hand-over loses 9,999: only a price beyond the whole chain completes the plan."""
    monkeypatch.setattr(sparse, "NOBODY", 20_000)
    length = 12
    aff = np.ones((length, length), int)
    coi = np.ones((length, length), bool)
    for i in range(length):
        coi[i, i] = coi[i, i - 1] = i == 0
        aff[i, i - 1] = 10_000
    coi[0, 0], coi[0, length - 1] = False, True
    coi[1, 0] = False
    complete = problem(aff, coi, [1] * length, 1)
    solution = solve(complete, Objective.TOTAL)
    check_plan(complete, solution.chosen)
    assert solution.objective == length


@pytest.mark.parametrize(("n", "m", "k"), [(0, 0, 2), (0, 3, 2), (3, 0, 0), (3, 2, 0), (1, 1, 1)])
def test_the_smallest_problems(n: int, m: int, k: int) -> None:
    for objective in Objective:
        solution = solve(problem(np.full((n, m), 7), np.zeros((n, m), bool), [1] * m, k), objective)
        assert solution.optimal
        assert solution.table.shape == (n, k if n else 0)


def test_more_reviewers_than_needed_take_the_best() -> None:
    solution = solve(problem([[5, 9, 7, 9000]], [[0, 0, 0, 1]], [1, 1, 1, 1], 2))
    assert solution.table.tolist() == [[1, 2]]
    assert solution.floor == 7


def test_the_table_pads_and_reads_back() -> None:
    case = problem([[1, 2, 3], [6, 5, 4]], np.zeros((2, 3), bool), [2, 2, 2], [1, 3])
    solution = solve(case, Objective.TOTAL)
    assert solution.table.tolist() == [[2, -1, -1], [0, 1, 2]]
    assert (chosen_of(case, solution.table) == solution.chosen).all()


def test_a_cost_of_load_spreads_the_work() -> None:
    aff, coi = [[9000, 8900]] * 4, np.zeros((4, 2), bool)
    assert solve(problem(aff, coi, [4, 4], 1), Objective.TOTAL).chosen.sum(axis=0).tolist() == [4, 0]
    spread = solve(problem(aff, coi, [4, 4], 1, load_cost=[0, 200, 400, 600]), Objective.TOTAL)
    assert spread.chosen.sum(axis=0).tolist() == [2, 2]
    assert spread.objective == 2 * 9000 + 2 * 8900 - 2 * 200
