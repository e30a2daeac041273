"""Marks on a call's grid: read, totalled, and what is still missing before a review can be submitted.

Unanswered never counts as zero and never changes the maximum: a review with a mark missing has no total.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dih.calls.grid import Criterion, Grid, SubCriterion
from dih.shared.errors import BrokenRule, Problem
from dih.shared.wording import N_, Text

MARK, REMARK, COMMENT = "mark_", "remark_", "comment"
"""Names of fields: a mark by criterion or sub-criterion, a remark by criterion, one comment for the whole."""

MOST_TYPED = 5_000
Marks = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reviewer has filled in: points by key (absent while unanswered), remarks by criterion, a comment."""

    marks: Marks
    remarks: Mapping[str, str]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """One criterion as far as it is scored: points so far, how many of its marks are given, and what it weighs."""

    criterion: Criterion
    points: int
    given: int
    asked: int

    @property
    def complete(self) -> bool:
        """Whether every mark of the criterion is given."""
        return self.given == self.asked

    @property
    def percent(self) -> Fraction:
        """What the criterion adds to the total, in percent."""
        return self.points * self.criterion.percent_per_point


def asked_in(criterion: Criterion) -> Sequence[Criterion | SubCriterion]:
    """What is marked: the parts of a criterion, or the criterion itself where it has none."""
    return criterion.sub_criteria or (criterion,)


def read(grid: Grid, typed: Mapping[str, str]) -> Draft:
    """The draft from a form's fields; fields that the grid does not know are dropped.

    Raises BrokenRule with every mark that is no whole number of points within its limits, and every text too long.
    """
    marks: dict[str, int] = {}
    problems: list[Problem] = []
    for criterion in grid.criteria:
        for asked in asked_in(criterion):
            try:
                points = _points(asked, typed.get(MARK + asked.key, ""))
            except BrokenRule as rule:
                problems.extend(rule.problems)
            else:
                if points is not None:
                    marks[asked.key] = points
    texts = {name: (typed.get(name) or "").replace("\r\n", "\n").strip() for name in _text_fields(grid)}
    for name, text in texts.items():
        if len(text) > MOST_TYPED:
            message = N_("Shorten this text: at most %(limit)s characters fit.")
            problems.append(Problem(name, Text(message, {"limit": MOST_TYPED})))
        elif "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            problems.append(Problem(name, Text(N_("This text has characters that cannot be stored. Type it again."))))
    if problems:
        raise BrokenRule(*problems)
    comment = texts.pop(COMMENT)
    return Draft(marks, {name.removeprefix(REMARK): text for name, text in texts.items() if text}, comment)


def as_typed(draft: Draft) -> dict[str, str]:
    """A draft under the names of its form's fields."""
    return {
        **{MARK + key: str(points) for key, points in draft.marks.items()},
        **{REMARK + key: text for key, text in draft.remarks.items()},
        COMMENT: draft.comment,
    }


def scored(grid: Grid, marks: Marks) -> list[Scored]:
    """Every criterion as far as it is scored, in the grid's order."""
    found = []
    for criterion in grid.criteria:
        given = [marks[asked.key] for asked in asked_in(criterion) if asked.key in marks]
        found.append(Scored(criterion, sum(given), len(given), len(asked_in(criterion))))
    return found


def total(grid: Grid, marks: Marks) -> Fraction | None:
    """The weighted total in percent, 0 to 100, exactly; None while a mark is missing."""
    parts, worth = grid.worth
    whole = 0
    for criterion in grid.criteria:
        for asked in asked_in(criterion):
            if asked.key not in marks:
                return None
            whole += marks[asked.key] * worth[criterion.key]
    return Fraction(whole, parts)


def spread(grid: Grid, reviews: Sequence[Marks]) -> Fraction | None:
    """The highest total less the lowest, in percentage points; None for fewer than two complete reviews."""
    totals = [whole for marks in reviews if (whole := total(grid, marks)) is not None]
    return max(totals) - min(totals) if len(totals) > 1 else None


def answered(grid: Grid, marks: Marks) -> tuple[int, int]:
    """How many marks are given, of how many."""
    parts = scored(grid, marks)
    return sum(part.given for part in parts), sum(part.asked for part in parts)


def missing(grid: Grid, draft: Draft) -> list[Problem]:
    """All that stands in the way of submitting, at once, each at its field."""
    problems = []
    for part in scored(grid, draft.marks):
        criterion = part.criterion
        problems += [
            Problem(
                MARK + asked.key,
                Text(
                    N_("Give points for “%(name)s”, from 0 to %(most)s."),
                    {"name": asked.label, "most": asked.max_points},
                ),
            )
            for asked in asked_in(criterion)
            if asked.key not in draft.marks
        ]
        if part.complete and part.points < criterion.remark_below_points and not draft.remarks.get(criterion.key):
            message = N_("“%(name)s” has less than %(limit)s points: write a remark that says why.")
            values = {"name": criterion.label, "limit": criterion.remark_below_points}
            problems.append(Problem(REMARK + criterion.key, Text(message, values)))
    return problems


def _points(asked: Criterion | SubCriterion, typed: str) -> int | None:
    typed = (typed or "").strip()
    if not typed:
        return None
    points = int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else -1
    if not 0 <= points <= asked.max_points:
        raise BrokenRule.because(
            N_("“%(name)s”: enter a whole number of points from 0 to %(most)s."),
            MARK + asked.key,
            name=asked.label,
            most=asked.max_points,
        )
    return points


def _text_fields(grid: Grid) -> list[str]:
    return [*(REMARK + criterion.key for criterion in grid.criteria), COMMENT]
