"""The planner against enumeration, its hard rules, its order and its explanations."""

import itertools
import random

import ortools.sat.python.cp_model  # noqa: F401 - loaded here, so that no test pays for it
import pytest

from dih.routing.planner.explain import moves, others
from dih.routing.planner.problem import Case, Option, Room, problem, with_moves
from dih.routing.planner.solve import solve
from dih.routing.planner.value import POINT, by_quarter, gain, lacks, load_of, value_of

SEEDS = range(48)


def instance(seed, cases=4, partners=3, spare=1.0):
    """Few partners with little room: teams, shares of the budget, accepted cases and ones that nobody has."""
    chance = random.Random(seed)
    made, total = [], 0
    for number in range(cases):
        options = []
        for partner in chance.sample(range(partners), chance.randint(1, partners)):
            days = {partner: chance.randint(1, 9)}
            helpers = ()
            if chance.random() < 0.3:
                helper = chance.choice([p for p in range(partners) if p != partner])
                helpers, days[helper] = ((9, helper),), chance.randint(1, 5)
            cents = chance.randint(1, 9)
            options.append(Option(partner, helpers, chance.randint(0, 70), tuple(sorted(days.items())), cents))
        total += max(sum(dict(option.days).values()) for option in options)
        today = chance.choice([None, *range(len(options))])
        made.append(Case(number, tuple(options), today, today is not None and chance.random() < 0.4))
    each = int(total * spare) // partners
    rooms = [
        Room(p, (each // 2, each - each // 2), chance.randint(0, 3), chance.choice([None, chance.randint(3, 25)]))
        for p in range(partners)
    ]
    return problem(made, rooms)


def every(found, pinned=frozenset()):
    ways = [[case.today] if case.id in pinned else [None, *range(len(case.options))] for case in found.cases]
    return list(itertools.product(*ways))


def allowed(found, choice, pinned):
    """Hard rules, counted by themselves: what is pinned may lie above a partner's room, nothing else is added to it."""
    for room in found.rooms:
        kept = [c.options[p] for c, p in zip(found.cases, choice, strict=True) if p is not None and c.id in pinned]
        free = [c.options[p] for c, p in zip(found.cases, choice, strict=True) if p is not None and c.id not in pinned]
        used = sum(dict(o.days).get(room.partner, 0) for o in kept)
        more = sum(dict(o.days).get(room.partner, 0) for o in free)
        if more > max(max(sum(room.stated) - room.taken, 0) - used, 0):
            return False
        if room.cents is not None:
            used, more = (sum(o.cents for o in part if o.partner == room.partner) for part in (kept, free))
            if more > max(room.cents - used, 0):
                return False
    return True


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_is_the_best_of_all(seed):
    found = instance(seed, spare=(0.4, 0.8, 1.5)[seed % 3])
    pinned = frozenset(case.id for case in found.cases if case.accepted) if seed % 2 else frozenset()
    plan = solve(found, pinned)
    best = max(value_of(found, c).total for c in every(found, pinned) if allowed(found, c, pinned))
    assert (plan.value.total, plan.gap) == (best, 0)
    assert allowed(found, plan.choice, pinned)
    assert all(plan.choice[i] == c.today for i, c in enumerate(found.cases) if c.id in pinned)


@pytest.mark.parametrize("seed", range(4))
def test_larger_plans_keep_the_hard_rules_and_any_order_gives_the_same(seed):
    found = instance(seed, cases=14, partners=4, spare=0.8)
    plan = solve(found)
    assert allowed(found, plan.choice, frozenset())
    assert plan.gap == 0
    assert plan.bound == plan.value.total
    chance = random.Random(seed)
    cases = [
        Case(c.id, tuple(order), None if c.today is None else order.index(c.options[c.today]), c.accepted)
        for c in chance.sample(found.cases, len(found.cases))
        for order in [chance.sample(c.options, len(c.options))]
    ]
    again = problem(cases, chance.sample(found.rooms, len(found.rooms)))
    assert again.digest == found.digest
    solve.cache_clear()
    assert solve(again).choice == plan.choice


def test_a_limit_that_is_too_short_states_the_gap():
    found = instance(1, cases=14, partners=4, spare=0.8)
    best, cut = solve(found), solve(found, limit=1e-9)
    assert cut.bound >= best.value.total >= cut.value.total
    assert cut.gap == cut.bound - cut.value.total


@pytest.mark.parametrize("seed", SEEDS)
def test_a_move_gains_what_the_value_says(seed):
    found = instance(seed)
    chance = random.Random(seed)
    choice = tuple(chance.choice([None, *range(len(case.options))]) for case in found.cases)
    load = load_of(found, choice)
    for index, case in enumerate(found.cases):
        for place in (None, *range(len(case.options))):
            moved = (*choice[:index], place, *choice[index + 1 :])
            won = value_of(found, moved).total - value_of(found, choice).total
            assert gain(found, load, case, choice[index], place) == won
    for move in moves(found, choice):
        index = found.cases.index(move.case)
        back = value_of(found, (*choice[:index], move.case.today, *choice[index + 1 :]))
        now = value_of(found, choice)
        assert move.fit == now.fit - back.fit
        assert (move.relief, move.change) == (back.crowding - now.crowding, now.change - back.change)


def options(*fits, days=10):
    return tuple(Option(partner, (), fit, ((partner, days),), 100) for partner, fit in enumerate(fits))


def test_why_not_elsewhere_names_the_loss_and_what_is_lacking():
    found = problem(
        [Case(1, options(70, 60, 40), today=2), Case(2, options(70, 20, 40), today=0)],
        [Room(0, (10, 0)), Room(1, (20, 20)), Room(2, (5, 5), cents=250)],
    )
    plan = solve(found)
    assert plan.choice == (1, 0)
    (move,) = moves(found, plan.choice)
    assert (move.case.id, move.fit, move.change) == (1, 20 * POINT, 5 * POINT)
    back, full = move.others
    assert (back.place, back.lacks) == (2, ())
    assert back.loss == move.gain
    assert [(lack.partner, lack.days, lack.cents) for lack in full.lacks] == [(0, 10, 0)]
    assert others(found, plan.choice, found.cases[1], 0)[0].place == 2


def test_little_gain_moves_nothing_and_what_was_accepted_stays_longer():
    rooms = [Room(0, (100, 100)), Room(1, (100, 100))]
    for fits, accepted, expected in (
        ((60, 64), False, 0),
        ((60, 66), False, 1),
        ((60, 74), True, 0),
        ((60, 76), True, 1),
    ):
        found = problem([Case(1, options(*fits), today=0, accepted=accepted)], rooms)
        assert solve(found).choice == (expected,), (fits, accepted)


def test_full_partners_are_spared():
    rooms = [Room(0, (50, 50)), Room(1, (50, 50))]
    cases = [Case(number, options(50, 48)) for number in range(10)]
    carried = load_of(problem(cases, rooms), solve(problem(cases, rooms)).choice).days
    assert sorted(carried.values()) == [40, 60]


def test_more_days_next_quarter_change_the_plan():
    found = problem([Case(1, options(70, 40))], [Room(0, (5, 0)), Room(1, (50, 50))])
    assert solve(found).choice == (1,)
    assert solve(found.with_more_days(0, 1, 5)).choice == (0,)
    assert found.with_more_days(0, 0, -9).rooms[0].stated == (0, 0)


def test_moves_by_hand_and_what_they_break():
    found = problem([Case(7, options(70, 40), today=1)], [Room(0, (5, 0)), Room(1, (5, 0))])
    assert lacks(found, found.today) == [], "what is so today is not held against the plan"
    assert [lack.partner for lack in lacks(found, with_moves(found.today, found, {7: 0}))] == [0]
    assert with_moves(found.today, found, {7: 9, 8: 0}) == found.today


def test_days_fill_the_earliest_quarter_first():
    room = Room(0, (10, 10))
    assert [by_quarter(room, days) for days in (0, 7, 15, 24)] == [[0, 0], [7, 0], [10, 5], [10, 14]]


def test_what_names_nothing_is_refused():
    with pytest.raises(ValueError, match="twice"):
        problem([Case(1, ()), Case(1, ())], [])
    with pytest.raises(ValueError, match="without room"):
        problem([Case(1, options(1))], [])
