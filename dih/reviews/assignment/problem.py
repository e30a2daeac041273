"""The validated input of an assignment: who may read what, how well, how much, and how many readers are wanted."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

TOP_AFFINITY = 10_000

Ints = NDArray[np.int64]
Matrix = NDArray[np.int32]
Pairs = NDArray[np.bool_]


class BadInput(ValueError):
    """Input that cannot be read as an assignment problem. `field` names the part at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True)
class Problem:
    """n applications, m reviewers. Build it with `problem()`, which checks every part.

    aff: affinities 1..10000 (10000 stands for 1.0). coi: True where a conflict bars the pair. load: the most reviews
    each reviewer takes. need: the reviews each application wants. load_cost: what a reviewer's 1st, 2nd, ... review
    costs, in affinity units, never falling; the last one repeats; empty for none. floor: the least affinity allowed,
    by application. most_floor: what the floor of an application may be at most, where a manager lowered it.
    """

    aff: Matrix
    coi: Pairs
    load: Ints
    need: Ints
    load_cost: Ints
    floor: Matrix
    most_floor: Matrix

    @property
    def shape(self) -> tuple[int, int]:
        """Number of applications and of reviewers."""
        return self.aff.shape[0], self.aff.shape[1]

    @cached_property
    def value(self) -> Matrix:
        """The affinity of each pair that may be used, 0 for a pair barred by a conflict or by the floor."""
        return self.aff * ((self.aff >= self.floor[:, None]) & ~self.coi)

    def at_floor(self, floor: "int | Matrix | Ints") -> "Problem":
        """The same problem with another floor, one for all applications or one for each: lower where its own is."""
        return replace(self, floor=np.minimum(np.asarray(floor, np.int32), self.most_floor))

    def next_cost(self, reviews: Ints) -> Ints:
        """The cost of one review more for reviewers who have so many already."""
        if not len(self.load_cost):
            return np.zeros(len(reviews), np.int64)
        return self.load_cost[np.clip(reviews, 0, len(self.load_cost) - 1)]

    def cost_of_loads(self, reviews: Ints) -> int:
        """The cost of all reviews together, for reviewers who have so many each."""
        if not len(self.load_cost) or not len(reviews):
            return 0
        steps = self.next_cost(np.arange(int(reviews.max())))
        return int(np.concatenate([[0], np.cumsum(steps)])[reviews].sum())


def problem(aff: Any, coi: Any, load: Any, k: Any, load_cost: Any = (), most_floor: Any = TOP_AFFINITY) -> Problem:
    """Check the parts and build the problem. `k` and `most_floor`: one number for all or one per application.

    Raises BadInput.
    """
    loads = _whole("load", load, 0)
    if loads.ndim != 1:
        raise BadInput("load", "must be a list with one number per reviewer")
    m = len(loads)
    affinity = _whole("aff", aff, 1, TOP_AFFINITY, empty=(0, m))
    if affinity.ndim != 2:
        raise BadInput("aff", "must be a table: one row per application, one column per reviewer")
    n = len(affinity)
    if affinity.shape[1] != m:
        raise BadInput("load", f"has {m} numbers, but aff has {affinity.shape[1]} reviewers")
    conflicts = _whole("coi", coi, 0, 1, empty=(0, m))
    if conflicts.shape != affinity.shape:
        raise BadInput("coi", f"has shape {_shape(conflicts)}, but aff has {_shape(affinity)}")
    need = _whole("k", k, 0, empty=(0,))
    if need.ndim > 1 or (need.ndim == 1 and len(need) != n):
        raise BadInput("k", f"must be one number, or {n} numbers, one per application")
    costs = _whole("load_cost", load_cost, 0, TOP_AFFINITY, empty=(0,)).astype(np.int64)
    if costs.ndim != 1 or (np.diff(costs) < 0).any():
        raise BadInput("load_cost", "must be a list that never falls")
    return Problem(
        aff=np.ascontiguousarray(affinity, np.int32),
        coi=conflicts.astype(bool),
        load=np.minimum(loads, n).astype(np.int64),  # nobody reads an application twice, so more than n means nothing
        need=np.broadcast_to(need, (n,)).astype(np.int64),
        load_cost=costs,
        floor=np.ones(n, np.int32),
        most_floor=np.broadcast_to(np.asarray(most_floor, np.int32), (n,)),
    )


def _whole(field: str, given: Any, least: int, most: int | None = None, empty: tuple[int, ...] = (0,)) -> NDArray[Any]:
    """The given numbers as an array of integers within the bounds; an empty list takes the shape `empty`."""
    try:
        array = np.asarray(given)
    except (ValueError, OverflowError) as error:
        raise BadInput(field, "must be a regular table or list of whole numbers") from error
    if array.size == 0:
        return np.zeros(array.shape if array.ndim == len(empty) else empty, np.int64)
    if array.dtype.kind not in ("iu" if field != "coi" else "iub"):
        kind = "true or false" if field == "coi" else "whole numbers"
        raise BadInput(field, f"must hold {kind} only, all rows of one length")
    wrong = array < least if most is None else (array < least) | (array > most)
    if wrong.any():
        at = tuple(int(place) for place in np.argwhere(wrong)[0])
        bounds = f"at least {least}" if most is None else f"{least} to {most}"
        where = f" at {list(at)}" if at else ""
        raise BadInput(field, f"must be {bounds}; found {array[at]}{where}")
    return array


def _shape(array: NDArray[Any]) -> str:
    return " x ".join(str(size) for size in array.shape)
