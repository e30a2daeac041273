"""What a coordinator states about the partner, and who may not."""

import pytest
from sqlalchemy import func, select

from dih.extensions.database import db
from dih.partners import operations, queries
from dih.partners.models import Specialism
from dih.partners.rules import Quarter
from dih.partners.vocabulary import SpecialismKind
from dih.shared.access import Role
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.models import AuditRecord
from dih.shared.unit_of_work import unit_of_work
from tests import factories

NEXT = Quarter(2027, 1)


@pytest.fixture
def partner(context, now):
    with unit_of_work():
        return factories.partner(now).id


@pytest.fixture
def act(partner, now):
    """The Actor of a role at the partner, or at another one."""

    def made(role, elsewhere=False):
        with unit_of_work():
            scope = factories.partner(now).id if elsewhere else partner
            return factories.actor(*factories.member(role, now, scope))

    return made


def records():
    return db.session.scalar(select(func.count()).select_from(AuditRecord))


def test_capacity_is_stated_for_new_and_known_quarters(partner, act, now):
    later = Quarter(2030, 2)
    actor = act(Role.COORDINATOR)
    with unit_of_work():
        operations.set_capacity(partner, {NEXT: 5, later: 7}, actor, now)
    stated = queries.profile(partner).capacity
    assert (stated[NEXT], stated[later]) == (5, 7)
    assert records() == 1
    with unit_of_work():
        operations.set_capacity(partner, {NEXT: 5}, actor, now)
    assert records() == 1, "what does not change leaves no record"


def test_specialisms_of_all_kinds_are_replaced(partner, act, now):
    wanted = {
        SpecialismKind.SECTOR: [],
        SpecialismKind.AREA: ["cybersecurity"],
        SpecialismKind.TECHNOLOGY: [],
        SpecialismKind.COUNTY: ["BH"],
    }
    actor = act(Role.COORDINATOR)
    with unit_of_work():
        operations.set_specialisms(partner, wanted, actor, now)
    assert sorted(db.session.scalars(select(Specialism.code))) == ["BH", "cybersecurity"]


@pytest.mark.parametrize("role", [Role.DELIVERER, Role.REVIEWER])
def test_only_a_coordinator_states(partner, act, now, role):
    actor = act(role)
    with pytest.raises(Forbidden), unit_of_work():
        operations.set_capacity(partner, {NEXT: 5}, actor, now)
    with pytest.raises(Forbidden), unit_of_work():
        operations.set_specialisms(partner, {}, actor, now)


def test_only_for_the_own_partner(partner, act, now):
    actor = act(Role.COORDINATOR, elsewhere=True)
    with pytest.raises(NotFound), unit_of_work():
        operations.set_capacity(partner, {NEXT: 5}, actor, now)


@pytest.mark.parametrize("days", [-1, 5001])
def test_an_impossible_capacity_changes_nothing(partner, act, now, days):
    actor = act(Role.COORDINATOR)
    with pytest.raises(BrokenRule), unit_of_work():
        operations.set_capacity(partner, {NEXT: days}, actor, now)
    assert records() == 0


def test_an_unknown_code_changes_nothing(partner, act, now):
    actor = act(Role.COORDINATOR)
    with pytest.raises(BrokenRule), unit_of_work():
        operations.set_specialisms(partner, {SpecialismKind.COUNTY: ["XX"]}, actor, now)
    assert records() == 0


def test_a_partner_is_found_by_its_code(partner):
    found = queries.profile(partner)
    assert queries.profile_by_code(found.partner.code) == found
    assert queries.profile(0) is None
    assert queries.profile_by_code("nobody") is None
    assert queries.choices() == [(partner, {"ro": found.partner.short_name, "en": found.partner.short_name})]
