"""The best plan by OR-tools CP-SAT.

One worker, a fixed seed and a limit in deterministic time: the same problem has the same plan on any machine.
"""

from __future__ import annotations

import functools
import time
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from dih.routing.planner.problem import Choice, Problem
from dih.routing.planner.value import Value, load_of, steps, value_of, worth

LIMIT = 2.0
"""Deterministic seconds after which the best plan so far is taken: two to eight seconds on a core, as free as it is."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The chosen options, what they are worth, and the proof: no plan is worth more than `bound` (quarter points).

    `seconds` is the wall time of the solve.
    """

    choice: Choice
    value: Value
    bound: int
    seconds: float

    @property
    def gap(self) -> int:
        """By how much a better plan could be better at most; 0: this one is proven best."""
        return max(self.bound - self.value.total, 0)


@functools.lru_cache(maxsize=32)
def solve(problem: Problem, pinned: frozenset[int] = frozenset(), limit: float = LIMIT) -> Plan:
    """The best plan in which the `pinned` cases (ids) stay where they are today.

    Hard: every partner's person-days and share of the budget; only what is pinned may lie above them, as it does today.
    Kept in the process: pages that show one plan from several sides solve it once.
    """
    began = time.perf_counter()
    fixed = tuple(case.today if case.id in pinned else None for case in problem.cases)
    choice, bound = _solved(problem, pinned, load_of(problem, fixed), limit)
    return Plan(choice, value_of(problem, choice), bound, time.perf_counter() - began)


def _solved(problem: Problem, pinned: Collection[int], kept: Any, limit: float) -> tuple[Choice, int]:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    days: dict[int, list[Any]] = defaultdict(list)
    cents: dict[int, list[Any]] = defaultdict(list)
    gains: list[Any] = []
    taken: list[list[Any]] = []
    for case in problem.cases:
        if case.id in pinned:
            taken.append([])
            gains.append(worth(case, case.today))
            continue
        places = [model.new_bool_var("") for _ in case.options]
        nobody = model.new_bool_var("")
        model.add_exactly_one([*places, nobody])
        taken.append(places)
        gains.append(worth(case, None) * nobody)
        for place, option in enumerate(case.options):
            gains.append(worth(case, place) * places[place])
            cents[option.partner].append(option.cents * places[place])
            for partner, number in option.days:
                days[partner].append(number * places[place])
            model.add_hint(places[place], place == case.today)
    for room in problem.rooms:
        free = max(room.free - kept.days[room.partner], 0)
        model.add(sum(days[room.partner]) <= free)
        if room.cents is not None:
            model.add(sum(cents[room.partner]) <= max(room.cents - kept.cents[room.partner], 0))
        carried = room.taken + kept.days[room.partner]
        for least, slope in steps(room):
            over = model.new_int_var(0, max(carried + free - least, 0), "")
            model.add(over >= carried + sum(days[room.partner]) - least)
            gains.append(-slope * over)
    model.maximize(sum(gains))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    # All constraints go into the linear relaxation: without it 100 applications are not proven within minutes.
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = limit
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        # Nobody taking anything is always feasible: only the limit can end the search before that was found.
        return tuple(case.today if case.id in pinned else None for case in problem.cases), sum(
            max(worth(case, place) for place in (None, *range(len(case.options)))) for case in problem.cases
        )
    choice = tuple(
        case.today if case.id in pinned else next((i for i, one in enumerate(places) if solver.value(one)), None)
        for case, places in zip(problem.cases, taken, strict=True)
    )
    return choice, int(solver.best_objective_bound)
