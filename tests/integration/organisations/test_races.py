"""Two real processes at the same moment: an organisation is entered once, a stale change overwrites nothing."""

import pytest
from sqlalchemy import func, select

from dih.accounts.models import Membership
from dih.extensions.database import db
from dih.organisations import operations, queries
from dih.organisations.models import Organisation
from dih.organisations.rules import facts
from dih.shared.access import SYSTEM, Actor, Role
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.race import deed, together


@pytest.fixture
def address(databases, make_app):
    """A database of its own, with an application context open on it."""
    made = databases.clone()
    with make_app(made).app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    databases.drop(made)


def test_two_people_enter_one_organisation(address, now, typed):
    with unit_of_work():
        people = [Actor(factories.person(now).id, "Person", Role.GUEST) for _each in range(2)]
    told = together(address, *(deed(operations.enter, facts(typed), [], person, now) for person in people))
    assert sorted(told) == ["AlreadyEntered", "done"]
    assert db.session.scalar(select(func.count(Organisation.id))) == 1
    assert db.session.scalar(select(func.count(Membership.id))) == 1


def test_two_change_the_same_version(address, now, typed):
    with unit_of_work():
        operations.enter(facts(typed), [], SYSTEM, now)
    changes = [facts({**typed, "name": name}) for name in ("Unu SRL", "Doi SRL")]
    told = together(address, *(deed(operations.change, 1, 1, changed, [], SYSTEM, now) for changed in changes))
    assert sorted(told) == ["Stale", "done"]
    found = queries.by_id(1)
    assert found.version == 2
    assert found.facts.name in ("Unu SRL", "Doi SRL")
