"""Can every application get all its reviews at all? Maximum flow, with the cut that proves it when not.

Like the total, it looks at few pairs first and lists more only where the cut could be crossed.
"""

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.max_flow import SimpleMaxFlow

from dih.reviews.assignment.problem import Pairs, Problem

ALL_PAIRS_BELOW = 300_000
LISTED = 16


@dataclass(frozen=True)
class Filling:
    """The most reviews that can be placed, and the cut that says why not more.

    applications: those whose reviews cannot all be placed, and those in competition with them (the Hall set). full:
    reviewers whose load limits them; one more place there places one review more. spare: reviewers from whom a free
    place can still be reached: one more usable pair with an application of the set helps.
    """

    shortage: int
    applications: Pairs
    full: Pairs
    spare: Pairs


def fill(problem: Problem, rng: np.random.Generator) -> Filling:
    """Place as many reviews as possible on usable pairs (no conflict, not below the floor)."""
    m = problem.shape[1]
    usable = problem.value > 0
    listed = usable
    if np.count_nonzero(usable) > ALL_PAIRS_BELOW:
        listed = usable & (rng.integers(0, m, usable.shape, np.int32) < max(LISTED, 2 * int(problem.need.max())))
    while True:
        filling = _fill_listed(problem, listed)
        if not filling.shortage or listed is usable:
            return filling
        inside = np.flatnonzero(filling.applications)
        outside = np.flatnonzero(~filling.full)
        block = np.ix_(inside, outside)
        crossing = usable[block] & ~listed[block]
        per_row = crossing.sum(axis=1, keepdims=True)
        if not per_row.any():
            return filling
        drawn = crossing & (rng.random(crossing.shape, np.float32) * per_row < LISTED)
        listed[block] |= drawn if drawn.any() else crossing


def _fill_listed(problem: Problem, listed: Pairs) -> Filling:
    n, m = problem.shape
    rows, cols = np.nonzero(listed)
    source, sink = n + m, n + m + 1
    applications, reviewers = np.arange(n, dtype=np.int32), np.arange(n, n + m, dtype=np.int32)
    solver = SimpleMaxFlow()
    solver.add_arc_with_capacity(source, sink, 0)  # without reviewers nothing else would tell it that there is a sink
    solver.add_arcs_with_capacity(
        np.concatenate([np.full(n, source, np.int32), rows.astype(np.int32), reviewers]),
        np.concatenate([applications, (cols + n).astype(np.int32), np.full(m, sink, np.int32)]),
        np.concatenate([problem.need, np.ones(len(rows), np.int64), problem.load]),
    )
    if (status := solver.solve(source, sink)) != SimpleMaxFlow.OPTIMAL:
        raise ArithmeticError(f"maximum flow ended with {status}")
    reached, reaching = np.zeros((2, n + m + 2), bool)
    reached[solver.get_source_side_min_cut()] = True
    reaching[solver.get_sink_side_min_cut()] = True
    shortage = int(problem.need.sum()) - solver.optimal_flow()
    return Filling(shortage, reached[:n], reached[n : n + m], reaching[n : n + m])
