"""Two real processes at the same moment: one wins, the other is told, and the money moves once."""

import datetime as dt

import pytest
from sqlalchemy import select

from dih.budget import queries, verification
from dih.delivery import operations as delivery
from dih.extensions.database import db
from dih.shared.models import AuditRecord
from dih.vouchers import jobs, operations
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus
from tests.support.hub import Hub
from tests.support.race import deed, job, together


@pytest.fixture
def raced(databases, make_app, now):
    """A hub with an offered voucher in a database of its own: (address, hub, voucher)."""
    address = databases.clone()
    app = make_app(address)
    with app.app_context():
        hub = Hub(now)
        yield address, hub, hub.offered()
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)


def held(voucher):
    db.session.rollback()
    line = next(one for one in queries.lines() if one.code == "SME")
    return db.session.get_one(Voucher, voucher.id, populate_existing=True).status, line.reserved_cents


def test_accepted_and_refused_at_once(raced, now):
    address, hub, voucher = raced
    uuid, worth, owner = voucher.uuid, voucher.value_cents, hub.actor("owner")
    db.session.rollback()
    told = together(address, deed(operations.accept, uuid, owner, now), deed(operations.refuse, uuid, "", owner, now))
    assert sorted(told) == ["Stale", "done"]
    assert held(voucher) in ((VoucherStatus.ACTIVE, worth), (VoucherStatus.CANCELLED, 0))
    assert verification.differences() == []


def test_two_workers_lapse_it_once(raced, now):
    address, _hub, voucher = raced
    late = now + dt.timedelta(days=20)
    db.session.rollback()
    assert together(address, job(jobs.lapse, late), job(jobs.lapse, late)) == ["done", "done"]
    assert held(voucher) == (VoucherStatus.LAPSED, 0)
    assert len(db.session.scalars(select(AuditRecord).where(AuditRecord.action == "voucher_lapse")).all()) == 1
    assert verification.differences() == []


def test_a_double_click_accepts_once(raced, now):
    address, hub, voucher = raced
    click = deed(operations.accept, voucher.uuid, hub.actor("owner"), now)
    db.session.rollback()
    assert sorted(together(address, click, click)) == ["Stale", "done"]
    assert held(voucher)[0] is VoucherStatus.ACTIVE


def test_a_confirmation_taken_back_and_the_case_closed_at_once(raced, now):
    address, hub, _offered = raced
    voucher = hub.confirmed(50_000, 33_333)
    uuid, manager = voucher.uuid, hub.actor("manager")
    worth, before = voucher.value_cents, held(voucher)[1]
    db.session.rollback()
    back = deed(delivery.take_back, uuid, "It was the wrong case.", manager, now)
    assert sorted(together(address, back, back, deed(delivery.close, uuid, manager, now))) == ["Stale", "Stale", "done"]
    assert held(voucher) in ((VoucherStatus.DISPUTED, before + worth), (VoucherStatus.CLOSED, before))
    assert verification.differences() == []
