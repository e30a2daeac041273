"""A floor lowered for some applications alone, and a task kept as bytes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dih.reviews.assignment.blocking import Infeasible
from dih.reviews.assignment.problem import TOP_AFFINITY, problem
from dih.reviews.assignment.solve import solve
from dih.reviews.assignment.stored import Task, task_of
from tests.unit.reviews.assignment.instances import best_by_enumeration, best_floor_by_enumeration, random_problem


@pytest.mark.parametrize("seed", range(40))
def test_the_floor_is_the_largest_for_all_others(seed: int) -> None:
    case = random_problem(seed, 4, 4, k=2, few=seed % 2 == 0)
    rng = np.random.default_rng(seed)
    own = np.where(rng.random(4) < 0.4, rng.choice(case.aff.ravel(), 4), TOP_AFFINITY)
    case = replace(case, most_floor=own.astype(np.int32))
    most = best_floor_by_enumeration(case)
    try:
        found = solve(case)
    except Infeasible:
        assert most is None
        return
    assert found.floor is not None
    assert most is not None
    assert found.floor >= most
    assert found.objective == best_by_enumeration(case.at_floor(found.floor))


def test_one_application_that_nobody_suits_does_not_pull_the_floor_down() -> None:
    aff = [[9, 8], [8, 9], [2, 1]]
    assert solve(problem(aff, np.zeros((3, 2), int), [2, 2], 1)).floor == 2
    assert solve(problem(aff, np.zeros((3, 2), int), [2, 2], 1, most_floor=[10_000, 10_000, 1])).floor == 9


def test_a_task_survives_as_bytes() -> None:
    case = replace(random_problem(3, 5, 4), load_cost=np.array([0, 5], np.int64))
    task = Task(list(range(10, 10 + case.shape[0])), list(range(50, 50 + case.shape[1])), case.at_floor(2))
    again = task_of(task.as_bytes())
    assert again.same(task)
    assert again.problem.load_cost.tolist() == [0, 5]
    assert again.problem.floor.tolist() == task.problem.floor.tolist()
    assert not again.same(replace(task, problem=replace(case, coi=~case.coi)))
    assert task.chosen([(10, 50), (99, 50), (10, 1)]).sum() == 1
