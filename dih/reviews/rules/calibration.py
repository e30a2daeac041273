"""What totals would be if every reviewer were equally strict: shown beside the mean, never instead of it.

A reviewer's effect is how far the own totals lie, on average, from the mean of the other reviewers' totals of the same
applications, shrunk towards 0 as if SHRINK more applications had shown none:

    effect = sum over shared applications of (own total - mean of the others' totals) / (shared applications + SHRINK)

The calibrated mean of an application is the mean of its totals, each less its reviewer's effect. All is exact, so that
no order matters. Reviews without a total do not count, an application with one review tells nothing about effects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

SHRINK = 4

Totals = Mapping[int, Mapping[int, Fraction]]
"""Percents by application and reviewer."""


def effects(totals: Totals) -> dict[int, Fraction]:
    """By reviewer, how many percentage points the own totals lie above those of others; 0 for who shares nothing."""
    apart: dict[int, list[Fraction]] = defaultdict(list)
    for by_reviewer in totals.values():
        whole = sum(by_reviewer.values(), Fraction(0))
        for reviewer, own in by_reviewer.items():
            apart[reviewer] += [own - (whole - own) / (len(by_reviewer) - 1)] if len(by_reviewer) > 1 else []
    return {reviewer: sum(found, Fraction(0)) / (len(found) + SHRINK) for reviewer, found in apart.items()}


def calibrated(totals: Totals) -> dict[int, Fraction]:
    """By application, the mean of its totals without the effects of its reviewers."""
    known = effects(totals)
    return {
        application: _mean(total - known[reviewer] for reviewer, total in by_reviewer.items())
        for application, by_reviewer in totals.items()
        if by_reviewer
    }


def _mean(values: Iterable[Fraction]) -> Fraction:
    found = list(values)
    return sum(found, Fraction(0)) / len(found)
