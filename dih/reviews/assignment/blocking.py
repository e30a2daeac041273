"""Why there is no complete plan: a Hall set (applications that together want more than their reviewers can take), and
help."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from dih.reviews.assignment.filling import fill
from dih.reviews.assignment.floor import best_floor
from dih.reviews.assignment.problem import Problem

NAMED = 20  # pairs listed as possible help


@dataclass(frozen=True)
class Blocking:
    """The set that blocks. Indices are the input's own.

    applications: together they want `needed` reviews. reviewers: all who may read any of them; together they can take
    `available`, each at most their load and each application once. shortage = needed - available. full: reviewers of
    the set whose load is the limit; one place more on any of them lowers the shortage by one. So does one review
    fewer wanted by any of the applications, one `conflicts` pair cleared, or one `below_floor` pair allowed (both:
    application, reviewer; the first few of `conflicts_in_all` and `below_floor_in_all`). floor: the largest floor at
    which a complete plan exists; 0 when none does.
    """

    applications: list[int]
    reviewers: list[int]
    full: list[int]
    needed: int
    available: int
    shortage: int
    conflicts: list[tuple[int, int]]
    conflicts_in_all: int
    below_floor: list[tuple[int, int]]
    below_floor_in_all: int
    floor: int

    def as_data(self) -> dict[str, Any]:
        """What a JSON answer shows: the set, and what would help."""
        return {
            "feasible": False,
            "applications": self.applications,
            "reviewers": self.reviewers,
            "needed": self.needed,
            "available": self.available,
            "shortage": self.shortage,
            "would_help": {
                "one_more_place_with": self.full,
                "one_review_fewer_for": self.applications,
                "conflict_cleared": self.conflicts,
                "conflicts_in_all": self.conflicts_in_all,
                "pair_below_floor_allowed": self.below_floor,
                "pairs_below_floor_in_all": self.below_floor_in_all,
                "floor_lowered_to": self.floor or None,
            },
        }


class Infeasible(Exception):
    """No complete plan exists. `blocking` says why."""

    def __init__(self, blocking: Blocking) -> None:
        super().__init__(f"{blocking.needed} reviews wanted, {blocking.available} possible")
        self.blocking = blocking


def find_blocking(problem: Problem, rng: np.random.Generator) -> Blocking | None:
    """The set that blocks a complete plan at the problem's floor, or None when there is a plan."""
    filling = fill(problem, rng)
    if not filling.shortage:
        return None
    value = problem.value
    readable = (value[filling.applications] > 0).sum(axis=0)
    could_help = filling.applications[:, None] & filling.spare[None, :]
    above_floor = problem.aff >= problem.floor[:, None]
    conflicts = np.argwhere(could_help & problem.coi & above_floor)
    below_floor = np.argwhere(could_help & ~problem.coi & ~above_floor)
    needed = int(problem.need[filling.applications].sum())
    available = int(np.minimum(readable, problem.load).sum())
    return Blocking(
        applications=np.flatnonzero(filling.applications).tolist(),
        reviewers=np.flatnonzero(readable > 0).tolist(),
        full=np.flatnonzero(filling.full).tolist(),
        needed=needed,
        available=available,
        shortage=needed - available,
        conflicts=[(int(i), int(j)) for i, j in conflicts[:NAMED]],
        conflicts_in_all=len(conflicts),
        below_floor=[(int(i), int(j)) for i, j in below_floor[:NAMED]],
        below_floor_in_all=len(below_floor),
        floor=best_floor(problem.at_floor(1), rng) if (problem.floor > 1).any() else 0,
    )
