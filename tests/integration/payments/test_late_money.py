"""Money for which there is no need any more: a pro-forma that ends, a transfer after it, a card after the last day."""

import datetime as dt

from sqlalchemy import select

from dih.extensions.database import db
from dih.payments import jobs, operations, queries, statements
from dih.payments.models import Invoice, Payment, Refund, StatementLine
from dih.payments.vocabulary import PaymentStatus
from dih.shared.access import SYSTEM
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus
from tests.support.hub import audited
from tests.support.paying import TOTAL

IBAN = "RO49AAAA1B31007593840000"


def bank(hub, payment, sum_="161,33"):
    content = f"day;amount;currency;iban;details\n2026-11-24;{sum_};EUR;{IBAN};{payment.reference}".encode()
    with unit_of_work():
        operations.import_statement("a.csv", content, statements.read(content), hub.actor("manager"), hub.now)
    return jobs.match_lines(hub.now)


def subjects():
    db.session.rollback()
    return [item.payload["subject"] for item in db.session.scalars(select(OutboxItem).order_by(OutboxItem.id))]


def state(voucher):
    db.session.rollback()
    return db.session.get_one(Voucher, voucher.id, populate_existing=True).status


def test_a_pro_forma_ends_with_the_need_for_it(hub, visit):
    voucher = hub.active()
    payment = hub.transfer(voucher)
    jobs.close_pro_formas(hub.now)
    assert hub.payment(voucher).status is PaymentStatus.OPEN, "it is still to be paid"
    hub.stripe.books.pay(hub.begin(voucher).session_id)
    hub.stripe.deliver(hub.hear)
    assert state(voucher) is VoucherStatus.ACTIVE
    owner, path = visit("owner"), f"/vouchers/{voucher.uuid}/payment"
    assert owner.get(f"{path}/pro-forma.pdf").status_code == 404, "nobody is to pay it, even before the worker came by"
    for _ in range(2):
        jobs.close_pro_formas(hub.now)
    assert db.session.get_one(Payment, payment.id, populate_existing=True).status is PaymentStatus.EXPIRED
    told = [one for one in subjects() if payment.reference in one]
    assert len(told) == 1, "told once"
    assert audited("payment").count("pro_forma_closed") == 1
    assert bank(hub, payment) == 1
    assert (state(voucher), hub.due()) == (VoucherStatus.ACTIVE, {payment.reference: TOTAL})
    assert len(db.session.scalars(select(Invoice)).all()) == 1
    assert [one.iban for one in queries.refunds_due(SYSTEM, hub.now)] == [IBAN], "back to the account it came from"
    assert len([one for one in subjects() if payment.reference in one]) == 2, "and told that it goes back"


def test_a_cancelled_voucher_ends_its_pro_forma(hub, visit):
    voucher = hub.active()
    payment = hub.transfer(voucher)
    with unit_of_work():
        vouchers.cancel(voucher.uuid, "Because.", hub.actor("manager"), hub.now)
    jobs.close_pro_formas(hub.now)
    assert hub.payment(voucher).status is PaymentStatus.EXPIRED
    assert bank(hub, payment, "100") == 0, "another sum is for people"
    line = f"/payments/lines/{db.session.scalars(select(StatementLine.id)).one()}"
    manager = visit("manager")
    manager.get(line)
    assert manager.page.select_one("[name=reference]")["value"] == payment.reference
    assert "de restituit" in manager.page.table.get_text(), "no transfer waits for money: the line names this one"
    assert queries.candidates("", hub.actor("manager"), hub.now) == []
    assert manager.post(line, data={"reference": payment.reference, "note": "Vine târziu"}).status_code == 302
    manager.get("/payments/statements")
    assert "de restituit" in manager.page.table.get_text()
    assert bank(hub, payment) == 1
    assert hub.due() == {payment.reference: TOTAL}


def test_a_pro_forma_whose_day_has_passed_is_followed_by_another(hub):
    voucher = hub.active()
    first = hub.transfer(voucher)
    hub.now = first.expires_at
    assert hub.transfer(voucher).id == first.id, "its last day counts whole"
    hub.now = hub.later(seconds=1)
    second = hub.transfer(voucher)
    assert second.id != first.id
    assert second.expires_at > hub.now
    case = queries.case(voucher.uuid, hub.actor("owner"), hub.now.date() + dt.timedelta(days=1))
    assert (case.transfer.reference, case.payments[1].status) == (second.reference, PaymentStatus.EXPIRED)
    assert bank(hub, first) == 1
    assert state(voucher) is VoucherStatus.ACTIVE, "money for the first one pays all the same"


def test_the_day_of_a_card_payment_is_stripes_though_its_word_comes_after_midnight(hub, moment):
    voucher = hub.active()
    moment.advance(hours=12, minutes=55)
    hub.now = moment()
    payment = hub.begin(voucher)
    hub.stripe.books.pay(payment.session_id)
    moment.advance(minutes=10)
    hub.now = moment()
    hub.stripe.deliver(hub.hear)
    paid = hub.payment(voucher)
    assert (paid.paid_on, paid.paid_at) == (dt.date(2026, 11, 23), hub.now)
    invoice = db.session.scalars(select(Invoice)).one()
    assert (invoice.content["paid_on"], invoice.issued_on) == ("2026-11-23", dt.date(2026, 11, 24))


def test_a_card_after_the_last_day_goes_back(hub, moment):
    voucher = hub.active()
    with unit_of_work():
        db.session.get_one(Voucher, voucher.id).valid_until = hub.now.date()
    payment = hub.begin(voucher)
    midnight = dt.datetime(2026, 11, 23, 22, tzinfo=dt.UTC)
    assert payment.expires_at < midnight, "the page ends with the day in Bucharest"
    hub.stripe.books.pay(payment.session_id)
    moment.advance(hours=13)
    hub.now = moment()
    assert hub.now >= midnight
    hub.stripe.deliver(hub.hear)
    assert state(voucher) is VoucherStatus.LAPSED, "before the worker came by"
    assert db.session.scalars(select(Invoice)).all() == []
    assert db.session.scalars(select(Refund)).one().amount_cents == TOTAL
