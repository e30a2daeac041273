"""The best total over all pairs, found over few of them.

Each application gets a short list of candidates: its best reviewers at prices learnt from a sample, and a few at
random. The flow is solved over these, its dual prices are held against every pair left out, and pairs that would
improve the plan join the lists. When there are none left, no pair of the whole table can improve the plan: it is
optimal, and certified.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dih.reviews.assignment.exchange import FAR, shortest
from dih.reviews.assignment.flow import Arcs, Flow, cheapest_flow
from dih.reviews.assignment.problem import TOP_AFFINITY, Ints, Pairs, Problem

ALL_PAIRS_BELOW = 30_000  # a table this small is solved whole
SAMPLE_SHARE = 8  # each sample is an eighth of the next
SAMPLE_FILL = 0.97  # a sample that fills every place to the last would set prices by its accidents
LISTED = 24
AT_RANDOM = 4
ADDED = 16
ROUNDS_ON_A_SAMPLE = 3
ROWS_AT_ONCE = 512
NOBODY = 4 * TOP_AFFINITY  # small and round numbers solve faster; see `surely_too_dear`


def surely_too_dear(problem: Problem) -> int:
    """A cost for a missing review that no exchange can outweigh: every reviewer changes once, and one load grows."""
    return (TOP_AFFINITY + 1) * (problem.shape[1] + 3)


def best_total(problem: Problem, rng: np.random.Generator, nobody: int = NOBODY) -> tuple[Pairs, Ints]:
    """The plan of the greatest worth (n x m) and how many reviews of each application it leaves to nobody."""
    n, m = problem.shape
    order = rng.permutation(n)
    sizes = [n]
    while sizes[-1] * m > ALL_PAIRS_BELOW and sizes[-1] >= SAMPLE_SHARE:
        sizes.append(sizes[-1] // SAMPLE_SHARE)
    prices = np.zeros(m, np.int64)
    for size in sizes[:0:-1]:
        sample = _rows_of(problem, np.sort(order[:size]))
        times = max(1, int(SAMPLE_FILL * problem.need.sum() / max(1, sample.need.sum())))
        prices = _Search(sample, prices, nobody, times, rng).run(ROUNDS_ON_A_SAMPLE)
    search = _Search(problem, prices, nobody, 1, rng)
    search.run(None)
    chosen = np.zeros((n, m), bool)
    chosen[search.arcs.rows, search.arcs.cols] = search.flow.used > 0
    return chosen, search.flow.missing


class _Search:
    """One problem, its candidate lists, and the prices that rate them."""

    arcs: Arcs
    flow: Flow

    def __init__(self, problem: Problem, prices: Ints, nobody: int, times: int, rng: np.random.Generator) -> None:
        self.problem, self.prices, self.nobody, self.times, self.rng = problem, prices, nobody, times, rng
        self.value = problem.value
        if self.value.size <= ALL_PAIRS_BELOW:
            self.listed = self.value > 0
        else:
            self.listed = self._first_lists()

    def run(self, rounds: int | None) -> Ints:
        """Solve and extend until nothing improves, or for so many rounds. Returns the prices."""
        while rounds is None or rounds > 0:
            self._solve()
            if not self._extend():
                break
            rounds = None if rounds is None else rounds - 1
        return self.prices

    def _first_lists(self) -> Pairs:
        n, m = self.value.shape
        prices = np.minimum(self.prices, 4 * TOP_AFFINITY).astype(np.int32)
        listed = np.zeros((n, m), bool)
        for rows in _blocks(n):
            _mark_best(listed[rows], self.value[rows] - prices, LISTED, self.rng)
        listed[np.arange(n)[:, None], self.rng.integers(0, m, (n, AT_RANDOM))] = True
        return listed & (self.value > 0)

    def _solve(self) -> None:
        flat = np.flatnonzero(self.listed)
        rows, cols = np.divmod(flat, self.value.shape[1])
        self.arcs = Arcs(rows, cols, self.value.ravel()[flat].astype(np.int64))
        self.flow = cheapest_flow(self.problem, self.arcs, self.nobody, self.times, self.rng)
        self.prices = self._dual_prices()

    def _dual_prices(self) -> Ints:
        """Prices that prove the flow optimal over the lists, as near as may be to the prices before.

        Node m is nobody, and unused load: both are free to all, at price 0.
        """
        m = self.value.shape[1]
        costs = _arc_costs(self.problem, self.arcs, self.flow, self.nobody, self.times)
        dearest = shortest(np.append(np.full(m, FAR), 0), np.ascontiguousarray(costs.T))
        wish = np.append(np.minimum(np.minimum(dearest[:m], self.prices), 2 * self.nobody), 0)
        return -shortest(-wish, costs)[:m]

    def _extend(self) -> int:
        """List the pairs left out that would improve the plan, the best of each application. Returns how many."""
        n = len(self.value)
        used = self.flow.used > 0
        bars = np.full(n, 2**30, np.int64)
        np.minimum.at(bars, self.arcs.rows[used], (self.arcs.value - self.prices[self.arcs.cols])[used])
        bars[self.flow.missing > 0] = -self.nobody
        prices, low = self.prices.astype(np.int32), bars.astype(np.int32)
        found = 0
        for rows in _blocks(n):
            gain = self.value[rows] - prices - low[rows, None]
            gain[(self.value[rows] == 0) | self.listed[rows]] = 0
            np.clip(gain, 0, 2**22, out=gain)
            needy = np.flatnonzero(gain.any(axis=1))
            if len(needy):
                more = np.zeros((len(needy), gain.shape[1]), bool)
                _mark_best(more, gain[needy], ADDED, self.rng)
                more &= gain[needy] > 0
                self.listed[rows][needy] |= more
                found += int(more.sum())
        return found


def _arc_costs(problem: Problem, arcs: Arcs, flow: Flow, nobody: int, times: int) -> Ints:
    """The exchange graph over listed pairs only, with nobody and the unused load as its node m."""
    n, m = problem.shape
    every, idle = np.arange(n), np.full(n, m)
    rows, cols = np.concatenate([arcs.rows, every]), np.concatenate([arcs.cols, idle])
    value = np.concatenate([arcs.value, np.full(n, -nobody)])
    used = np.concatenate([flow.used, flow.missing])
    give = np.flatnonzero(used > 0)
    take = np.flatnonzero(used < np.where(cols < m, times, times * problem.need[rows]))
    take = take[np.argsort(rows[take], kind="stable")]
    ends = np.searchsorted(rows[take], np.arange(n + 1))
    count = np.diff(ends)[rows[give]]
    first = ends[rows[give]] - np.cumsum(count) + count
    partner = take[np.repeat(first, count) + np.arange(count.sum())]
    costs = np.full((m + 1, m + 1), FAR, np.int64)
    arc = np.repeat(cols[give], count) * (m + 1) + cols[partner]
    np.minimum.at(costs.ravel(), arc, np.repeat(value[give], count) - value[partner])
    loads = np.bincount(arcs.cols, flow.used, m).astype(np.int64)
    costs[:m, m] = np.minimum(costs[:m, m], np.where(loads < problem.load, problem.next_cost(loads), FAR))
    costs[m, :m] = np.minimum(costs[m, :m], np.where(loads > 0, -problem.next_cost(loads - 1), 0))
    return costs


def _mark_best(marks: Pairs, rating: NDArray[np.int32], count: int, rng: np.random.Generator) -> None:
    """Mark the `count` best of each row; equals are drawn by lot, or all would list the same reviewers."""
    if count >= rating.shape[1]:
        marks[:] = True
        return
    drawn = rating * np.int32(256) + rng.integers(0, 256, rating.shape, np.uint8)
    best = np.argpartition(drawn, rating.shape[1] - count, axis=1)[:, -count:]
    np.put_along_axis(marks, best, True, axis=1)


def _rows_of(problem: Problem, rows: Ints) -> Problem:
    return replace(
        problem,
        aff=problem.aff[rows],
        coi=problem.coi[rows],
        need=problem.need[rows],
        floor=problem.floor[rows],
        most_floor=problem.most_floor[rows],
    )


def _blocks(n: int) -> list[slice]:
    return [slice(first, first + ROWS_AT_ONCE) for first in range(0, n, ROWS_AT_ONCE)]
