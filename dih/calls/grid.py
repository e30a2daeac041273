"""The grid on which a call's applications are scored, as typed data."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from dih.calls.typed import Frozen, Key, Localised, Percent, known_only, unique


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

    @model_validator(mode="after")
    def _points_fit(self) -> Self:
        for name in ("threshold_points", "remark_below_points"):
            if getattr(self, name) > self.max_points:
                raise ValueError(f"criterion {self.key}: {name} above max_points")
        if self.sub_criteria and sum(part.max_points for part in self.sub_criteria) != self.max_points:
            raise ValueError(f"criterion {self.key}: the points of its sub-criteria do not sum to max_points")
        return self


class Grid(Frozen):
    """The grid of a reviewed call; `tie_breaks` are criterion keys in order; then the earlier submission wins."""

    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    total_threshold_percent: Percent
    tie_breaks: tuple[Key, ...] = ()

    @model_validator(mode="after")
    def _weights_and_keys(self) -> Self:
        keys = [criterion.key for criterion in self.criteria]
        unique("criterion", keys + [part.key for criterion in self.criteria for part in criterion.sub_criteria])
        unique("tie-break", self.tie_breaks)
        known_only("tie-break", self.tie_breaks, keys)
        total = sum(criterion.weight_percent for criterion in self.criteria)
        if total != 100:
            raise ValueError(f"weights sum to {total} percent instead of 100")
        return self
