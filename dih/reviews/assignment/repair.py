"""A published plan after a decline, a late conflict or an illness: mended along the cheapest exchange, never solved
anew.

Taking one review away leaves a plan that is still the best for what it covers. The shortest path in the exchange
graph from the application to the place given up (or to a free one) makes it complete and keeps it the best: the
result equals the optimum solved anew at the same floor, with the started reviews where they are.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from dih.reviews.assignment.exchange import (
    FAR,
    NegativeCycle,
    carrier,
    hand_over_costs,
    negative_cycle,
    path_to,
    shortest,
)
from dih.reviews.assignment.problem import Ints, Pairs, Problem

LONGEST = 2**13  # lengths are multiplied by this and each hand-over adds 1: among equals, the fewest changes


@dataclass(frozen=True)
class Change:
    """One review that moves: of this application, from one reviewer to another."""

    application: int
    leaves: int
    takes: int


@dataclass(frozen=True)
class Stuck:
    """An application that the floor leaves without a reader. `own_floor`: the largest floor for it alone that would
    do, or None."""

    application: int
    own_floor: int | None


@dataclass(frozen=True)
class Repair:
    """What to change; nothing is changed yet.

    problem, chosen: the problem with the lost pairs barred and the mended plan; `chosen` is None when somebody is
    stuck. changes: every review that moves, those lost first. cost: what total affinity (less load cost) loses, in
    affinity units.
    """

    problem: Problem
    chosen: Pairs | None
    changes: list[Change]
    stuck: list[Stuck]
    cost: int


def repair(
    problem: Problem,
    chosen: Pairs,
    lost: list[tuple[int, int]],
    away: list[int] | None = None,
    started: Pairs | None = None,
) -> Repair:
    """Mend the plan `chosen` (n x m) at the problem's floor.

    lost: pairs (application, reviewer) barred from now on: a decline, a conflict; a started review among them ends
    too. away: reviewers who take nothing more; their reviews pass on unless started. started: pairs that stay as they
    are; pairs placed by hand belong here too. A plan that was not the best to begin with becomes so, and the list
    says what moves.
    """
    fixed = np.zeros(problem.shape, bool) if started is None else started & chosen
    coi, load, away = problem.coi.copy(), problem.load.copy(), away or []
    for pair in lost:
        coi[pair] = True
        fixed[pair] = False
    coi[:, away] |= ~fixed[:, away]
    mended = replace(problem, coi=coi, load=load)
    plan, gaps = chosen.copy(), []
    for place in np.flatnonzero(chosen & coi).tolist():
        application, reviewer = divmod(place, problem.shape[1])
        if not plan[application, reviewer]:
            continue  # an earlier exchange has already taken this review along
        if reviewer in away:
            load[reviewer] = plan[:, reviewer].sum() - 1
        if not _pass_on(mended, plan, fixed, application, reviewer):
            gaps.append(application)
    load[away] = fixed[:, away].sum(axis=0)
    if gaps:
        return Repair(mended, None, [], [_stuck(mended, plan, fixed, i) for i in sorted(set(gaps))], 0)
    return Repair(mended, plan, _changes(chosen, plan, set(lost)), [], _cost(problem, chosen, plan))


def _pass_on(problem: Problem, plan: Pairs, fixed: Pairs, application: int, reviewer: int) -> bool:
    """Take one review away and place it again along the shortest path. False, with the review gone, where there is
    none."""
    costs = _lengths(problem, plan, fixed)
    start = _ways_in(problem, plan, application)
    pool = len(start) - 1
    if problem.load[reviewer] >= plan[:, reviewer].sum():
        target = reviewer
    else:
        target = pool
    try:
        distance = shortest(start, costs)
    except NegativeCycle:
        _settle(problem, plan, fixed)
        return not plan[application, reviewer] or _pass_on(problem, plan, fixed, application, reviewer)
    plan_before = plan.copy()
    plan[application, reviewer] = False
    if distance[target] > FAR // 2:
        return False
    path = path_to(target, start, distance, costs)
    _hand_over(problem, plan_before, plan, fixed, path)
    if path[0] != pool:
        plan[application, path[0]] = True
    return True


def _settle(problem: Problem, plan: Pairs, fixed: Pairs) -> None:
    """Improve a plan until it is the best: undo every cycle of negative length."""
    while True:
        costs = _lengths(problem, plan, fixed)
        try:
            shortest(np.zeros(len(costs), np.int64), costs)
        except NegativeCycle:
            cycle = negative_cycle(costs)
            _hand_over(problem, plan.copy(), plan, fixed, [*cycle, cycle[0]])
        else:
            return


def _hand_over(problem: Problem, before: Pairs, plan: Pairs, fixed: Pairs, path: list[int]) -> None:
    """Move one review along each arc of the path. Arcs from and to the pool move none."""
    pool = problem.shape[1]
    for giver, taker in pairwise(path):
        if pool not in (giver, taker):
            application = carrier(problem, before, giver, taker, fixed)
            plan[application, giver] = False
            plan[application, taker] = True


def _lengths(problem: Problem, plan: Pairs, fixed: Pairs) -> Ints:
    costs = hand_over_costs(problem, plan, fixed)
    return np.where(costs < FAR, costs * LONGEST + 1, FAR * LONGEST)


def _ways_in(problem: Problem, plan: Pairs, application: int) -> Ints:
    """By reviewer, the length of giving this application to them; the pool cannot be entered."""
    value = problem.value[application]
    open_to = (value > 0) & ~plan[application]
    return np.append(np.where(open_to, -value.astype(np.int64) * LONGEST + 1, FAR * LONGEST), FAR * LONGEST)


def _stuck(problem: Problem, plan: Pairs, fixed: Pairs, application: int) -> Stuck:
    """Which floor of its own would let the application in: the best barred reader from whom a free place can be
    reached."""
    no_way = hand_over_costs(problem, plan, fixed).T >= FAR
    ways = np.where(no_way, FAR, 0)
    to_pool = shortest(np.append(np.full(problem.shape[1], FAR), 0), ways)[:-1]
    able = (to_pool < FAR // 2) & ~problem.coi[application] & ~plan[application]
    floors = problem.aff[application][able]
    return Stuck(application, int(floors.max()) if len(floors) else None)


def _cost(problem: Problem, before: Pairs, after: Pairs) -> int:
    moved = np.flatnonzero(before != after)
    signs = np.where(after.ravel()[moved], -1, 1)
    loads = [problem.cost_of_loads(plan.sum(axis=0)) if len(problem.load_cost) else 0 for plan in (before, after)]
    return int((problem.aff.ravel()[moved] * signs).sum()) + loads[1] - loads[0]


def _changes(before: Pairs, after: Pairs, lost: set[tuple[int, int]]) -> list[Change]:
    """Reviews that moved, one line each; an application with several gives its lost ones first."""
    changes = []
    for application in np.unique(np.flatnonzero(before != after) // before.shape[1]).tolist():
        leaves = np.flatnonzero(before[application] & ~after[application]).tolist()
        takes = np.flatnonzero(after[application] & ~before[application]).tolist()
        changes += [Change(application, a, b) for a, b in zip(leaves, takes, strict=True)]
    return sorted(changes, key=lambda change: (change.application, change.leaves) not in lost)
