"""The grid on which a call's applications are scored, as typed data."""

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from dih.calls.typed import Frozen, Key, Localised, Percent, problem, refuse, repeated, unknown
from dih.shared.errors import Problem
from dih.shared.wording import N_


class SubCriterion(Frozen):
    """A part of a criterion; where there are parts, reviewers score these, from 0 to `max_points` each."""

    key: Key
    label: Localised
    guidance: Localised
    max_points: Annotated[int, Field(ge=1, le=100)]


class Criterion(Frozen):
    """One criterion: 0 to `max_points`, counted as `weight_percent` of the total.

    Below `threshold_points` the application fails. A mark below `remark_below_points` needs a remark from the reviewer.
    """

    key: Key
    label: Localised
    guidance: Localised
    weight_percent: Annotated[Percent, Field(gt=0)]
    max_points: Annotated[int, Field(ge=1, le=100)]
    threshold_points: Annotated[int, Field(ge=0)] = 0
    remark_below_points: Annotated[int, Field(ge=0)] = 0
    sub_criteria: tuple[SubCriterion, ...] = ()

    @cached_property
    def percent_per_point(self) -> Fraction:
        """What one point adds to the total, in percent."""
        return Fraction(self.weight_percent) / self.max_points

    @model_validator(mode="after")
    def _points_fit(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Problem]:
        for name in ("threshold_points", "remark_below_points"):
            if getattr(self, name) > self.max_points:
                yield problem(
                    name, N_("This is above the points of the criterion, %(points)s."), points=self.max_points
                )
        total = sum(part.max_points for part in self.sub_criteria)
        if self.sub_criteria and total != self.max_points:
            message = N_("The sub-criteria sum to %(total)s points instead of %(points)s.")
            yield problem("sub_criteria", message, total=total, points=self.max_points)


class Grid(Frozen):
    """The grid of a reviewed call; `tie_breaks` are criterion keys in order; then the earlier submission wins."""

    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    total_threshold_percent: Percent
    tie_breaks: tuple[Key, ...] = ()

    @cached_property
    def worth(self) -> tuple[int, Mapping[str, int]]:
        """For whole numbers: into how many parts a percent is divided, and how many one point is, by criterion."""
        parts = math.lcm(*(one.percent_per_point.denominator for one in self.criteria))
        return parts, {one.key: int(one.percent_per_point * parts) for one in self.criteria}

    @model_validator(mode="after")
    def _weights_and_keys(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Problem]:
        keys = [criterion.key for criterion in self.criteria]
        yield from repeated("criteria", keys + [part.key for one in self.criteria for part in one.sub_criteria])
        yield from repeated("tie_breaks", self.tie_breaks)
        yield from unknown("tie_breaks", self.tie_breaks, keys)
        total = sum(criterion.weight_percent for criterion in self.criteria)
        if total != 100:
            yield problem("criteria", N_("The weights sum to %(total)s percent instead of 100."), total=total)
