"""A new plan for a call: the exact solver's answer, or who and what stands in its way. It reads and changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dih.reviews.queries.facts import Facts, Needed, facts, task
from dih.reviews.queries.reviewers import Reviewer
from dih.reviews.rules.affinity import cost_of_load
from dih.reviews.vocabulary import Spread
from dih.shared.access import Actor

if TYPE_CHECKING:
    from dih.reviews.assignment.blocking import Blocking
    from dih.reviews.assignment.solve import Solution
    from dih.reviews.assignment.stored import Task


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why there is no complete plan: these applications want more than these reviewers can take, and what helps.

    `full` reviewers could take more, `conflicts` and `below` are pairs of which one more would help (the first few;
    `conflicts_in_all`, `below_in_all` count them), `floor` is the largest one (1 to 10,000) with a complete plan.
    """

    applications: Sequence[Needed]
    reviewers: Sequence[Reviewer]
    wanted: int
    possible: int
    full: Sequence[Reviewer]
    conflicts: Sequence[tuple[Needed, Reviewer]]
    conflicts_in_all: int
    below: Sequence[tuple[Needed, Reviewer]]
    below_in_all: int
    floor: int | None


@dataclass(frozen=True, slots=True)
class Solved:
    """A complete plan, proven: pairs of ids (application, person) with their fit, all in affinity units."""

    call_id: int
    task: Task
    pairs: Sequence[tuple[int, int, int]]
    floor: int
    floor_asked: int | None
    spread: Spread
    total: int
    bound: int


def solve_for(
    code: str, floor: int | None, actor: Actor, day: dt.date, spread: Spread = Spread.NONE
) -> Solved | Shortage | None:
    """The best plan for all that the call lacks; None when it lacks nothing. `floor` None: the best that is feasible.

    `spread` says what load costs. The same data give the same plan. Raises NotFound for a call without reviews.
    """
    found = facts(code, actor, day)
    if not found.needs:
        return None
    if not found.people:
        return Shortage(found.needs, (), found.wanted, 0, (), (), 0, (), 0, None)
    import numpy as np

    from dih.reviews.assignment.blocking import Infeasible
    from dih.reviews.assignment.solve import solve

    made = task(found, day)
    try:
        cost = np.array(cost_of_load(spread, max(one.room for one in found.people)), np.int64)
        solution = solve(replace(made.problem, load_cost=cost), floor=floor)
    except Infeasible as infeasible:
        return _shortage(found, infeasible.blocking)
    return _solved(found, made, solution, floor, spread)


def _solved(found: Facts, made: Task, solution: Solution, asked: int | None, spread: Spread) -> Solved:
    from dih.reviews.assignment.stored import Task

    pairs = [
        (made.applications[row], made.people[column], int(made.problem.aff[row, column]))
        for row, columns in enumerate(solution.table.tolist())
        for column in columns
        if column >= 0
    ]
    return Solved(
        found.call.call_id,
        Task(made.applications, made.people, solution.problem),
        pairs,
        solution.floor or 0,
        asked,
        spread,
        solution.proof.worth,
        solution.proof.bound,
    )


def _shortage(found: Facts, blocking: Blocking) -> Shortage:
    def named(pairs: list[tuple[int, int]]) -> list[tuple[Needed, Reviewer]]:
        return [(found.needs[row], found.people[column]) for row, column in pairs]

    return Shortage(
        [found.needs[row] for row in blocking.applications],
        [found.people[column] for column in blocking.reviewers],
        blocking.needed,
        blocking.available,
        [found.people[column] for column in blocking.full],
        named(blocking.conflicts),
        blocking.conflicts_in_all,
        named(blocking.below_floor),
        blocking.below_floor_in_all,
        blocking.floor or None,
    )
