"""Proof that a plan is optimal, independent of what found it: prices from its own exchange graph, checked by duality.

With a price p >= 0 for each reviewer's load and a bar u for each application, no plan can be worth more than
sum(need * u) + sum(max(0, aff - p - u)) + sum over reviewers of the best use of the load at price p
(linear-programming duality). A plan worth exactly that much is optimal: the gap is 0.
"""

from dataclasses import dataclass

import numpy as np

from dih.reviews.assignment.exchange import NegativeCycle, hand_over_costs, shortest
from dih.reviews.assignment.problem import Ints, Pairs, Problem

ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class Proof:
    """The plan's worth, a bound that no plan exceeds, and the prices behind the bound; all in affinity units.

    prices: by reviewer, the least there are: what one more review of load there would gain.
    bars: by application, what its weakest review is worth after the price.
    """

    worth: int
    bound: int
    prices: Ints
    bars: Ints

    @property
    def gap(self) -> int:
        """How much better a plan could be at most; 0 proves that this one is optimal."""
        return self.bound - self.worth


def worth(problem: Problem, chosen: Pairs) -> int:
    """Total affinity of the plan less the cost of its loads."""
    affinity = problem.aff.ravel()[np.flatnonzero(chosen)].sum(dtype=np.int64)
    return int(affinity) - problem.cost_of_loads(chosen.sum(axis=0))


def prove(problem: Problem, chosen: Pairs) -> Proof:
    """The proof for a complete plan (n x m, True where the reviewer reads the application).

    A plan that is not optimal has no such prices; then they are 0 and the gap is positive.
    """
    n, m = problem.shape
    costs = hand_over_costs(problem, chosen)
    try:
        prices = -shortest(np.zeros(m + 1, np.int64), costs)[:m]
    except NegativeCycle:
        prices = np.zeros(m, np.int64)
    bars = np.zeros(n, np.int64)
    bound = best_use_of_load(problem, prices)
    for first in range(0, n, ROWS_AT_ONCE):
        rows = slice(first, first + ROWS_AT_ONCE)
        after_price = np.where(problem.value[rows] > 0, problem.aff[rows] - prices, -(2**40))
        weakest = np.where(chosen[rows], after_price, 2**40).min(axis=1, initial=2**40)
        strongest = after_price.max(axis=1, initial=-(2**40))
        bars[rows] = np.where(problem.need[rows] > 0, weakest, strongest)
        bound += int(np.maximum(after_price - bars[rows, None], 0).sum())
    wanted = problem.need > 0
    bound += int((problem.need[wanted] * bars[wanted]).sum())
    return Proof(worth(problem, chosen), bound, prices, np.where(bars > -(2**39), bars, 0))


def best_use_of_load(problem: Problem, prices: Ints) -> int:
    """What all reviewers' loads bring at most when each review is paid its price and costs its load cost."""
    if not len(problem.load_cost):
        return int((problem.load * prices).sum())
    most = int(problem.load.max(initial=0))
    steps = problem.next_cost(np.arange(most))
    gain = np.concatenate([np.zeros((len(prices), 1), np.int64), np.maximum(prices[:, None] - steps, 0)], axis=1)
    return int(np.cumsum(gain, axis=1)[np.arange(len(prices)), problem.load].sum())
