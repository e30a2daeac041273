"""Random problems, and judges of a plan that share no code with the solver: enumeration and a plain negative-cycle
search."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from hypothesis import strategies as st

from dih.reviews.assignment.problem import Pairs, Problem, problem

FEW = [1, 2, 3, 5000, 10000]


@st.composite
def problems(
    draw: st.DrawFn,
    applications: int = 5,
    reviewers: int = 4,
    most_wanted: int = 3,
    costs: bool = False,
    roomy: bool = False,
) -> Problem:
    """A small problem, often tight, with many ties; not always feasible. `roomy`: mostly feasible."""
    n, m = draw(st.integers(0, applications)), draw(st.integers(0, reviewers))
    affinity = st.sampled_from(FEW) if draw(st.booleans()) else st.integers(1, 10000)
    aff = draw(st.lists(st.lists(affinity, min_size=m, max_size=m), min_size=n, max_size=n))
    barred = st.sampled_from([False] * 7 + [True]) if roomy else st.booleans()
    coi = draw(st.lists(st.lists(barred, min_size=m, max_size=m), min_size=n, max_size=n))
    load = draw(st.lists(st.integers(n // 2 if roomy else 0, n), min_size=m, max_size=m))
    wanted = st.integers(0, min(most_wanted, m) if roomy else most_wanted)
    k: Any = draw(wanted) if draw(st.booleans()) else draw(st.lists(wanted, min_size=n, max_size=n))
    steps = sorted(draw(st.lists(st.integers(0, 3000), max_size=4))) if costs else []
    return problem(np.array(aff, int).reshape(n, m), np.array(coi, bool).reshape(n, m), load, k, steps)


def random_problem(seed: int, n: int, m: int, k: int = 3, few: bool = False, slack: float = 1.2) -> Problem:
    """A larger one from a seed; `few` distinct affinities with scarce experts."""
    rng = np.random.default_rng(seed)
    aff = (
        rng.choice([1000, 4000, 7000, 10000], (n, m), p=[0.8, 0.1, 0.06, 0.04])
        if few
        else rng.integers(1, 10001, (n, m))
    )
    return problem(aff, rng.random((n, m)) < 0.05, np.full(m, int(np.ceil(n * k / m * slack))), k)


def check_plan(given: Problem, chosen: Pairs) -> None:
    """k distinct reviewers each, no conflict, nothing below the floor, loads kept."""
    assert (chosen.sum(axis=1) == given.need).all()
    assert not (chosen & given.coi).any()
    assert not (chosen & (given.aff < given.floor[:, None])).any()
    assert (chosen.sum(axis=0) <= given.load).all()


def step_cost(given: Problem, position: int) -> int:
    """What a reviewer's review number `position` (from 0) costs."""
    costs = given.load_cost.tolist()
    return costs[min(position, len(costs) - 1)] if costs else 0


def best_by_enumeration(given: Problem) -> int | None:
    """The best worth of all complete plans at the problem's floor, application by application; None when there is
    none."""
    n, m = given.aff.shape
    best = {(0,) * m: 0}
    for i in range(n):
        usable = [j for j in range(m) if not given.coi[i, j] and given.aff[i, j] >= given.floor[i]]
        following: dict[tuple[int, ...], int] = {}
        for loads, total in best.items():
            for group in combinations(usable, int(given.need[i])):
                if all(loads[j] < given.load[j] for j in group):
                    worth = total + sum(int(given.aff[i, j]) - step_cost(given, loads[j]) for j in group)
                    after = tuple(load + (j in group) for j, load in enumerate(loads))
                    following[after] = max(following.get(after, worth), worth)
        best = following
    return max(best.values(), default=None)


def best_floor_by_enumeration(given: Problem) -> int | None:
    """The largest floor that has a complete plan, by trying each affinity; None when there is none."""
    floors = [
        int(floor) for floor in np.unique(given.aff) if best_by_enumeration(given.at_floor(int(floor))) is not None
    ]
    return max(floors, default=None)


def improving_exchange(given: Problem, chosen: Pairs, pinned: Pairs | None = None) -> bool:
    """Whether some exchange of reviews improves the plan: a negative cycle among applications, reviewers and a pool.

    Plain Bellman-Ford over single pairs; nothing is condensed as in the solver.
    """
    n, m = given.aff.shape
    pool, loads = n + m, chosen.sum(axis=0)
    edges: list[tuple[int, int, int]] = []
    for i in range(n):
        for j in range(m):
            if chosen[i, j]:
                if pinned is None or not pinned[i, j]:
                    edges.append((n + j, i, int(given.aff[i, j])))
            elif not given.coi[i, j] and given.aff[i, j] >= given.floor[i]:
                edges.append((i, n + j, -int(given.aff[i, j])))
    for j in range(m):
        if loads[j] < given.load[j]:
            edges.append((n + j, pool, step_cost(given, int(loads[j]))))
        if loads[j] > 0:
            edges.append((pool, n + j, -step_cost(given, int(loads[j]) - 1)))
    distance = [0] * (pool + 1)
    for _ in range(pool + 2):
        shorter = False
        for tail, head, length in edges:
            if distance[tail] + length < distance[head]:
                distance[head] = distance[tail] + length
                shorter = True
        if not shorter:
            return False
    return True


def without(given: Problem, pinned: Pairs) -> Problem:
    """What is left to solve when the pinned pairs stand: fewer reviews wanted, less load, the pairs themselves
    barred."""
    return problem(
        given.aff, given.coi | pinned, given.load - pinned.sum(axis=0), given.need - pinned.sum(axis=1)
    ).at_floor(given.floor)
