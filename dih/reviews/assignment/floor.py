"""The largest feasible floor: the worst pair of the plan as good as it can be."""

import numpy as np

from dih.reviews.assignment.filling import fill
from dih.reviews.assignment.problem import TOP_AFFINITY, Pairs, Problem

BOUNDS_TRIED = 6


def best_floor(problem: Problem, rng: np.random.Generator) -> int:
    """The largest affinity that no pair need fall below, an application's own lower floor aside.

    0 when there is no complete plan at all.

    Maximum flow decides each floor tried. One that fails leaves a Hall set, and the largest floor at which that set
    would have room enough is a new bound, mostly the answer after a few; if not, binary search ends it. Without any
    review to place the floor is the top affinity.
    """
    wanted = problem.need > 0
    if not wanted.any():
        return TOP_AFFINITY
    held, bound, tries = 0, _bound_by_own_choice(problem), 0
    while held < bound:
        floor = bound if tries < BOUNDS_TRIED else (held + bound + 1) // 2
        filling = fill(problem.at_floor(floor), rng)
        if not filling.shortage:
            held = floor
        else:
            bound = _bound_by_set(problem, filling.applications, floor - 1)
        tries += 1
    return held


def _bound_by_own_choice(problem: Problem) -> int:
    """No floor can be above any application's own k-th best affinity."""
    m, most = problem.shape[1], int(problem.need.max())
    if most > m:
        return 0
    ranked = np.partition(problem.value, m - np.arange(1, most + 1), axis=1)
    own = ranked[np.arange(len(ranked)), m - np.maximum(problem.need, 1)]
    return int(np.where(own >= problem.most_floor, TOP_AFFINITY, own)[problem.need > 0].min())


def _bound_by_set(problem: Problem, applications: Pairs, most: int) -> int:
    """The largest floor up to `most` at which the reviewers have room for these applications; 0 for none."""
    value, needed = problem.value[applications], int(problem.need[applications].sum())
    own = problem.most_floor[applications, None]
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if np.minimum((value >= np.minimum(middle, own)).sum(axis=0), problem.load).sum() >= needed:
            low = middle
        else:
            high = middle - 1
    return low
