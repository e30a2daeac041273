"""Real processes at the same moment: linked firms never pass the ceiling together, whatever changes beside them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from dih.aid import operations, queries
from dih.aid.earlier import read_link
from dih.aid.models import AidEntry
from dih.aid.queries.grants import HOLDS
from dih.applications.operations import move
from dih.calls.models import CallVersion
from dih.catalogue.models import Service
from dih.decisions import operations as decisions
from dih.extensions.database import db
from dih.organisations import queries as organisations
from dih.shared import clock
from dih.shared.access import SYSTEM
from dih.shared.models import AuditRecord
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.aided import HOLDING, bring, party, small
from tests.support.hub import Hub
from tests.support.race import deed, together

AID, CEILING = 66_666, 220_000_00


@pytest.fixture
def hub(databases, make_app, now):
    """A hub in a database of its own."""
    address = databases.clone()
    app = make_app(address)
    with app.app_context():
        made = Hub(now)
        made.address = address
        yield made
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)


def placed(hub, count):
    """Applications of as many firms, each ready to be decided: (ids of organisations, ids of applications)."""
    found = []
    with unit_of_work():
        version = db.session.get_one(CallVersion, hub.version)
        services = [db.session.get_one(Service, one) for one in hub.services]
        for _ in range(count):
            firm = factories.organisation(hub.now)
            made = factories.application(hub.now, firm, version, services, partner_id=hub.lead)
            for action in ("find_eligible", "place"):
                db.session.refresh(made)
                move(made, action, SYSTEM, hub.now)
            found.append((firm.id, made.id))
    return tuple(zip(*found, strict=True))


def link(number, day):
    return read_link({"number": number, "name": "Holding SRL", "direction": "holds", "link": "board"}, day)


def held_by(hub, firms, number=HOLDING):
    day = clock.day_of(hub.now)
    for firm in firms:
        with unit_of_work():
            operations.state_link(firm, None, link(number, day), hub.actor("manager"), hub.now)
    small(party(number), hub.now)


def counted():
    """All aid that counts, in cents."""
    db.session.rollback()
    return db.session.scalar(select(func.sum(AidEntry.amount_cents)).where(HOLDS))


def in_order():
    """What happened to aid and links, in the order in which the locks let it through."""
    db.session.rollback()
    wanted = select(AuditRecord.action).where(AuditRecord.subject_kind.in_(("aid_grant", "enterprise_link")))
    return list(db.session.scalars(wanted.order_by(AuditRecord.id)))


def approving(hub, applications):
    manager = hub.actor("manager")
    db.session.rollback()
    return [deed(decisions.approve, one, "", manager, hub.now) for one in applications]


def test_two_linked_firms_are_approved_at_once_where_one_fits(hub, now):
    firms, applications = placed(hub, 2)
    held_by(hub, firms)
    bring(party(HOLDING), CEILING - AID, clock.day_of(now), now)
    assert sorted(together(hub.address, *approving(hub, applications))) == ["BrokenRule", "done"]
    assert counted() == CEILING


@pytest.mark.parametrize("beside", ["link", "import"])
def test_what_fills_the_window_comes_in_while_it_is_approved(hub, now, beside):
    (firm,), (application,) = placed(hub, 1)
    if beside == "link":
        with unit_of_work():
            operations.enrol(HOLDING, "Holding SRL", "enterprise", now)
        bring(party(HOLDING), CEILING, clock.day_of(now), now)
        stated = link(HOLDING, clock.day_of(now))
        other = deed(operations.state_link, firm, None, stated, hub.actor("manager"), now)
    else:
        held_by(hub, [firm])
        text = f"number;name;basis;day;amount;currency;authority;reference\n{HOLDING};Holding SRL;gber_28;"
        text += f"{clock.day_of(now)};{CEILING // 100};EUR;Alt hub;A-1\n"
        other = deed(operations.import_csv, text, SYSTEM, now)
    told = together(hub.address, *approving(hub, [application]), other)
    assert told[1] == "done"
    last = in_order()[-2:]
    if told[0] == "done":
        assert last[0] == "aid_reserve", "the approval did not see what was there before it"
    else:
        assert told[0] == "BrokenRule"


@pytest.mark.long
@pytest.mark.timeout(600)
def test_many_firms_of_one_group_while_the_group_grows(hub, now):
    """Eight firms at once, half of them linked with the group only at that moment, on a ceiling with room for three."""
    day, manager = clock.day_of(now), hub.actor("manager")
    for round_ in range(4):
        firms, applications = placed(hub, 8)
        top, side = _group(hub, firms, round_)
        bring(top, CEILING - 3 * AID, day, now)
        join = deed(operations.state_link, firms[4], side.id, link(top.number, day), manager, now)
        told = together(hub.address, *approving(hub, applications), join)
        assert told[-1] == "done"
        assert set(told) <= {"done", "BrokenRule"}
        first = [answer for answer in told[:4] if answer == "done"]
        assert len(first) <= 3
        _never_above(hub, firms, now)


def _group(hub, firms, round_):
    """Four firms below a holding, four below another: (the holding, the other)."""
    numbers = [f"DEHRB{round_}A", f"DEHRB{round_}B"]
    held_by(hub, firms[:4], numbers[0])
    held_by(hub, firms[4:], numbers[1])
    return party(numbers[0]), party(numbers[1])


def _never_above(hub, firms, now):
    """Whoever was let through after the two groups became one fitted under the ceiling with all before."""
    db.session.rollback()
    standing = queries.standing(queries.party_of(organisations.by_id(firms[0])), clock.day_of(now), SYSTEM)
    ids = {row.id for row in standing.rows}
    records = db.session.scalars(
        select(AuditRecord)
        .where(AuditRecord.subject_kind.in_(("aid_grant", "enterprise_link")))
        .order_by(AuditRecord.id)
    ).all()
    joined = max(record.id for record in records if record.action == "link_stated")
    total = 0
    for record in records:
        if record.subject_kind == "aid_grant" and record.subject_id in ids:
            total += record.after["amount_cents"]
            assert record.id < joined or total <= CEILING


def test_one_file_of_another_hub_is_read_twice_at_once(hub, now):
    """Who reads it second finds its grants there, and meets no error of the database."""
    lines = [f"{HOLDING};Holding SRL;gber_28;2025-03-12;{sum_};EUR;Alt hub;A-{sum_}" for sum_ in range(100, 140)]
    text = "\n".join(["number;name;basis;day;amount;currency;authority;reference", *lines])
    again = [deed(operations.import_csv, text, SYSTEM, now)] * 3
    assert together(hub.address, *again) == ["done"] * 3
    db.session.rollback()
    assert len(queries.grants_of([party(HOLDING).id])) == len(lines)
