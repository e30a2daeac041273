"""Each reason is true: gains and losses equal what solving again says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.reviews.assignment.blocking import Infeasible
from dih.reviews.assignment.explain import Reason, why
from dih.reviews.assignment.problem import TOP_AFFINITY, Problem, problem
from dih.reviews.assignment.solve import Objective, Solution, solve
from tests.unit.reviews.assignment.instances import problems, random_problem, without


def total(case: Problem) -> int | None:
    try:
        return solve(case, Objective.TOTAL).objective
    except Infeasible:
        return None


@given(problems(roomy=True), st.sampled_from(Objective), st.data())
def test_price_is_what_one_more_place_gains(case: Problem, objective: Objective, data: st.DataObject) -> None:
    try:
        plan = solve(case, objective)
    except Infeasible:
        return
    if not case.shape[1]:
        return
    j = data.draw(st.integers(0, case.shape[1] - 1))
    roomier = replace(plan.problem, load=case.load + (np.arange(case.shape[1]) == j))
    assert total(roomier) == plan.objective + plan.proof.prices[j]


@given(problems(roomy=True), st.data())
def test_loss_is_what_insisting_costs(case: Problem, data: st.DataObject) -> None:
    try:
        plan = solve(case)
    except Infeasible:
        return
    if not case.aff.size:
        return
    i = data.draw(st.integers(0, case.shape[0] - 1))
    j = data.draw(st.integers(0, case.shape[1] - 1))
    told = why(plan, i, j)
    if told.reason in (Reason.FULL, Reason.OTHERS_BETTER, Reason.IMPOSSIBLE):
        insisted = np.zeros(case.shape, bool)
        insisted[i, j] = True
        possible = plan.problem.load[j] > 0
        rest = total(without(plan.problem, insisted)) if possible else None
        loss = None if rest is None else plan.objective - rest - int(case.aff[i, j])
        assert (None if told.loss is None else round(told.loss * TOP_AFFINITY)) == loss
        assert (told.reason is Reason.IMPOSSIBLE) == (loss is None)
    else:
        expected = {
            Reason.ASSIGNED: bool(plan.chosen[i, j]),
            Reason.CONFLICT: bool(case.coi[i, j]),
            Reason.BELOW_FLOOR: bool(case.aff[i, j] < plan.problem.floor[i]),
            Reason.NO_REVIEW_WANTED: bool(case.need[i] == 0),
        }
        assert expected[told.reason]
        assert told.loss is None


@pytest.fixture
def plan() -> Solution:
    """Reviewer 0 is the best for both applications and has one place, worth more at application 0."""
    return solve(problem([[9000, 5000, 100], [9500, 9000, 200]], [[False] * 3] * 2, [1, 1, 1], 1), Objective.TOTAL)


def test_second_best_because_the_best_is_full(plan: Solution) -> None:
    told = why(plan, 1, 1)
    assert (told.reason, told.rank, told.among) == (Reason.ASSIGNED, 2, 3)
    assert [(one.reviewer, one.full, one.assigned, one.gain) for one in told.better] == [(0, True, False, 0.05)]


def test_why_not_the_best(plan: Solution) -> None:
    told = why(plan, 1, 0)
    assert (told.reason, told.rank, told.loss) == (Reason.FULL, 1, 0.35)


def test_why_not_somebody_with_room(plan: Solution) -> None:
    told = why(plan, 0, 2)
    assert (told.reason, told.rank, told.loss) == (Reason.OTHERS_BETTER, 3, 0.84)


def test_every_pair_of_a_larger_plan_has_a_reason() -> None:
    larger = solve(random_problem(3, 20, 10))
    for i in range(20):
        for j in range(10):
            told = why(larger, i, j)
            assert (told.reason is Reason.ASSIGNED) == larger.chosen[i, j]
            assert (told.reason is Reason.CONFLICT) == larger.problem.coi[i, j]
