"""Which partner fits, in which order, and why."""

import dataclasses
import datetime as dt
import itertools
import random

import pytest

from dih.routing.rules import Need, Offer, Refusal, Remark, counts_until, in_words, rank, score, ways
from dih.routing.vocabulary import ReasonKind
from dih.shared.errors import BrokenRule

NEED = Need({1: 4, 2: 6}, "manufacturing", frozenset({"robotics"}), frozenset({"iot"}), "CJ", 90_000)


def offer(partner_id=1, **more):
    values = {
        "partner_id": partner_id,
        "is_lead": False,
        "services": frozenset({1, 2, 3}),
        "sectors": frozenset({"manufacturing"}),
        "areas": frozenset({"robotics"}),
        "technologies": frozenset({"iot"}),
        "counties": frozenset({"CJ"}),
        "free_days": 50,
        "used_permille": 0,
    }
    return Offer(**{**values, **more})


def test_a_partner_at_home_in_everything_has_full_points():
    best = score(NEED, offer())
    assert (best.fits, best.total) == (True, 100)
    assert sum(part.most for part in best.parts) == 100


def test_a_missing_service_or_capacity_does_not_fit():
    assert not score(NEED, offer(services=frozenset({1}))).fits
    assert not score(NEED, offer(free_days=9)).fits
    assert score(NEED, offer(free_days=10)).fits


def test_what_fits_comes_before_what_scores_higher():
    assert [s.partner_id for s in rank(NEED, [offer(1, free_days=9), offer(2, sectors=frozenset())])] == [2, 1]


def test_ties_go_to_the_lower_budget_share_then_the_lower_id():
    ranked = rank(NEED, [offer(3), offer(2), offer(1, used_permille=1)])
    assert [s.partner_id for s in ranked][:2] == [2, 3]
    same = rank(NEED, [offer(2, used_permille=300), offer(1, used_permille=300)])
    assert [s.partner_id for s in same] == [1, 2]


def test_the_order_of_offers_does_not_matter():
    offers = [offer(n, used_permille=n * 7 % 3, free_days=8 + n) for n in range(1, 7)]
    expected = rank(NEED, offers)
    chance = random.Random(4)
    for _ in itertools.repeat(None, 20):
        chance.shuffle(offers)
        assert rank(NEED, offers) == expected


def test_every_part_says_why():
    for part in score(NEED, offer(sectors=frozenset(), free_days=3)).parts:
        assert part.message % part.values


def remark(kind=ReasonKind.NOT_OUR_FIELD, services=(2,), sector="manufacturing", number=1):
    said_on, until = dt.date(2026, 11, 2), dt.date(2027, 2, 1)
    return Remark(number, 1, kind, frozenset(services), sector, said_on, until, "DIH-2026-00007")


def part(found, key):
    return next((one for one in found.parts if one.key == key), None)


@pytest.mark.parametrize(
    ("said", "able", "points"),
    [
        (remark(ReasonKind.NO_CAPACITY, sector="trade"), False, 0),
        (remark(ReasonKind.NO_CAPACITY, services=(9,)), True, None),
        (remark(), False, 0),
        (remark(sector="trade"), True, -20),
        (remark(services=(9,)), True, None),
    ],
)
def test_what_was_said_about_like_needs_excludes_or_lowers_and_names_its_source(said, able, points):
    found = score(NEED, offer(remarks=(said,)))
    assert (found.able, found.fits) == (able, able)
    words = part(found, "remark")
    assert (words and words.points) == points
    assert found.total == 100 + (points or 0)
    if words:
        assert {"DIH-2026-00007", "2026-11-02", "2027-02-01"} <= set(words.values.values())
        assert in_words(words.message, words.values).values["until"] == dt.date(2027, 2, 1)


def test_the_remark_that_excludes_is_the_one_that_is_shown():
    found = score(NEED, offer(remarks=(remark(sector="trade", number=2), remark())))
    assert part(found, "remark").points == 0


def test_a_conflict_of_interest_and_a_used_up_share_exclude():
    against = dataclasses.replace(NEED, against=frozenset({1}))
    assert not score(against, offer()).able
    assert part(score(against, offer()), "conflict")
    assert part(score(against, offer(2)), "conflict") is None
    poor = score(NEED, offer(free_cents=89_999))
    assert (poor.able, poor.fits, part(poor, "balance").points) == (True, False, 0)
    assert score(NEED, offer(free_cents=90_000)).fits


def test_together_only_where_nobody_does_it_alone():
    one, two = offer(1, services=frozenset({1})), offer(2, services=frozenset({2}), free_days=6)
    ranked = rank(NEED, [one, two])
    assert [(one.partner_id, one.helpers, one.fits) for one in ranked] == [(1, ((2, 2),), True), (2, ((1, 1),), True)]
    assert not any(found.fits for found in rank(NEED, [one, offer(2, services=frozenset({2}), free_days=5)]))
    assert [found.helpers for found in rank(NEED, [one, two, offer(3)])] == [(), (), ()]
    barred = offer(3, remarks=(remark(),))
    assert rank(NEED, [one, two, barred])[0].helpers == ((2, 2),), "who is not asked does not count as able alone"
    assert not any(found.able for found in rank(NEED, [one, barred]))


def test_teams_have_as_few_helpers_as_can_be():
    need = Need({1: 1, 2: 1, 3: 1}, "x", frozenset(), frozenset(), "CJ")
    offers = [offer(1, services=frozenset({1})), *(offer(n, services=frozenset({2, 3})) for n in (2, 3))]
    teams = [found.helpers for found in ways(need, offers)[1]]
    assert teams[:2] == [((2, 2), (3, 2)), ((2, 3), (3, 3))]


@pytest.mark.parametrize(
    ("refusal", "until"),
    [
        (Refusal(), None),
        (Refusal(ReasonKind.NOT_OUR_FIELD), dt.date(2027, 11, 22)),
        (Refusal(ReasonKind.NO_CAPACITY, dt.date(2026, 11, 23)), dt.date(2026, 11, 23)),
    ],
)
def test_until_when_a_refusal_counts(refusal, until):
    assert counts_until(refusal, dt.date(2026, 11, 22)) == until


@pytest.mark.parametrize("until", [None, dt.date(2026, 11, 22), dt.date(2027, 11, 24)])
def test_a_lack_of_capacity_needs_a_day_to_come(until):
    with pytest.raises(BrokenRule):
        counts_until(Refusal(ReasonKind.NO_CAPACITY, until), dt.date(2026, 11, 22))
