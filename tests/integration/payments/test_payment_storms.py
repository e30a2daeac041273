"""Webhooks as a bad day brings them: ten at once; lost, repeated, shuffled, forged and stale by the thousand."""

import datetime as dt
import json
import random
from collections import Counter

import pytest
from flask import current_app
from sqlalchemy import func, select

from dih.extensions.database import db
from dih.payments import operations, reconciliation, stripe_gateway
from dih.payments.models import Dispute, Invoice, Payment, Refund, StripeEvent
from dih.payments.vocabulary import InvoiceKind, PaymentStatus
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus
from tests.support.paying import Paying
from tests.support.race import job, together
from tests.support.stripe_server import WEBHOOK_SECRET, BadDay, stripe_stand_in


def hear(body, header, moment):
    """One delivery in a process of its own."""
    current_app.config["STRIPE_WEBHOOK_SECRET"] = WEBHOOK_SECRET
    now = dt.datetime.fromisoformat(moment)
    event = stripe_gateway.read_event(body, header, now)
    with unit_of_work():
        operations.take_in(event, now)


def open_page(hub, voucher):
    """A page for cards, without the way over HTTP; in the caller's unit of work."""
    payment = operations.choose_card(voucher.uuid, hub.actor("owner"), hub.now)
    line = {"quantity": "1", "price_data": {"currency": "eur", "unit_amount": str(payment.amount_cents)}}
    made = hub.stripe.books.open_session(
        {
            "mode": "payment",
            "success_url": "https://hub.test",
            "line_items": {"0": line},
            "metadata": {"payment": str(payment.uuid)},
        }
    )
    operations.opened(payment.id, stripe_gateway.read_session(made), hub.now)
    return made["id"]


def test_one_webhook_ten_times_at_once(databases, make_app, now):
    address = databases.clone()
    with make_app(address).app_context(), stripe_stand_in(now.timestamp) as stripe:
        hub = Paying(now, stripe)
        voucher = hub.active()
        with unit_of_work():
            page = open_page(hub, voucher)
        stripe.books.pay(page)
        body = json.dumps(stripe.books.events[0]).encode()
        said = together(address, *[job(hear, body, stripe.signature(body), now.isoformat())] * 10)
        assert said == ["done"] * 10
        assert hub.payment(voucher).status is PaymentStatus.PAID
        assert db.session.get_one(Voucher, voucher.id).status is VoucherStatus.ACTIVE
        found = {model: db.session.scalar(select(func.count()).select_from(model)) for model in (StripeEvent, Invoice)}
        assert found == {StripeEvent: 1, Invoice: 1}
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)


def live_through(hub, made, chance):
    """What happens at Stripe and at the hub to each voucher; the words come later."""
    books, cancelled = hub.stripe.books, set()
    with unit_of_work():
        pages = [open_page(hub, voucher) for voucher in made]
    for voucher, page in zip(made, pages, strict=True):
        lot = chance.random()
        if lot < 0.1:
            continue
        if lot < 0.2:
            books.expire(page)
            continue
        books.pay(page)
        intent = books.objects[page]["payment_intent"]
        if lot < 0.3:
            with unit_of_work():
                db.session.get_one(Voucher, voucher.id).status = VoucherStatus.CANCELLED
            cancelled.add(voucher.id)
            continue
        if chance.random() < 0.3:
            refund = books.refund({"payment_intent": intent, "amount": chance.randint(1, 5_000)}, pending=True)
            books.refund_becomes(refund["id"], chance.choice(("succeeded", "succeeded", "failed")))
        if chance.random() < 0.2:
            dispute = books.dispute(intent, "warning_needs_response")
            for status in ("needs_response", "under_review", chance.choice(("won", "lost"))):
                books.dispute_becomes(dispute["id"], status)
    return cancelled


def weather(hub, client, count, deliveries):
    """Lets events come in as a bad day would have it until the books agree; then again, until so many deliveries were
    made: what comes twice, days later, changes nothing any more."""
    chance = random.Random(count)
    made = hub.several(count)
    cancelled = live_through(hub, made, chance)

    def post(body, header):
        head = {"Stripe-Signature": header}
        return client.post("/payments/stripe/webhook", data=body, headers=head, csrf=False, unwatched=True).status_code

    arrived = hub.stripe.deliver(post, day=BadDay(seed=count))
    reconciliation.run(hub.now, 90)
    hub.work()
    arrived += hub.stripe.deliver(post, day=BadDay(seed=count + 1))
    reconciliation.run(hub.now, 90)
    hub.work()
    assert reconciliation.run(hub.now, 90) == []
    while arrived < deliveries:
        arrived += hub.stripe.deliver(post, day=BadDay(seed=arrived))
    assert reconciliation.run(hub.now, 90) == []
    return made, cancelled


def check(hub, made, cancelled):
    """The end is the model's: what Stripe's books say, and what follows from it for vouchers and invoices."""
    books = hub.stripe.books.objects
    pages = {one["id"]: one for one in books.values() if one["object"] == "checkout.session"}
    wanted = {"complete": PaymentStatus.PAID, "expired": PaymentStatus.EXPIRED, "open": PaymentStatus.OPEN}
    payments = db.session.scalars(select(Payment)).all()
    assert {one.session_id: one.status for one in payments} == {
        one["id"]: wanted[one["status"]] for one in pages.values()
    }
    paid = {one.voucher_id: one for one in payments if one.status is PaymentStatus.PAID}
    for voucher in made:
        status = db.session.get_one(Voucher, voucher.id, populate_existing=True).status
        if voucher.id in cancelled:
            assert status is VoucherStatus.CANCELLED
        else:
            assert status is (VoucherStatus.ACTIVE if voucher.id in paid else VoucherStatus.AWAITING_PAYMENT)
    theirs = {one["id"]: (one["amount"], one["status"]) for one in books.values() if one["object"] == "refund"}
    refunds = db.session.scalars(select(Refund)).all()
    assert {one.stripe_id: (one.amount_cents, one.status.value) for one in refunds} == theirs
    disputes = {one.stripe_id: one.state.value for one in db.session.scalars(select(Dispute))}
    assert disputes == {one["id"]: one["status"] for one in books.values() if one["object"] == "dispute"}
    back = Counter()
    for refund in refunds:
        if refund.status.value == "succeeded":
            back[refund.payment_id] += refund.amount_cents
    for voucher_id in cancelled:
        assert back[paid[voucher_id].id] == paid[voucher_id].amount_cents
    invoices = db.session.scalars(select(Invoice).order_by(Invoice.number)).all()
    assert [one.number for one in invoices] == list(range(1, len(invoices) + 1)), "no gap"
    kinds = Counter((one.kind, one.payment_id) for one in invoices)
    active = {one.id for one in paid.values() if one.voucher_id not in cancelled}
    assert {payment for kind, payment in kinds if kind is InvoiceKind.INVOICE} == active
    credited = Counter()
    for one in invoices:
        credited[one.payment_id] += one.total_cents if one.kind is InvoiceKind.CREDIT_NOTE else 0
    assert +credited == +Counter({payment: cents for payment, cents in back.items() if payment in active})
    told = Counter(item.payload["subject"] for item in db.session.scalars(select(OutboxItem)) if item.kind == "mail")
    assert told, "people were written to"


def test_three_hundred_deliveries_of_a_bad_day_end_as_the_model(hub, client):
    check(hub, *weather(hub, client, 50, 300))


@pytest.mark.long
@pytest.mark.sqlite_only  # three hundred come on both; ten thousand take minutes
@pytest.mark.timeout(3600)
def test_ten_thousand_deliveries_of_a_bad_day_end_as_the_model(hub, client):
    check(hub, *weather(hub, client, 1_200, 10_000))
