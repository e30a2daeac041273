"""A voucher from the offer to its end: every edge, who may take it, who was faster, and the money at each step."""

import datetime as dt

import pytest
from sqlalchemy import select

from dih.applications.models import Application
from dih.budget import queries, verification
from dih.extensions.database import db
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule, Forbidden, Stale
from dih.shared.models import AuditRecord, OutboxItem
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import jobs, operations
from dih.vouchers import queries as vouchers
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus
from tests.support.hub import Hub, audited

S = VoucherStatus
WORTH = 133_333
REASON = "Because."


@pytest.fixture
def hub(context, now):
    return Hub(now)


@pytest.fixture
def paying(context, now):
    return Hub(now, own_percent=10)


def line():
    return next(one for one in queries.lines() if one.code == "SME")


def money():
    return line().reserved_cents, line().spent_cents


def fresh(voucher):
    return db.session.get_one(Voucher, voucher.id, populate_existing=True)


def mails():
    return [item.payload["subject"] for item in db.session.scalars(select(OutboxItem).order_by(OutboxItem.id))]


def run(verb, *arguments):
    with unit_of_work():
        return verb(*arguments)


def pay(voucher, now):
    operations.paid(*operations.load(voucher.uuid, SYSTEM, now), now)


def test_an_approval_offers_a_voucher_and_reserves_its_part_of_the_envelope(hub):
    voucher = hub.offered()
    assert (voucher.status, voucher.value_cents, voucher.partner_id) == (S.OFFERED, WORTH, hub.lead)
    assert voucher.eu_cents + voucher.national_cents == WORTH
    assert voucher.beneficiary_cents == 0
    assert (voucher.accept_by, voucher.valid_until) == (dt.date(2026, 12, 8), dt.date(2027, 5, 22))
    assert money() == (WORTH, 0)
    assert audited("voucher") == ["voucher_issued"]
    assert verification.differences() == []


def test_the_beneficiarys_share_is_never_reserved(paying):
    voucher = paying.offered()
    assert voucher.beneficiary_cents == 13_333
    assert voucher.eu_cents + voucher.national_cents + voucher.beneficiary_cents == WORTH
    assert money() == (WORTH - 13_333, 0)


def test_accepted_without_a_share_it_is_active(hub):
    voucher = hub.active()
    assert fresh(voucher).status is S.ACTIVE
    assert fresh(voucher).accepted_by == hub.actor("owner").person_id
    assert audited("voucher") == ["voucher_issued", "voucher_accept", "voucher_activate"]
    assert money() == (WORTH, 0)


def test_accepted_with_a_share_it_awaits_the_payment(paying):
    voucher = paying.active()
    assert fresh(voucher).status is S.AWAITING_PAYMENT
    run(pay, voucher, paying.now)
    assert fresh(voucher).status is S.ACTIVE
    assert audited("voucher")[1:] == ["voucher_accept", "voucher_await_payment", "voucher_pay"]
    with pytest.raises(Stale):
        run(pay, voucher, paying.now)


def test_the_last_day_to_accept_is_a_whole_day_in_bucharest(hub):
    voucher = hub.offered()
    late = dt.datetime(2026, 12, 8, 22, 0, tzinfo=dt.UTC)
    with pytest.raises(BrokenRule, match="ended on"):
        run(operations.accept, voucher.uuid, hub.actor("owner"), late)
    run(operations.accept, voucher.uuid, hub.actor("owner"), late - dt.timedelta(seconds=1))
    assert fresh(voucher).status is S.ACTIVE


def test_refused_its_money_is_free(hub):
    voucher = hub.offered()
    run(operations.refuse, voucher.uuid, "", hub.actor("owner"), hub.now)
    assert (fresh(voucher).status, money()) == (S.CANCELLED, (0, 0))
    assert db.session.get_one(Application, voucher.application_id).closed_at == hub.now
    record = db.session.scalars(select(AuditRecord).where(AuditRecord.action == "voucher_refuse")).one()
    assert (record.before, record.after) == (
        {"status": "offered"},
        {"status": "cancelled", "released_cents": WORTH},
    )
    assert verification.differences() == []
    assert any("s-a încheiat" in subject or "ended" in subject for subject in mails()), "the partner is told"


@pytest.mark.parametrize("state", ["offered", "active", "in_delivery", "disputed"])
def test_cancelled_whatever_is_reserved_is_free(hub, state):
    voucher = getattr(hub, state)()
    with pytest.raises(BrokenRule, match="reason"):
        run(operations.cancel, voucher.uuid, "  ", hub.actor("manager"), hub.now)
    assert money() == (WORTH, 0)
    run(operations.cancel, voucher.uuid, REASON, hub.actor("manager"), hub.now)
    assert (fresh(voucher).status, fresh(voucher).ended_reason, money()) == (S.CANCELLED, REASON, (0, 0))
    assert audited("voucher").count("voucher_cancel") == 1
    with pytest.raises(Stale):
        run(operations.cancel, voucher.uuid, REASON, hub.actor("manager"), hub.now)
    assert verification.differences() == []


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}".lower(), "plain"])
def test_redeemed_by_its_code_as_people_type_it(hub, typed):
    voucher = hub.active()
    code = voucher.code.lower().replace("-", " ") if typed == "plain" else typed.format(voucher.code)
    redeemed = run(operations.redeem, code, hub.actor("coordinator"), hub.now)
    assert (redeemed.id, fresh(voucher).status) == (voucher.id, S.IN_DELIVERY)
    assert fresh(voucher).redeemed_by == hub.actor("coordinator").person_id
    assert money() == (WORTH, 0)
    with pytest.raises(BrokenRule, match="already"):
        run(operations.redeem, voucher.code, hub.actor("coordinator"), hub.now)
    assert audited("voucher").count("voucher_redeem") == 1


@pytest.mark.parametrize(
    ("code", "words"), [("", "DIH and twelve"), ("DIH-1", "DIH and twelve"), ("DIH-2222-2222-2222", "No voucher")]
)
def test_what_is_no_code_of_a_voucher_is_refused(hub, code, words):
    hub.active()
    with pytest.raises(BrokenRule, match=words):
        run(operations.redeem, code, hub.actor("coordinator"), hub.now)


def test_another_partner_learns_nothing_of_a_code(hub):
    voucher = hub.active()
    for who in ("other_coordinator", "manager", "owner"):
        with pytest.raises(BrokenRule, match="No voucher of yours"):
            run(operations.redeem, voucher.code, hub.actor(who), hub.now)


def test_a_deliverer_does_not_redeem(hub):
    voucher = hub.active()
    with pytest.raises(Forbidden):
        run(operations.redeem, voucher.code, hub.actor("deliverer"), hub.now)


def test_not_redeemed_before_it_is_active_nor_after_its_last_day(paying):
    offered = paying.offered()
    with pytest.raises(BrokenRule, match="not accepted"):
        run(operations.redeem, offered.code, paying.actor("coordinator"), paying.now)
    run(operations.accept, offered.uuid, paying.actor("owner"), paying.now)
    with pytest.raises(BrokenRule, match="share has not come in"):
        run(operations.redeem, offered.code, paying.actor("coordinator"), paying.now)
    run(pay, offered, paying.now)
    with pytest.raises(BrokenRule, match="valid until"):
        run(operations.redeem, offered.code, paying.actor("coordinator"), paying.now + dt.timedelta(days=200))


@pytest.mark.parametrize("state", ["offered", "active"])
def test_it_lapses_after_its_day_and_its_money_is_free(hub, state):
    voucher = getattr(hub, state)()
    day = voucher.accept_by if state == "offered" else voucher.valid_until
    last = dt.datetime.combine(day, dt.time(12), dt.UTC)
    jobs.lapse(last)
    assert fresh(voucher).status is not S.LAPSED
    for _ in range(2):
        jobs.lapse(last + dt.timedelta(days=1))
    assert (fresh(voucher).status, money()) == (S.LAPSED, (0, 0))
    assert audited("voucher").count("voucher_lapse") == 1
    assert verification.differences() == []


def test_what_awaits_payment_lapses_too(paying):
    voucher = paying.active()
    jobs.lapse(dt.datetime.combine(voucher.valid_until, dt.time(12), dt.UTC) + dt.timedelta(days=1))
    assert (fresh(voucher).status, money()) == (S.LAPSED, (0, 0))


def test_extended_while_the_worker_looked_it_does_not_lapse(hub):
    voucher = hub.offered()
    late = dt.datetime(2026, 12, 9, 12, tzinfo=dt.UTC)
    assert vouchers.due_to_lapse(late.date()) == [voucher.id]
    run(operations.extend, voucher.uuid, dt.date(2026, 12, 20), REASON, hub.actor("manager"), late)
    with pytest.raises(Stale):
        run(operations.lapse, voucher.id, late)


@pytest.mark.parametrize(("state", "column"), [("offered", "accept_by"), ("active", "valid_until")])
def test_the_deadline_that_runs_is_moved(hub, state, column):
    voucher = getattr(hub, state)()
    before = getattr(voucher, column)
    with pytest.raises(BrokenRule, match="after"):
        run(operations.extend, voucher.uuid, before, REASON, hub.actor("manager"), hub.now)
    with pytest.raises(BrokenRule, match="up to"):
        run(operations.extend, voucher.uuid, dt.date(2100, 1, 1), REASON, hub.actor("manager"), hub.now)
    with pytest.raises(BrokenRule, match="reason"):
        run(operations.extend, voucher.uuid, before + dt.timedelta(1), "", hub.actor("manager"), hub.now)
    run(operations.extend, voucher.uuid, before + dt.timedelta(1), REASON, hub.actor("manager"), hub.now)
    assert getattr(fresh(voucher), column) == before + dt.timedelta(1)
    record = db.session.scalars(select(AuditRecord).where(AuditRecord.action == "voucher_extended")).one()
    assert list(record.after) == [column]


def test_a_later_time_to_accept_never_ends_after_the_validity(hub):
    voucher = hub.offered()
    until = voucher.valid_until + dt.timedelta(days=5)
    run(operations.extend, voucher.uuid, until, REASON, hub.actor("manager"), hub.now)
    assert (fresh(voucher).accept_by, fresh(voucher).valid_until) == (until, until)


@pytest.mark.parametrize("state", ["in_delivery", "delivered", "disputed", "confirmed"])
def test_no_deadline_is_moved_where_none_runs(hub, state):
    voucher = getattr(hub, state)()
    with pytest.raises(BrokenRule, match="offered or active"):
        run(operations.extend, voucher.uuid, dt.date(2027, 12, 1), REASON, hub.actor("manager"), hub.now)


def test_reminded_once_of_each_deadline(hub):
    voucher = hub.offered()
    before = len(mails())
    jobs.remind(dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC))
    assert len(mails()) == before
    for day in (1, 2, 8, 9):
        jobs.remind(dt.datetime(2026, 12, day, 12, tzinfo=dt.UTC))
    assert len(mails()) == before + 1
    run(operations.extend, voucher.uuid, dt.date(2026, 12, 15), REASON, hub.actor("manager"), hub.now)
    before = len(mails())
    jobs.remind(dt.datetime(2026, 12, 9, 12, tzinfo=dt.UTC))
    assert len(mails()) == before + 1, "a later deadline is worth a new reminder"
    run(operations.accept, voucher.uuid, hub.actor("owner"), hub.now)
    before = len(mails())
    jobs.remind(dt.datetime(2027, 4, 21, 12, tzinfo=dt.UTC))
    assert len(mails()) == before
    for _ in range(2):
        jobs.remind(dt.datetime(2027, 4, 22, 12, tzinfo=dt.UTC))
    assert len(mails()) == before + 1, "thirty days before the end of the validity"
