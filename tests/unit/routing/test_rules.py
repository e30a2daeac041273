"""Which partner fits, in which order, and why."""

import itertools
import random

from dih.routing.rules import Need, Offer, rank, score

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
