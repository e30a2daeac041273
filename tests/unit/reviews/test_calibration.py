"""Reviewer effects: taken out, shrunk, the same in any order; and phases and bids."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from dih.applications.vocabulary import ApplicationStatus
from dih.reviews.rules.affinity import TOP, Competence, Subject, affinity
from dih.reviews.rules.calibration import SHRINK, calibrated, effects
from dih.reviews.rules.phases import phase_of
from dih.reviews.vocabulary import Bid, Phase, ReviewStatus

LENIENT = {number: {1: Fraction(90), 2: Fraction(70)} for number in range(12)}


def test_an_effect_is_the_mean_distance_from_the_others_shrunk() -> None:
    assert effects(LENIENT) == {1: Fraction(20 * 12, 12 + SHRINK), 2: Fraction(-20 * 12, 12 + SHRINK)}
    assert effects({1: {7: Fraction(80)}}) == {7: Fraction(0)}
    assert calibrated({1: {7: Fraction(80)}, 2: {}}) == {1: Fraction(80)}


def test_who_had_the_severe_reviewer_rises_and_who_had_the_lenient_one_falls() -> None:
    totals = {**LENIENT, 100: {1: Fraction(80), 3: Fraction(80)}, 101: {2: Fraction(80), 4: Fraction(80)}}
    fair = calibrated(totals)
    assert fair[100] < 80 < fair[101]


def test_the_calibrated_mean_does_not_depend_on_any_order() -> None:
    chance = random.Random(4)
    for _case in range(200):
        totals = {
            one: {who: Fraction(chance.randrange(101)) for who in chance.sample(range(8), chance.randrange(4))}
            for one in range(9)
        }
        keys = chance.sample(list(totals), len(totals))
        mixed = {one: dict(chance.sample(list(totals[one].items()), len(totals[one]))) for one in keys}
        assert calibrated(mixed) == calibrated(totals)


def test_equally_strict_reviewers_change_nothing() -> None:
    totals = {one: {who: Fraction(60 + one) for who in (1, 2, 3)} for one in range(5)}
    assert calibrated(totals) == {one: Fraction(60 + one) for one in range(5)}


@pytest.mark.parametrize(
    ("review", "application", "closed", "phase"),
    [
        (ReviewStatus.IN_PROGRESS, ApplicationStatus.IN_REVIEW, False, Phase.INDIVIDUAL),
        (ReviewStatus.SUBMITTED, ApplicationStatus.IN_REVIEW, False, Phase.DISCUSSION),
        (ReviewStatus.SUBMITTED, ApplicationStatus.IN_REVIEW, True, Phase.CLOSED),
        (ReviewStatus.SUBMITTED, ApplicationStatus.APPROVED, False, Phase.CLOSED),
    ],
)
def test_phases(review: ReviewStatus, application: ApplicationStatus, closed: bool, phase: Phase) -> None:
    assert phase_of(review, application, closed) is phase


def test_a_bid_moves_the_fit_within_its_limits() -> None:
    nothing, all_of_it = Subject("retail"), Subject("retail", ["a"], ["t"])
    known = Competence(["retail"], ["a"], ["t"])
    assert affinity(nothing, Competence(languages=()), Bid.RATHER_NOT) == 1
    assert affinity(all_of_it, known, Bid.WANT) == TOP
    assert affinity(nothing, known, Bid.RATHER_NOT) < affinity(nothing, known) < affinity(nothing, known, Bid.WANT)
