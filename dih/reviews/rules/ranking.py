"""The ranking of a call: weighted means, spread, thresholds, the call's tie-breaks, then the earlier submission.

All is computed with exact fractions, so that the order of reviews and of applications never matters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dih.calls.grid import Criterion, Grid
from dih.reviews.rules import scoring
from dih.shared.wording import N_, Text

NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """An application with the marks of each of its submitted reviews; `grid` is that of its own call version."""

    application_id: int
    submitted_at: dt.datetime | None
    grid: Grid
    reviews: Sequence[scoring.Marks]


@dataclass(frozen=True, slots=True)
class Ranked:
    """An application's place. `rank` is None without a complete review or below a threshold, which `failed` names.

    `mean` and `spread` (highest less lowest total) are percents; `means` are points by criterion; `count` counts the
    complete reviews.
    """

    application_id: int
    rank: int | None
    mean: Fraction | None
    spread: Fraction | None
    count: int
    means: Mapping[str, Fraction]
    failed: Sequence[Text]


def rank(entries: Sequence[Entry], tie_breaks: Sequence[str]) -> list[Ranked]:
    """The entries in their order: ranked ones, then those below a threshold, then those without a complete review."""
    judged = [(entry, _judge(entry)) for entry in entries]
    judged.sort(key=lambda pair: _order(pair[0], pair[1], tie_breaks))
    found = []
    place = 0
    for _entry, ranked in judged:
        passes = ranked.mean is not None and not ranked.failed
        place += passes
        found.append(
            Ranked(
                ranked.application_id,
                place if passes else None,
                ranked.mean,
                ranked.spread,
                ranked.count,
                ranked.means,
                ranked.failed,
            )
        )
    return found


def _judge(entry: Entry) -> Ranked:
    totals = [(marks, scoring.total(entry.grid, marks)) for marks in entry.reviews]
    complete = [(marks, total) for marks, total in totals if total is not None]
    if not complete:
        return Ranked(entry.application_id, None, None, None, 0, {}, ())
    percents = [total for _marks, total in complete]
    mean = sum(percents, Fraction(0)) / len(percents)
    means = {
        criterion.key: Fraction(sum(_points(criterion, marks) for marks, _total in complete), len(complete))
        for criterion in entry.grid.criteria
    }
    return Ranked(
        entry.application_id,
        None,
        mean,
        max(percents) - min(percents),
        len(complete),
        means,
        _failed(entry.grid, mean, means),
    )


def _points(criterion: Criterion, marks: scoring.Marks) -> int:
    return sum(marks[asked.key] for asked in scoring.asked_in(criterion))


def _failed(grid: Grid, mean: Fraction, means: Mapping[str, Fraction]) -> list[Text]:
    failed = []
    if mean < Fraction(grid.total_threshold_percent):
        message = N_("The total is below %(limit)s percent.")
        failed.append(Text(message, {"limit": grid.total_threshold_percent.normalize()}))
    failed += [
        Text(
            N_("“%(name)s” is below %(limit)s points."),
            {"name": criterion.label, "limit": criterion.threshold_points},
        )
        for criterion in grid.criteria
        if means[criterion.key] < criterion.threshold_points
    ]
    return failed


def _share(points: Fraction, most: int) -> Fraction:
    """Less what is reached of the points there are, so that more of it comes first."""
    return Fraction(-points.numerator, points.denominator * most)


def _order(entry: Entry, judged: Ranked, tie_breaks: Sequence[str]) -> tuple[object, ...]:
    group = 2 if judged.mean is None else 1 if judged.failed else 0
    most = {criterion.key: criterion.max_points for criterion in entry.grid.criteria}
    ties = tuple(_share(judged.means.get(key, Fraction(0)), most.get(key, 1)) for key in tie_breaks)
    mean = judged.mean or Fraction(0)
    # Rounding keeps the order, so the nearest floats decide where they differ, much faster than the fractions behind.
    return (group, -float(mean), -mean, *ties, entry.submitted_at or NEVER, entry.application_id)
