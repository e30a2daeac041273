"""What a move keeps: whose it is, for which application, and each of its parts."""

import pytest
from sqlalchemy import select

from dih.budget import ledger, queries, verification
from dih.budget.ledger import Dimensions, Part
from dih.budget.models import BudgetEntry, BudgetMove
from dih.budget.vocabulary import Account
from dih.extensions.database import db
from dih.shared.access import Role
from dih.shared.unit_of_work import unit_of_work
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
