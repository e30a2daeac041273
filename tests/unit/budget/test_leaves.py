"""On which leaf a service is reserved, and what a refusal says."""

import pytest

from dih.budget.rules import Line, leaf_for, leaves, refusal, second_needed
from dih.shared.errors import BrokenRule
from dih.taxonomy.vocabulary import Category, TargetGroup

SME, PUBLIC = TargetGroup.PRODUCTION_SME, TargetGroup.PUBLIC_INSTITUTION


def line(number, parent=1, group=None, category=None, partner=None, **balances):
    plain = {"ceiling_cents": 100_00, "allocated_cents": 0, "reserved_cents": 0, "spent_cents": 0}
    name = {"ro": "L", "en": "L"}
    return Line(number, f"L{number}", name, parent, None, group, category, partner, **{**plain, **balances})


ROOT = line(1, parent=None)


@pytest.mark.parametrize(
    ("lines", "chosen"),
    [
        ([line(2), line(3, group=SME)], 3),
        ([line(2, group=SME, category=Category.SKILLS), line(3, group=SME)], 2),
        ([line(2, group=SME), line(3, category=Category.SKILLS)], 2),
        ([line(3, category=Category.SKILLS), line(2, group=SME)], 2),
        ([line(2, partner=7), line(3, partner=8)], 2),
        ([line(2, group=PUBLIC), line(3, category=Category.INVESTMENT), line(4, partner=8), line(5)], 5),
        ([line(2, group=SME), line(3, parent=2, partner=8), line(4, parent=2, partner=7)], 4),
    ],
)
def test_the_most_specific_leaf_that_fits(lines, chosen):
    assert leaf_for([ROOT, *lines], SME, Category.SKILLS, 7).id == chosen


def test_nothing_climbs_by_itself():
    divided = [ROOT, line(2, group=SME), line(3, parent=2, partner=8)]
    assert [leaf.id for leaf in leaves(divided)] == [3]
    with pytest.raises(BrokenRule, match="No budget line pays for “Skills"):
        leaf_for(divided, SME, Category.SKILLS, 7)


@pytest.mark.parametrize(
    ("ceiling", "needed", "words"),
    [
        (0, 41_00, "The budget line L2 has EUR 40.00 free, EUR 1.00 less than needed."),
        (0, 40_00, "The budget line L2 cannot bear this move: it has EUR 20.00 reserved and EUR 30.00 spent."),
        (-41_00, 41_00, "cannot give EUR 41.00: of its EUR 100.00 it has EUR 10.00 allocated, EUR 20.00 reserved"),
        (-40_00, 40_00, "The budget line L2 cannot bear this move: it has EUR 20.00 reserved and EUR 30.00 spent."),
    ],
)
def test_a_refusal_names_the_field_and_the_figures(ceiling, needed, words):
    held = line(2, allocated_cents=10_00, reserved_cents=20_00, spent_cents=30_00)
    refused = refusal(held, ceiling=ceiling, needed=needed)
    assert words in str(refused)
    assert [problem.field for problem in refused.problems] == ["amount"]


def test_the_second_manager_from_the_first_cent_above():
    assert [second_needed(cents, 1) for cents in (100, 101)] == [False, True]
    assert not second_needed(10**9, 0)
