"""The exchange graph: what it costs to hand one review from one reviewer to another.

Node j < m stands for "reviewer j has one review too many", node m (the pool) for unused load. An arc j -> h is the
cheapest single hand-over of one of j's reviews to h; j -> m uses one more of j's load, m -> h one less of h's. A plan
is optimal when this graph has no cycle of negative length; its shortest paths are prices, repairs and the cost of a
wish.
"""

import numpy as np
from numpy.typing import NDArray

from dih.reviews.assignment.problem import Ints, Pairs, Problem

FAR = 2**40  # longer than any real path: m hand-overs of at most 10,000 each
REVIEWERS_AT_ONCE = 8


def hand_over_costs(problem: Problem, chosen: Pairs, fixed: Pairs | None = None) -> Ints:
    """The (m+1) x (m+1) arc lengths in affinity units, FAR where there is no arc. Pairs in `fixed` stay where they
    are."""
    m = problem.shape[1]
    costs = np.full((m + 1, m + 1), FAR, np.int64)
    taken = np.flatnonzero(chosen)
    enter = problem.value - (problem.value == 0) * np.int32(2**30)
    enter.ravel()[taken] = -(2**30)
    movable = taken if fixed is None else taken[~fixed.ravel()[taken]]
    reviewer_of = (movable % m).astype(np.min_scalar_type(m))  # numpy sorts few bits in linear time
    movable = movable[np.argsort(reviewer_of, kind="stable")]
    application, reviewer = np.divmod(movable, m)
    given_up = problem.aff.ravel()[movable, None]
    ends = np.searchsorted(reviewer, np.arange(m + 1))
    for first in range(0, m, REVIEWERS_AT_ONCE):
        givers = np.arange(first, min(first + REVIEWERS_AT_ONCE, m))
        givers = givers[ends[givers + 1] > ends[givers]]
        if len(givers):
            rows = slice(ends[givers[0]], ends[givers[-1] + 1])
            losses = given_up[rows] - enter[application[rows]]
            costs[givers, :m] = np.minimum.reduceat(losses, ends[givers] - ends[givers[0]], axis=0)
    costs[costs > 2**29] = FAR
    loads = np.bincount(taken % m, minlength=m) if m else np.zeros(0, np.int64)
    costs[:m, m] = np.where(loads < problem.load, problem.next_cost(loads), FAR)
    costs[m, :m] = np.where(loads > 0, -problem.next_cost(loads - 1), FAR)
    return costs


def carrier(problem: Problem, chosen: Pairs, giver: int, taker: int, fixed: Pairs | None = None) -> int:
    """The application whose hand-over from one reviewer to the other is the cheapest: the arc's own."""
    free = chosen[:, giver] & ~chosen[:, taker] & (problem.value[:, taker] > 0)
    if fixed is not None:
        free &= ~fixed[:, giver]
    rows = np.flatnonzero(free)
    return int(rows[np.argmin(problem.aff[rows, giver] - problem.value[rows, taker])])


class NegativeCycle(ArithmeticError):
    """The plan can be improved: shortest paths do not exist."""


def shortest(start: Ints, costs: Ints) -> Ints:
    """Distance of each node when node v may be entered at `start[v]`. Raises NegativeCycle when there is none."""
    distance = start.astype(np.int64, copy=True)
    changed = np.flatnonzero(distance < FAR // 2)
    for _ in range(len(distance) + 1):
        if not len(changed):
            return distance
        through = (distance[changed, None] + costs[changed]).min(axis=0)
        better = through < distance
        distance[better] = through[better]
        changed = np.flatnonzero(better & (distance < FAR // 2))
    raise NegativeCycle


def path_to(target: int, start: Ints, distance: Ints, costs: Ints) -> list[int]:
    """The nodes of one shortest path, from where it is entered to `target`. Needs every cycle to be longer than
    zero."""
    path = [target]
    while distance[path[-1]] < start[path[-1]]:
        path.append(int(np.argmin(distance + costs[:, path[-1]])))
    return path[::-1]


def negative_cycle(costs: Ints) -> list[int]:
    """The nodes of one cycle of negative length, in order; call it only when there is one."""
    distance: NDArray[np.int64] = np.zeros(len(costs), np.int64)
    before = np.full(len(costs), -1)
    for _ in range(len(costs) + 1):
        through = distance[:, None] + costs
        nearest = through.argmin(axis=0)
        length = through[nearest, np.arange(len(costs))]
        better = length < distance
        distance[better] = length[better]
        before[better] = nearest[better]
    node = int(np.flatnonzero(better)[0])
    for _ in range(len(costs)):
        node = int(before[node])
    cycle = [node]
    while (node := int(before[node])) != cycle[0]:
        cycle.append(node)
    return cycle[::-1]
