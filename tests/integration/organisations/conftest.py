"""An organisation and its people."""

import pytest

from dih.organisations import operations
from dih.organisations.figures import YearFigures
from dih.organisations.rules import facts
from dih.shared.access import SYSTEM, Role
from dih.shared.unit_of_work import unit_of_work
from tests import factories

TYPED = {
    "cui": "99000018",
    "name": "Atelierul de Lemn SRL",
    "legal_nature": "enterprise",
    "economic_activity": "yes",
    "county": "CJ",
    "caen_code": "2562",
    "caen_revision": "3",
    "year": "2025",
    "last_staff": "12",
    "last_turnover": "1.234.567,89",
    "last_balance": "500000",
}


@pytest.fixture
def typed():
    """What an owner types; each test changes its own copy."""
    return dict(TYPED)


@pytest.fixture
def owned(context, now):
    """(organisation's id, owner, the owner's membership)."""
    with unit_of_work():
        figures = [YearFigures(2025, 12, 1_234_567_89, 500_000_00)]
        organisation_id, _none = operations.enter(facts(TYPED), figures, SYSTEM, now)
        owner, membership = factories.member(Role.OWNER, now, scope_id=organisation_id)
    return organisation_id, owner, membership


@pytest.fixture
def guest(context, now):
    """Somebody without any role."""
    with unit_of_work():
        return factories.person(now)


@pytest.fixture
def manager(context, now):
    """(manager, membership)."""
    with unit_of_work():
        return factories.member(Role.MANAGER, now)
