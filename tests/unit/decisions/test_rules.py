"""Where the money ends, what the votes carry, until when one may appeal, who may sit in a meeting."""

import datetime as dt

import pytest

from dih.decisions import rules
from dih.decisions.rules import Asked, Member, money_line
from dih.decisions.vocabulary import Voice
from dih.shared.errors import BrokenRule
from tests.support.small_call import small_call


def test_the_line_is_drawn_in_order():
    asked = [Asked(1, {10: 60}), Asked(2, {10: 40}), Asked(3, {10: 1})]
    assert money_line(asked, {10: 100}) == {1, 2}


def test_one_that_does_not_fit_is_passed_over():
    asked = [Asked(1, {10: 60}), Asked(2, {10: 50}), Asked(3, {10: 40})]
    assert money_line(asked, {10: 100}) == {1, 3}


def test_every_line_must_reach():
    asked = [Asked(1, {10: 60, 20: 5}), Asked(2, {10: 60})]
    assert money_line(asked, {10: 100, 20: 4}) == {2}


def test_another_amount_is_divided_like_the_first_to_the_cent():
    assert rules.in_proportion({10: 100, 20: 200}, 100) == {10: 33, 20: 67}
    assert rules.in_proportion({10: 0}, 100) == {10: 0}
    for cents in range(50):
        parts = rules.in_proportion({1: 7, 2: 11, 3: 13}, cents)
        assert sum(parts.values()) == cents
        assert all(part >= 0 for part in parts.values())


def test_what_those_reached_leave():
    asked = [Asked(1, {10: 60}), Asked(2, {10: 50})]
    assert rules.left_over(asked, {1}, {10: 100, 20: 5}) == {10: 40, 20: 5}


A, B, OUT = Member(1, "A", False), Member(2, "B", False), Member(3, "C", True)


def test_without_votes_everybody_able_took_part_and_who_is_in_conflict_is_out():
    assert rules.voices([A, OUT], None) == {1: Voice.TOOK_PART, 3: Voice.OUT}
    with pytest.raises(BrokenRule, match="Everybody present"):
        rules.voices([OUT], None)


@pytest.mark.parametrize(
    ("first", "second", "carried"),
    [
        (Voice.FOR, Voice.FOR, True),
        (Voice.FOR, Voice.ABSTAINED, True),
        (Voice.FOR, Voice.AGAINST, False),
        (Voice.ABSTAINED, Voice.ABSTAINED, False),
        (Voice.FOR, None, False),
        (Voice.FOR, Voice.TOOK_PART, False),
    ],
)
def test_more_votes_for_than_against_carry_a_decision(first, second, carried):
    votes = {1: first, 2: second, 3: Voice.FOR}
    if carried:
        assert rules.voices([A, B, OUT], votes) == {1: first, 2: second, 3: Voice.OUT}
    else:
        with pytest.raises(BrokenRule):
            rules.voices([A, B, OUT], votes)


def test_the_vote_of_who_is_out_carries_nothing():
    with pytest.raises(BrokenRule, match="0 for, 0 against"):
        rules.voices([A, OUT], {1: Voice.ABSTAINED, 3: Voice.FOR})


def test_the_last_day_of_an_appeal():
    day = dt.date(2026, 11, 23)
    days = small_call().days
    assert days.appeal_until(day) == dt.date(2026, 11, 30)
    assert days.model_copy(update={"appeal_days": 0}).appeal_until(day) is None


@pytest.mark.parametrize(
    ("present", "chair", "fields"),
    [
        ((1, 2), 1, []),
        ((), None, ["present", "chair"]),
        ((1, 9), 1, ["present"]),
        ((1, 2), 2, ["chair"]),
        ((2,), 1, ["chair"]),
    ],
)
def test_who_may_sit_and_who_may_lead(present, chair, fields):
    if not fields:
        rules.check_present(present, chair, staff=[1, 2], leads=[1])
        return
    with pytest.raises(BrokenRule) as refused:
        rules.check_present(present, chair, staff=[1, 2], leads=[1])
    assert [problem.field for problem in refused.value.problems] == fields
