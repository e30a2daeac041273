"""The gate: aid is reserved at approval, granted at acceptance, and refused with figures where it does not fit."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from dih.aid import operations, queries
from dih.aid.earlier import Earlier, read_link
from dih.aid.models import AidEntry, EnterpriseLink
from dih.aid.vocabulary import GrantStatus
from dih.decisions import operations as decisions
from dih.delivery import operations as delivery
from dih.extensions.database import db
from dih.organisations import queries as organisations
from dih.organisations.models import Organisation
from dih.shared import clock
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations as vouchers
from tests.support.aided import HOLDING, bring, linked, party
from tests.support.hub import Hub

AID = 66_666
"""The national half of 1,000.00 and 333.33 euro, each to the cent."""
CEILING = 220_000_00


def standing(organisation_id, day):
    db.session.rollback()
    return queries.standing(queries.party_of(organisations.by_id(organisation_id)), day, SYSTEM)


def window(organisation_id, day):
    return standing(organisation_id, day).of("gber_28")


def words(refused):
    return [str(problem.text) for problem in refused.value.problems]


def test_the_life_of_a_grant(context, now):
    hub, day = Hub(now), clock.day_of(now)
    voucher = hub.offered()
    reserved = window(hub.organisation, day)
    assert (reserved.pending_cents, reserved.granted_cents) == (AID, 0)
    assert reserved.check.free_cents == CEILING - AID
    accepted_on = now + dt.timedelta(days=5)
    with unit_of_work():
        vouchers.accept(voucher.uuid, hub.actor("owner"), accepted_on)
    row = queries.grant_of_application(voucher.application_id)
    assert (row.status, row.day) == (GrantStatus.GRANTED, clock.day_of(accepted_on))
    assert (row.amount_cents, row.reference) == (AID, "DIH-2026-" + row.reference[-5:])
    with unit_of_work():
        vouchers.cancel(voucher.uuid, "The project stopped.", hub.actor("manager"), now + dt.timedelta(days=9))
    row = queries.grant_of_application(voucher.application_id)
    assert (row.status, row.amount_cents) == (GrantStatus.WITHDRAWN, 0)
    assert window(hub.organisation, day).check.free_cents == CEILING
    steps = queries.history([row.id])[row.id]
    assert [(step.status.value, step.amount_cents) for step in steps] == [
        ("pending", AID),
        ("granted", AID),
        ("withdrawn", 0),
    ]


def test_nobody_fills_the_window_of_who_does_not_count_as_one_with_it(context, now):
    hub, day = Hub(now), clock.day_of(now)
    few = {"number": HOLDING, "name": "Alta SRL", "direction": "held", "link": "votes", "percent": "5"}
    with unit_of_work():
        operations.state_link(hub.organisation, None, read_link(few, day), hub.actor("manager"), now)
    earlier = Earlier("gber_28", day, CEILING - 1, "EUR", "Alt hub", "A-1")
    with pytest.raises(NotFound), unit_of_work():
        operations.declare(hub.organisation, party(HOLDING).id, earlier, None, hub.actor("owner"), now)


@pytest.mark.parametrize("end", ["refuse", "lapse"])
def test_an_offer_that_ends_gives_its_aid_back(context, now, end):
    hub = Hub(now)
    voucher = hub.offered()
    with unit_of_work():
        if end == "refuse":
            vouchers.refuse(voucher.uuid, "", hub.actor("owner"), now)
        else:
            vouchers.lapse(voucher.id, now + dt.timedelta(days=20))
    assert queries.grant_of_application(voucher.application_id).status is GrantStatus.WITHDRAWN


def test_the_aid_follows_what_was_confirmed(context, now):
    hub = Hub(now)
    voucher = hub.delivered(50_000, 33_333)
    with unit_of_work():
        delivery.confirm(voucher.uuid, hub.actor("owner"), now)
    row = queries.grant_of_application(voucher.application_id)
    assert (row.status, row.amount_cents) == (GrantStatus.GRANTED, AID - 25_000)


def test_approval_is_refused_with_figures_day_and_the_grants_that_fill_the_window(context, now):
    hub, day = Hub(now), clock.day_of(now)
    application = hub.placed()
    parent = linked(hub, now)
    bring(parent, CEILING - AID + 1, day - dt.timedelta(days=400), now)
    with pytest.raises(BrokenRule) as refused, unit_of_work():
        decisions.approve(application.id, "", hub.actor("manager"), now)
    said = "\n".join(words(refused))
    assert application.reference in said
    assert "EUR 0.01 above the ceiling of EUR 220,000.00" in said
    assert f"{day.replace(year=day.year + 3) - dt.timedelta(days=399)}"[:4] in said
    assert "holds 60 % of the votes" in said
    assert f"granted to Holding SRL ({parent.number})" in said
    db.session.rollback()
    assert queries.grant_of_application(application.id) is None
    assert db.session.get(type(application), application.id).status.value == "placed"


def test_exactly_the_ceiling_is_granted(context, now):
    hub = Hub(now)
    application = hub.placed()
    bring(linked(hub, now), CEILING - AID, clock.day_of(now), now)
    with unit_of_work():
        decisions.approve(application.id, "", hub.actor("manager"), now)
    assert window(hub.organisation, clock.day_of(now)).check.free_cents == 0


def test_the_check_runs_again_at_acceptance(context, now):
    hub, day = Hub(now), clock.day_of(now)
    voucher = hub.offered()
    bring(linked(hub, now), CEILING, day, now)
    with pytest.raises(BrokenRule, match=r"EUR 666\.66 above the ceiling"), unit_of_work():
        vouchers.accept(voucher.uuid, hub.actor("owner"), now)
    assert queries.grant_of_application(voucher.application_id).status is GrantStatus.PENDING


def test_past_the_end_of_the_basis_nothing_is_granted(context, now):
    hub = Hub(now)
    voucher = hub.offered()
    with unit_of_work():
        vouchers.extend(voucher.uuid, dt.date(2027, 3, 1), "More time.", hub.actor("manager"), now)
    with pytest.raises(BrokenRule, match="ended on 2026-12-31"), unit_of_work():
        vouchers.accept(voucher.uuid, hub.actor("owner"), dt.datetime(2027, 1, 1, 8, tzinfo=dt.UTC))


def test_what_an_applicant_states_waits_for_a_manager(context, now):
    hub, day = Hub(now), clock.day_of(now)
    application = hub.placed()
    bring(linked(hub, now, by="owner"), CEILING, day, now)
    assert window(hub.organisation, day).check.counted_cents == 0
    with pytest.raises(BrokenRule, match="has not looked at yet"), unit_of_work():
        decisions.approve(application.id, "", hub.actor("manager"), now)
    stated = queries.stated(hub.organisation)[0]
    with unit_of_work():
        operations.confirm_link(stated.row.id, hub.actor("manager"), now)
    assert window(hub.organisation, day).check.counted_cents == CEILING
    with unit_of_work():
        operations.end_link(stated.row.id, day - dt.timedelta(days=1), hub.actor("manager"), now)
    assert window(hub.organisation, day).check.counted_cents == 0
    with unit_of_work():
        operations.strike_link(stated.row.id, "Another enterprise of the same name.", hub.actor("manager"), now)
    assert not standing(hub.organisation, day).graph.links
    with unit_of_work():
        decisions.approve(application.id, "", hub.actor("manager"), now)


def test_nobody_is_linked_through_a_public_body(context, now):
    hub, day = Hub(now), clock.day_of(now)
    city = linked(hub, now, name="Orașul", kind="public_body")
    with unit_of_work():
        stranger = db.session.get_one(Organisation, hub.actor("stranger").organisation_id)
        fields = {"number": city.number, "name": "Orașul", "kind": "public_body", "direction": "holds"}
        stated = read_link({**fields, "link": "votes", "percent": "100"}, day)
        operations.state_link(stranger.id, None, stated, hub.actor("manager"), now)
    found = standing(hub.organisation, day)
    assert len(found.graph.links) == 1
    assert len(found.windows[0].check.undertaking.members) == 1
    assert found.windows[0].check.undertaking.stops == (city.label,)


def test_the_register_cannot_be_changed_behind_its_back(context, now):
    hub = Hub(now)
    hub.offered()
    for statement in (
        "UPDATE aid_entry SET amount_cents = 1",
        "DELETE FROM aid_entry",
        "UPDATE aid_grant SET minor = 1",
        "DELETE FROM aid_grant",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
    for values in ({"amount_cents": -1}, {"status": "withdrawn", "amount_cents": 5}):
        first = db.session.scalars(select(AidEntry)).first()
        row = {"grant_id": first.grant_id, "number": 2, "status": "granted", "day": first.day, "amount_cents": 0}
        with pytest.raises(DBAPIError):
            db.session.execute(AidEntry.__table__.insert().values({**row, "at": now, "reason": "", **values}))
        db.session.rollback()
    with pytest.raises(DBAPIError):
        db.session.execute(
            EnterpriseLink.__table__.insert().values(holder_id=1, held_id=1, kind="board", note="", stated_at=now)
        )
    db.session.rollback()


def test_money_that_is_no_aid_is_not_registered(context, now):
    hub = Hub(now)
    award = operations.Award(1, hub.organisation, "DIH-2026-00001", "none", 100, 200)
    with unit_of_work():
        operations.reserve(award, hub.actor("manager"), now)
        operations.grant(award, hub.actor("owner"), now)
    assert queries.grant_of_application(1) is None


def test_earlier_aid_needs_a_rate_of_its_day(context, now):
    hub, day = Hub(now), clock.day_of(now)
    earlier = Earlier("de_minimis", day, 100_00, "RON", "Ministry", "1")
    with unit_of_work():
        party = operations.party_of_organisation(hub.organisation, now)
    with pytest.raises(BrokenRule, match="No rate of RON"), unit_of_work():
        operations.bring_in(party, earlier, hub.actor("manager"), now)
