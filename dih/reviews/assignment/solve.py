"""The front door: from a checked problem to a proven plan, or to the reason why there is none."""

import time
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dih.reviews.assignment.blocking import Infeasible, find_blocking
from dih.reviews.assignment.floor import best_floor
from dih.reviews.assignment.problem import Ints, Matrix, Pairs, Problem
from dih.reviews.assignment.proof import Proof, prove
from dih.reviews.assignment.sparse import best_total, surely_too_dear


class Objective(StrEnum):
    """What makes a plan the best."""

    FLOOR_TOTAL = "floor-total"  # the worst pair first, then the total
    TOTAL = "total"


@dataclass(frozen=True)
class Solution:
    """A complete plan and its proof.

    chosen: n x m, True where the reviewer reads the application. floor: the least affinity allowed, None without a
    floor or without a review. seconds: of the solve alone.
    """

    problem: Problem
    chosen: Pairs
    floor: int | None
    proof: Proof
    seconds: float

    @property
    def objective(self) -> int:
        """Total affinity less the cost of loads."""
        return self.proof.worth

    @property
    def optimal(self) -> bool:
        """True when the proof has no gap."""
        return self.proof.gap == 0

    @property
    def table(self) -> Matrix:
        """n x max(k) reviewer indices, the best first, padded with -1."""
        return table_of(self.problem, self.chosen)


def solve(
    problem: Problem, objective: Objective = Objective.FLOOR_TOTAL, floor: int | None = None, seed: int = 0
) -> Solution:
    """The best plan. `floor` None: the largest that is feasible. Equal input and seed give the equal plan.

    Raises Infeasible, with the blocking set, when no complete plan exists (at that floor).
    """
    start = time.perf_counter()
    rng = np.random.default_rng(seed)
    if objective is Objective.FLOOR_TOTAL:
        at = best_floor(problem, rng) if floor is None else floor
        problem = problem.at_floor(max(at, 1))
    chosen = _complete(problem, rng)
    proof = prove(problem, chosen)
    held = at if objective is Objective.FLOOR_TOTAL and problem.need.any() else None
    return Solution(problem, chosen, held, proof, time.perf_counter() - start)


def _complete(problem: Problem, rng: np.random.Generator) -> Pairs:
    chosen, missing = best_total(problem, rng)
    if missing.any():
        blocking = find_blocking(problem, rng)
        if blocking is not None:
            raise Infeasible(blocking)
        chosen, _none = best_total(problem, rng, surely_too_dear(problem))
    return chosen


def table_of(problem: Problem, chosen: Pairs) -> Matrix:
    """n x max(k) reviewer indices of a plan, the best first, padded with -1."""
    rows, cols = np.nonzero(chosen)
    order = np.lexsort((cols, -problem.aff[rows, cols], rows))
    rows, cols = rows[order], cols[order]
    table = np.full((problem.shape[0], int(problem.need.max(initial=0))), -1, np.int32)
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    table[rows, place] = cols
    return table


def chosen_of(problem: Problem, table: Matrix | Ints) -> Pairs:
    """The plan (n x m) of a table of reviewer indices padded with -1."""
    chosen = np.zeros(problem.shape, bool)
    rows, places = np.nonzero(table >= 0)
    chosen[rows, table[rows, places]] = True
    return chosen
