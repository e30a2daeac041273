"""Which lines change with a move of ceilings, which keys a line below another may have, whose hands are two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dih.budget.rules import Change, Hands, Line, flow, held, keys_below, preview, second_needed, tree, with_all_below
from dih.budget.vocabulary import Dimension
from dih.shared.errors import BrokenRule

PARENTS = {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: 3}
"""1 is the envelope; 2 and 3 below it; 4 and 5 below 2; 6 below 3."""


def line(number, ceiling=1_000, allocated=0, reserved=0, spent=0):
    name = {"ro": "L", "en": "L"}
    return Line(
        number, f"L{number}", name, PARENTS[number], None, None, None, None, ceiling, allocated, reserved, spent
    )


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (1, 2, {1: Change(0, 9), 2: Change(9, 0)}),
        (2, 1, {1: Change(0, -9), 2: Change(-9, 0)}),
        (None, 1, {1: Change(9, 0)}),
        (1, None, {1: Change(-9, 0)}),
        (4, 5, {4: Change(-9, 0), 5: Change(9, 0)}),
        (4, 6, {4: Change(-9, 0), 2: Change(-9, -9), 3: Change(9, 9), 6: Change(9, 0)}),
        (1, 6, {1: Change(0, 9), 3: Change(9, 9), 6: Change(9, 0)}),
        (None, 6, {1: Change(9, 9), 3: Change(9, 9), 6: Change(9, 0)}),
    ],
)
def test_every_line_on_the_way_changes(source, target, expected):
    assert flow(PARENTS, source, target, 9) == expected


@given(st.sampled_from([None, *PARENTS]), st.sampled_from([None, *PARENTS]), st.integers(1, 10**9))
def test_a_parent_has_allocated_what_its_children_hold(source, target, cents):
    changes = flow(PARENTS, source, target, cents)
    for number in PARENTS:
        below = sum(changes.get(child, Change()).ceiling for child, parent in PARENTS.items() if parent == number)
        assert changes.get(number, Change()).allocated == below
    outside = (source is None) - (target is None)
    assert changes.get(1, Change()).ceiling == outside * cents


def test_the_preview_refuses_what_the_ledger_would():
    lines = [line(1, 2_000, 1_000), line(2), line(3, 0)]
    shown = preview(lines, 1, 2, 1_000)
    assert [(one.before.free_cents, one.after.free_cents) for one in shown] == [(1_000, 0), (1_000, 2_000)]
    with pytest.raises(BrokenRule, match=r"10\.00 free, EUR 0\.01 less"):
        preview(lines, 1, 2, 1_001)
    held = [line(1, 2_000, 1_000), line(2, reserved=600, spent=300), line(3, 0)]
    with pytest.raises(
        BrokenRule, match=r"cannot give EUR 1\.01.*EUR 6\.00 reserved and EUR 3\.00 spent.*EUR 1\.00 can go"
    ):
        preview(held, 2, 1, 101)
    with pytest.raises(BrokenRule, match="cannot bear this move"):
        preview([line(1, 2_000, 1_000), line(2, reserved=1, spent=1), line(4, 0)], 1, 4, 1)


def test_a_line_with_money_of_its_own_gives_and_takes_what_is_free():
    held = [line(1, 2_000, 1_000), line(2, reserved=600, spent=300)]
    assert [one.after.ceiling_cents for one in preview(held, 2, 1, 100)] == [2_000, 900]
    assert [one.after.ceiling_cents for one in preview(held, 1, 2, 100)] == [2_000, 1_100]


NOTHING = {"target_group": None, "category": None, "partner_id": None}


def test_a_line_below_has_its_parents_keys_and_one_more():
    below = keys_below({**NOTHING, "target_group": "sme"}, Dimension.CATEGORY, {"category": "skills"})
    assert below == {"target_group": "sme", "category": "skills", "partner_id": None}
    assert keys_below(NOTHING, None, {"partner_id": 3})["partner_id"] == 3


@pytest.mark.parametrize(
    ("parent", "divides_by", "own"),
    [
        ({}, None, {}),
        ({}, None, {"category": "skills", "target_group": "sme"}),
        ({}, Dimension.CATEGORY, {"target_group": "sme"}),
        ({"target_group": "sme"}, None, {"target_group": "public", "category": "skills"}),
        ({"target_group": "sme"}, None, {"target_group": "sme"}),
    ],
)
def test_anything_but_one_dimension_is_refused(parent, divides_by, own):
    with pytest.raises(BrokenRule, match="one dimension") as refused:
        keys_below({**NOTHING, **parent}, divides_by, own)
    assert [problem.field for problem in refused.value.problems] == ["part"]


def test_four_eyes_are_two_people():
    assert Hands(1).touch(Hands(1))
    assert Hands(1).touch(Hands(2, deputy_for=1))
    assert Hands(3, deputy_for=1).touch(Hands(2, deputy_for=1))
    assert not Hands(1).touch(Hands(2, deputy_for=3))
    assert [second_needed(100_000, 1_000), second_needed(100_001, 1_000), second_needed(10**12, 0)] == [
        False,
        True,
        False,
    ]


def test_the_tree_and_what_is_below():
    lines = [line(number) for number in (1, 2, 3, 4, 5, 6)]
    assert [(one.id, depth) for one, depth in tree(lines)] == [(1, 0), (2, 1), (4, 2), (5, 2), (3, 1), (6, 2)]
    assert with_all_below(lines, 2) == {2, 4, 5}


def test_a_line_holds_what_the_lines_below_it_hold():
    lines = [line(number, 1_000, 0, number, 10 * number) for number in (4, 5, 6)]
    found = held([line(1), line(2), line(3), *lines])
    assert [(found[one].reserved_cents, found[one].spent_cents) for one in (1, 2, 3, 4)] == [
        (15, 150),
        (9, 90),
        (6, 60),
        (4, 40),
    ]
    assert found[1].used_cents == 165
