"""A repair equals the optimum solved anew at the same floor with the started reviews pinned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.reviews.assignment.blocking import Infeasible
from dih.reviews.assignment.problem import Pairs, Problem, problem
from dih.reviews.assignment.proof import worth
from dih.reviews.assignment.repair import Change, Repair, Stuck, repair
from dih.reviews.assignment.solve import Objective, Solution, solve
from dih.reviews.assignment.stored import Task
from tests.unit.reviews.assignment.instances import (
    check_plan,
    improving_exchange,
    problems,
    random_problem,
    without,
)


def best_again(case: Problem, pinned: Pairs) -> int | None:
    """The optimum solved from nothing at the case's floors, the pinned pairs kept; None when there is none."""
    rest = without(case, pinned)
    try:
        return solve(rest, Objective.TOTAL).objective + int(case.aff[pinned].sum())
    except Infeasible:
        return None


def published(case: Problem) -> Solution | None:
    try:
        return solve(case, Objective.FLOOR_TOTAL)
    except Infeasible:
        return None


def applied(before: Pairs, mended: Repair) -> Pairs:
    """The old plan with the listed changes made."""
    after = before.copy()
    for change in mended.changes:
        assert after[change.application, change.leaves]
        after[change.application, change.leaves] = False
    for change in mended.changes:
        assert not after[change.application, change.takes]
        after[change.application, change.takes] = True
    return after


@given(st.integers(0, 2**32 - 1))
def test_repair_equals_solving_again(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(3, 10)), int(rng.integers(4, 8))
    aff = rng.integers(1, 10001, (n, m)) if rng.random() < 0.5 else rng.choice([100, 5000, 9000], (n, m))
    load = rng.integers(n // 2, n + 1, m)
    case = problem(aff, rng.random((n, m)) < 0.1, load, rng.integers(0, 3, n))
    try:
        plan = solve(case, floor=None if rng.random() < 0.3 else 100)
    except Infeasible:
        return
    started = plan.chosen & (rng.random((n, m)) < 0.3)
    pairs = [(int(i), int(j)) for i, j in np.argwhere(plan.chosen)]
    lost = [pairs[place] for place in rng.permutation(len(pairs))[: rng.integers(0, 4)]]
    away = rng.permutation(m)[: rng.integers(0, 3)].tolist()
    mended = repair(plan.problem, plan.chosen, lost, away, started)
    pinned, coi, load = started.copy(), case.coi.copy(), case.load.copy()
    for pair in lost:
        coi[pair], pinned[pair] = True, False
    load[away] = pinned[:, away].sum(axis=0)
    changed = replace(plan.problem, coi=coi, load=load)
    best = best_again(changed, pinned)
    assert mended.problem.load.tolist() == load.tolist()
    assert (mended.chosen is None) == (best is None) == bool(mended.stuck)
    if mended.chosen is None:
        return
    check_plan(changed, mended.chosen)
    assert (mended.chosen & pinned).sum() == pinned.sum()
    assert worth(case, mended.chosen) == best == plan.objective - mended.cost
    assert (applied(plan.chosen, mended) == mended.chosen).all()


@pytest.mark.parametrize("few", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_repair_in_a_larger_plan(seed: int, few: bool) -> None:
    rng = np.random.default_rng(seed)
    plan = solve(random_problem(seed, 50, 14, few=few, slack=1.1), floor=1000, seed=seed)
    started = plan.chosen & (rng.random(plan.chosen.shape) < 0.3)
    lost = [tuple(pair) for pair in rng.permutation(np.argwhere(plan.chosen)).tolist()[:4]]
    mended = repair(plan.problem, plan.chosen, lost, started=started)
    coi = plan.problem.coi.copy()
    for pair in lost:
        coi[pair], started[pair] = True, False
    assert mended.chosen is not None
    assert worth(plan.problem, mended.chosen) == best_again(replace(plan.problem, coi=coi), started)
    assert {(change.application, change.leaves) for change in mended.changes[: len(lost)]} == set(lost)


@given(problems(applications=8, reviewers=5, costs=True, roomy=True), st.data())
def test_repair_minds_the_cost_of_load(case: Problem, data: st.DataObject) -> None:
    plan = published(case)
    if plan is None or not plan.chosen.any():
        return
    i, j = data.draw(st.sampled_from(np.argwhere(plan.chosen).tolist()))
    mended = repair(plan.problem, plan.chosen, [(i, j)])
    if mended.chosen is not None:
        check_plan(mended.problem, mended.chosen)
        assert not improving_exchange(mended.problem, mended.chosen)
        assert mended.cost == plan.objective - worth(case, mended.chosen)


@given(problems(applications=6, reviewers=5, most_wanted=2, roomy=True), st.data())
def test_a_plan_that_was_not_the_best_becomes_so(case: Problem, data: st.DataObject) -> None:
    plan = published(case)
    if plan is None or not plan.chosen.any():
        return
    other = replace(case, aff=np.asarray(data.draw(st.permutations(case.aff.tolist())), np.int32))
    i, j = data.draw(st.sampled_from(np.argwhere(plan.chosen).tolist()))
    mended = repair(other, plan.chosen, [(i, j)])
    if mended.chosen is not None:
        check_plan(mended.problem, mended.chosen)
        assert not improving_exchange(mended.problem, mended.chosen)
        assert (applied(plan.chosen, mended) == mended.chosen).all()


@given(problems(applications=6, reviewers=5, most_wanted=2), st.data())
def test_the_application_that_the_floor_cannot_hold_is_named(case: Problem, data: st.DataObject) -> None:
    plan = published(case)
    if plan is None or not plan.chosen.any():
        return
    i, j = data.draw(st.sampled_from(np.argwhere(plan.chosen).tolist()))
    mended = repair(plan.problem, plan.chosen, [(i, j)])
    if mended.chosen is not None:
        return
    assert [stuck.application for stuck in mended.stuck] == [i]
    own = mended.stuck[0].own_floor
    nobody_pinned = np.zeros(case.shape, bool)
    floors = np.array(mended.problem.floor)
    for affinity in np.unique(case.aff[i]).tolist():
        floors[i] = affinity
        possible = best_again(mended.problem.at_floor(floors), nobody_pinned) is not None
        assert possible == (own is not None and affinity <= own)
    if own is not None:
        floors[i] = own
        again = repair(plan.problem.at_floor(floors), plan.chosen, [(i, j)])
        assert again.chosen is not None
        assert worth(case, again.chosen) == best_again(mended.problem.at_floor(floors), nobody_pinned)


def test_the_cheapest_exchange_is_listed() -> None:
    """Reviewer 0 declines application 0. Reviewer 1, full, is its next best and hands application 1 to reviewer 2."""
    case = problem([[9000, 8000, 1000], [100, 7000, 6500]], [[False] * 3] * 2, [1, 1, 1], 1)
    plan = solve(case, Objective.TOTAL)
    mended = repair(case, plan.chosen, [(0, 0)])
    assert mended.changes == [Change(0, 0, 1), Change(1, 1, 2)]
    assert mended.cost == 1000 + 500
    pinned = np.array([[False] * 3, [False, True, False]])
    assert repair(case, plan.chosen, [(0, 0)], started=pinned).changes == [Change(0, 0, 2)]


def test_the_best_floor_of_its_own_is_proposed() -> None:
    plan = solve(problem([[9000, 3000, 5000, 7000]], [[False, False, False, True]], [1, 1, 1, 1], 1))
    mended = repair(plan.problem, plan.chosen, [(0, 0)])
    assert (mended.chosen, mended.stuck) == (None, [Stuck(0, 5000)])
    both_gone = repair(plan.problem, plan.chosen, [(0, 0)], away=[1, 2])
    assert both_gone.stuck == [Stuck(0, None)]


def test_somebody_away_without_reviews_takes_none_later() -> None:
    plan = solve(problem([[9000, 8000, 5000]], [[False] * 3], [1, 1, 1], 1), floor=1)
    mended = repair(plan.problem, plan.chosen, [(0, 0)], away=[1])
    assert mended.changes == [Change(0, 0, 2)]
    assert mended.problem.load.tolist() == [1, 0, 1]


def test_nothing_lost_changes_nothing() -> None:
    plan = solve(random_problem(1, 20, 8))
    mended = repair(plan.problem, plan.chosen, [])
    assert (mended.changes, mended.cost, mended.stuck) == ([], 0, [])


@pytest.mark.parametrize("few", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_reviewers_who_joined_since_take_part_in_the_best_repair(seed: int, few: bool) -> None:
    """The plan knows 9 of 14 people; with the others added it is mended as if all had been asked, begun ones pinned."""
    rng = np.random.default_rng(seed)
    whole = random_problem(seed, 20, 14, few=few, slack=2)
    known = problem(whole.aff[:, :9], whole.coi[:, :9], whole.load[:9], whole.need)
    plan = published(known)
    assert plan is not None
    task = Task(list(range(20)), list(range(9)), plan.problem)
    wider = task.with_people(list(range(9, 14)), whole.aff[:, 9:], whole.load[9:])
    before = wider.chosen([(int(i), int(j)) for i, j in np.argwhere(plan.chosen)])
    begun = before & (rng.random(before.shape) < 0.3)
    lost = [tuple(pair) for pair in rng.permutation(np.argwhere(before)).tolist()[:3]]
    mended = repair(wider.problem, before, lost, started=begun)
    coi = wider.problem.coi.copy()
    for pair in lost:
        coi[pair], begun[pair] = True, False
    case = replace(wider.problem, coi=coi)
    assert mended.chosen is not None
    check_plan(case, mended.chosen)
    assert (mended.chosen & begun).sum() == begun.sum()
    assert not improving_exchange(case, mended.chosen, begun)
    assert worth(case, mended.chosen) == best_again(case, begun)
    assert (mended.chosen.any(axis=0) & (np.arange(14) > 8)).any()
