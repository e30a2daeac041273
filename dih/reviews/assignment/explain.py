"""Why this reviewer reads this application, and why that one does not: facts for a screen to put into words."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dih.reviews.assignment.exchange import FAR, hand_over_costs, shortest
from dih.reviews.assignment.problem import TOP_AFFINITY
from dih.reviews.assignment.solve import Solution


class Reason(StrEnum):
    """Why a pair is in the plan or not."""

    ASSIGNED = "assigned"
    CONFLICT = "conflict"
    BELOW_FLOOR = "below_floor"
    NO_REVIEW_WANTED = "no_review_wanted"
    OTHERS_BETTER = "others_better"  # the reviewer has room, the application has better readers
    FULL = "full"  # the reviewer's load is used where it gains more
    IMPOSSIBLE = "impossible"  # with this pair no complete plan is left


@dataclass(frozen=True)
class Better:
    """A reviewer who rates higher for the application. `gain`: what one more place there would gain, 1.0 the top
    affinity."""

    reviewer: int
    affinity: float
    assigned: bool
    full: bool
    gain: float


@dataclass(frozen=True)
class Why:
    """The facts of one pair. Affinities and gains are on the scale 0..1.

    rank of `among`: the reviewer's place among all without a conflict for this application, 1 the best, equals share
    a place. better: those before them, the best first. loss: what insisting on the pair costs the whole plan, None
    when assigned or not allowed.
    """

    application: int
    reviewer: int
    reason: Reason
    affinity: float
    rank: int
    among: int
    better: list[Better]
    loss: float | None


def why(solution: Solution, application: int, reviewer: int) -> Why:
    """Explain one pair of a solved plan, assigned or not."""
    problem, chosen = solution.problem, solution.chosen
    allowed = ~problem.coi[application]
    affinity = problem.aff[application]
    before = np.flatnonzero(allowed & (affinity > affinity[reviewer]))
    before = before[np.argsort(-affinity[before], kind="stable")]
    loads = chosen.sum(axis=0)
    better = [
        Better(
            reviewer=int(j),
            affinity=float(affinity[j]) / TOP_AFFINITY,
            assigned=bool(chosen[application, j]),
            full=bool(loads[j] >= problem.load[j]),
            gain=float(solution.proof.prices[j]) / TOP_AFFINITY,
        )
        for j in before
    ]
    reason, loss = _reason(solution, application, reviewer)
    return Why(
        application=application,
        reviewer=reviewer,
        reason=reason,
        affinity=float(affinity[reviewer]) / TOP_AFFINITY,
        rank=len(before) + 1,
        among=int(allowed.sum()),
        better=better,
        loss=None if loss is None else loss / TOP_AFFINITY,
    )


def _reason(solution: Solution, application: int, reviewer: int) -> tuple[Reason, int | None]:
    problem, chosen = solution.problem, solution.chosen
    if chosen[application, reviewer]:
        return Reason.ASSIGNED, None
    if problem.coi[application, reviewer]:
        return Reason.CONFLICT, None
    if problem.aff[application, reviewer] < problem.floor[application]:
        return Reason.BELOW_FLOOR, None
    if problem.need[application] == 0:
        return Reason.NO_REVIEW_WANTED, None
    loss = _loss_of_insisting(solution, application, reviewer)
    if loss is None:
        return Reason.IMPOSSIBLE, None
    full = chosen[:, reviewer].sum() >= problem.load[reviewer]
    return (Reason.FULL if full else Reason.OTHERS_BETTER), loss


def _loss_of_insisting(solution: Solution, application: int, reviewer: int) -> int | None:
    """What the best plan with the pair is worth less: the shortest cycle through it. None when there is no such
    plan."""
    problem, chosen = solution.problem, solution.chosen
    m = problem.shape[1]
    start = np.full(m + 1, FAR, np.int64)
    start[reviewer] = -int(problem.aff[application, reviewer])
    distance = shortest(start, hand_over_costs(problem, chosen))
    own = np.flatnonzero(chosen[application])
    loss = int((distance[own] + problem.aff[application, own]).min())
    return loss if loss < FAR // 2 else None
