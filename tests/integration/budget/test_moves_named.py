"""What a move keeps: whose it is, for which application, and each of its parts."""

import pytest
from sqlalchemy import select

from dih.budget import ledger, queries, verification
from dih.budget.ledger import Approval, Dimensions, Part
from dih.budget.models import BudgetEntry, BudgetMove
from dih.budget.operations import open_line
from dih.budget.vocabulary import Account, MoveKind
from dih.extensions.database import db
from dih.shared.access import Role
from dih.shared.errors import BrokenRule
from dih.shared.unit_of_work import unit_of_work
from dih.taxonomy.vocabulary import Category, TargetGroup
from tests import factories

VERBS = (ledger.reserve, ledger.spend, ledger.reverse, ledger.release)


@pytest.fixture
def ground(context, now):
    """A leaf of four million euro and the manager who moves its money."""
    with unit_of_work():
        return factories.envelope(now), factories.actor(*factories.member(Role.MANAGER, now))


def test_parts_on_one_line_add_up_and_the_move_says_whose_it_is(ground, now):
    leaf, manager = ground
    parts = [Part(leaf, 70, Dimensions(county="CJ")), Part(leaf, 30, Dimensions(county="BH")), Part(leaf, 0)]
    held = []
    for verb in VERBS:
        with unit_of_work():
            verb(parts, verb.__name__, manager, now, application_id=7)
        line = next(one for one in queries.lines() if one.id == leaf)
        held.append((line.reserved_cents, line.spent_cents))
    assert held == [(100, 0), (0, 100), (100, 0), (0, 0)]
    moves = db.session.scalars(select(BudgetMove).where(BudgetMove.application_id == 7)).all()
    assert {(move.key, move.person_id) for move in moves} == {(verb.__name__, manager.person_id) for verb in VERBS}
    assert verification.differences() == []
    with pytest.raises(ValueError, match="above zero"), unit_of_work():
        ledger.reserve([Part(leaf, -1)], "below", manager, now, application_id=7)


def test_what_is_asked_for_balances_too(ground, now):
    leaf, manager = ground
    with unit_of_work():
        ledger.request([Part(leaf, 50)], "asked", manager, now, application_id=7)
    move = db.session.scalars(select(BudgetMove).where(BudgetMove.key == "asked")).one()
    assert (move.application_id, move.person_id) == (7, manager.person_id)
    entries = db.session.execute(
        select(BudgetEntry.account, BudgetEntry.amount_cents).where(BudgetEntry.move_id == move.id)
    ).all()
    assert {tuple(entry) for entry in entries} == {(Account.REQUESTED, 50), (Account.PIPELINE, -50)}


def test_every_part_keeps_what_it_is_counted_by(ground, now):
    leaf, manager = ground
    group = TargetGroup.PRODUCTION_SME
    with unit_of_work():
        partner = factories.partner(now)
        service = factories.service([partner]).id
        about = Dimensions(service, partner.id, Category.SKILLS, group, "CJ")
        ledger.reserve([Part(leaf, 50, about)], "counted", manager, now, application_id=7)
    names = ("service_id", "partner_id", "category", "target_group", "county", "month")
    kept = select(*(getattr(BudgetEntry, name) for name in names)).join(BudgetMove).where(BudgetMove.key == "counted")
    wanted = (service, about.partner_id, Category.SKILLS, group, "CJ", "2026-11")
    assert {tuple(row) for row in db.session.execute(kept)} == {wanted}


@pytest.fixture
def used(ground, now):
    """The leaf with all but 100 cents used, half of it reserved and half spent."""
    leaf, manager = ground
    ceiling = next(one for one in queries.lines() if one.id == leaf).ceiling_cents
    half = (ceiling - 100) // 2
    for verb, cents in ((ledger.reserve, 2 * half), (ledger.spend, half)):
        with unit_of_work():
            verb([Part(leaf, cents)], verb.__name__, manager, now, application_id=7)
    return leaf, manager, half


@pytest.mark.parametrize("verb", [ledger.release, ledger.spend, ledger.reverse])
def test_a_cent_more_than_is_there_is_refused_in_words(used, now, verb):
    leaf, manager, half = used
    with pytest.raises(BrokenRule, match="cannot bear this move"), unit_of_work():
        verb([Part(leaf, half + 1)], "more", manager, now, application_id=7)
    assert verification.differences() == []


def test_what_is_spent_is_not_free_and_a_used_line_is_not_divided(used, now):
    leaf, manager, _half = used
    with pytest.raises(BrokenRule, match=r"1\.00 free, EUR 0\.01 less"), unit_of_work():
        ledger.reserve([Part(leaf, 101)], "too much", manager, now, application_id=8)
    code = next(one for one in queries.lines() if one.id == leaf).code
    with pytest.raises(BrokenRule, match="cannot be divided any more"), unit_of_work():
        open_line("BELOW", {"ro": "Linie", "en": "Line"}, 50, manager, now, parent_code=code, category=Category.SKILLS)


def test_a_ceiling_moves_by_a_cent_at_least_and_between_two_lines(ground, now):
    leaf, manager = ground
    why = Approval("Because.", manager.person_id, manager.person_id)
    for source, target, cents in ((leaf, None, 0), (leaf, None, -1), (leaf, leaf, 1)):
        with pytest.raises(ValueError, match="more than nothing, between two lines"), unit_of_work():
            ledger.channel(MoveKind.CUT, source, target, cents, "nothing", why, now)
    before = next(one for one in queries.lines() if one.id == leaf).ceiling_cents
    root = next(one for one in queries.lines() if one.parent_id is None).id
    with unit_of_work():
        ledger.channel(MoveKind.CUT, leaf, root if root != leaf else None, 1, "a cent", why, now)
    assert next(one for one in queries.lines() if one.id == leaf).ceiling_cents == before - 1
