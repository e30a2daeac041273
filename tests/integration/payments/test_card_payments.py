"""By card: the page at Stripe, the word that it is paid, and what comes late, twice, forged or not at all."""

import json

import pytest
from sqlalchemy import select

from dih.applications.models import Application
from dih.budget import verification
from dih.delivery import operations as delivery
from dih.extensions.database import db
from dih.payments import checkout, jobs, operations, reconciliation, stripe_gateway
from dih.payments.models import Dispute, Invoice, Payment, Refund, StripeEvent
from dih.payments.vocabulary import DisputeState, EventOutcome, InvoiceKind, PaymentStatus, RefundStatus
from dih.shared.errors import BrokenRule, Stale
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus
from tests.support.hub import audited
from tests.support.paying import SHARE, TOTAL
from tests.support.stripe_books import DECLINED_CARD, Fault


def state(voucher):
    db.session.rollback()
    return db.session.get_one(Voucher, voucher.id, populate_existing=True).status


def count(model):
    return len(db.session.scalars(select(model)).all())


def test_from_the_form_to_the_active_voucher_and_its_invoice(hub, visit):
    voucher = hub.active()
    owner = visit("owner")
    page = f"/vouchers/{voucher.uuid}/payment"
    owner.get(page)
    assert "161,33" in owner.page.main.get_text()
    answer = owner.post(f"{page}/card")
    assert (answer.status_code, answer.location.startswith(hub.stripe.url)) == (303, True)
    session = hub.payment(voucher).session_id
    hub.stripe.books.pay(session)
    owner.get(f"{page}?paid=1&lang=en")
    assert "We wait" in owner.page.main.get_text(), "the word has not come yet"

    def post(body, header):
        return owner.post(
            "/payments/stripe/webhook", data=body, headers={"Stripe-Signature": header}, csrf=False, unwatched=True
        ).status_code

    assert hub.stripe.deliver(post) == 1
    assert state(voucher) is VoucherStatus.ACTIVE
    paid = hub.payment(voucher)
    assert (paid.status, paid.amount_cents, paid.share_cents) == (PaymentStatus.PAID, TOTAL, SHARE)
    invoice = db.session.scalars(select(Invoice)).one()
    assert (invoice.name, invoice.total_cents, invoice.net_cents) == ("DIH4S-2026-00001", TOTAL, SHARE)
    owner.get(page)
    assert "DIH4S-2026-00001" in owner.page.main.get_text()
    assert owner.get(f"/payments/invoices/{invoice.uuid}.pdf").data.startswith(b"%PDF")
    assert audited("payment") == ["payment_by_card", "payment_received"]
    stranger = visit("stranger")
    assert stranger.get(page).status_code == 404
    assert stranger.get(f"/payments/invoices/{invoice.uuid}.pdf").status_code == 404
    assert visit("coordinator").get(page).status_code == 403
    with pytest.raises(Stale):
        hub.begin(voucher)


def test_asked_twice_it_is_the_same_page_and_one_payment(hub):
    voucher = hub.active()
    first = hub.begin(voucher).session_id
    assert hub.begin(voucher).session_id == first
    with unit_of_work():
        db.session.get_one(Payment, hub.payment(voucher).id).session_url = ""
    assert hub.begin(voucher).session_id == first, "the answer was lost: the same key brings it again"
    assert len([one for one in hub.stripe.books.objects.values() if one["object"] == "checkout.session"]) == 1


def test_what_does_not_answer_can_be_tried_again(hub, visit):
    voucher = hub.active()
    owner = visit("owner")
    hub.stripe.down = True
    page = owner.post(f"/vouchers/{voucher.uuid}/payment/card")
    assert (page.status_code, bool(owner.page.select_one(".error-summary"))) == (422, True)
    assert hub.payment(voucher).status is PaymentStatus.INTENDED
    hub.stripe.down = False
    assert owner.post(f"/vouchers/{voucher.uuid}/payment/card").status_code == 303
    assert count(Payment) == 1


def test_a_declined_card_pays_nothing_and_another_one_does(hub):
    voucher = hub.active()
    session = hub.begin(voucher).session_id
    with pytest.raises(Fault, match="declined"):
        hub.stripe.books.pay(session, DECLINED_CARD)
    assert hub.stripe.deliver(hub.hear) == 0
    hub.stripe.books.pay(session)
    hub.stripe.deliver(hub.hear)
    assert state(voucher) is VoucherStatus.ACTIVE


def test_only_what_stripe_signed_just_now_is_believed(hub, client):
    voucher = hub.active()
    hub.stripe.books.pay(hub.begin(voucher).session_id)
    body = json.dumps(hub.stripe.books.events[0]).encode()
    right = hub.stripe.signature(body)
    seconds = hub.stripe.books.clock()
    wrong = [
        "",
        "t=1",
        "t=1,v1=\xe9",
        right.replace("v1=", "v0="),
        right[:-1] + ("0" if right[-1] != "0" else "1"),
        hub.stripe.signature(body, secret="whsec_other"),
        hub.stripe.signature(body, seconds - 301),
        hub.stripe.signature(body, seconds + 301),
        right.replace(f"t={int(seconds)}", f"t={int(seconds) + 1}"),
        hub.stripe.signature(b"{}"),
    ]

    def post(content, header):
        answer = client.post(
            "/payments/stripe/webhook", data=content, headers={"Stripe-Signature": header}, csrf=False, unwatched=True
        )
        return answer.status_code

    assert {post(body, header) for header in wrong} == {400}
    assert post(body + b" ", right) == post(b"{}", hub.stripe.signature(b"{}")) == 400
    assert (count(StripeEvent), state(voucher)) == (0, VoucherStatus.AWAITING_PAYMENT)
    assert post(body, hub.stripe.signature(body, seconds - 299)) == 200
    assert post(body, hub.stripe.signature(body, seconds + 299)) == 200
    assert (count(StripeEvent), state(voucher)) == (1, VoucherStatus.ACTIVE)


def test_replays_and_what_is_not_ours_change_nothing(hub):
    hub.paid_by_card()
    before = (audited("payment"), audited("voucher"), count(Invoice), count(OutboxItem))
    hub.stripe.deliver(hub.hear)
    hub.stripe.deliver(hub.hear)
    hub.stripe.books.tell_nonsense()
    foreign = hub.stripe.books.charge(100, "eur", "4242", {})
    hub.stripe.books.dispute(foreign["id"])
    hub.stripe.deliver(hub.hear)
    assert (audited("payment"), audited("voucher"), count(Invoice), count(OutboxItem)) == before
    outcomes = [one.outcome for one in db.session.scalars(select(StripeEvent).order_by(StripeEvent.id))]
    assert outcomes == [EventOutcome.APPLIED, EventOutcome.PASSED_OVER, EventOutcome.WAITING]


def test_paid_after_the_end_it_goes_back_by_itself(hub):
    voucher = hub.active()
    session = hub.begin(voucher).session_id
    with unit_of_work():
        vouchers.cancel(voucher.uuid, "Because.", hub.actor("manager"), hub.now)
    hub.stripe.books.pay(session)
    hub.stripe.deliver(hub.hear)
    assert db.session.scalars(select(Refund)).one().status is RefundStatus.INTENDED
    assert hub.due() == {}, "what is on its way back is not due any more"
    hub.work()
    hub.stripe.deliver(hub.hear)
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.status, refund.amount_cents, count(Invoice)) == (RefundStatus.SUCCEEDED, TOTAL, 0)
    assert (state(voucher), hub.due()) == (VoucherStatus.CANCELLED, {})
    assert len([one for one in hub.stripe.books.objects.values() if one["object"] == "refund"]) == 1


def test_paid_by_two_pages_the_second_goes_back(hub):
    voucher = hub.active()
    first = hub.begin(voucher)
    with unit_of_work():
        db.session.get_one(Payment, first.id).expires_at = hub.now
    second = hub.begin(voucher)
    assert second.id != first.id
    for payment in (second, first):
        hub.stripe.books.pay(payment.session_id)
    hub.stripe.deliver(hub.hear)
    hub.work()
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.payment_id, refund.amount_cents, count(Invoice)) == (first.id, TOTAL, 1)


def test_a_part_goes_back_when_less_was_confirmed(hub, visit):
    voucher = hub.confirmed_by_card(50_000, 33_333)
    assert hub.due() == {}, "only once it is closed"
    with unit_of_work():
        hub.close(voucher)
    due = TOTAL - 10_083
    payment = hub.payment(voucher)
    assert hub.due() == {payment.reference: due}
    manager = visit("manager")
    manager.get("/payments/refunds")
    way = f"/payments/{payment.uuid}/refund"
    assert manager.page.find("a", href=way)
    assert manager.get(way).status_code == 200
    assert manager.page.h1.get_text(strip=True).replace("\xa0", " ") == "Restituiți 60,50 €"
    assert visit("auditor").post(way).status_code == 403
    assert manager.post(way).status_code == 302
    assert manager.post(way).status_code == 422
    assert manager.get(way).status_code == 404
    hub.work()
    note = db.session.scalars(select(Invoice).where(Invoice.kind == InvoiceKind.CREDIT_NOTE)).one()
    assert (note.total_cents, note.name, hub.due()) == (due, "DIH4S-2026-00002", {})
    manager.get(f"/cases/{db.session.get_one(Application, voucher.application_id).uuid}")
    assert "TVA inclus. 60,50" in manager.page.main.get_text().replace("\xa0", " ")
    assert "refund_succeeded" in audited("payment")
    refund = db.session.scalars(select(Refund)).one()
    hub.stripe.books.refund_becomes(refund.stripe_id, "failed")
    hub.stripe.deliver(hub.hear)
    assert hub.due() == {payment.reference: due}, "the bank sent it back: it is due again"


def test_a_confirmation_taken_back_leaves_nothing_due_until_it_is_cancelled_or_closed(hub):
    voucher = hub.confirmed_by_card(50_000, 33_333)
    manager = hub.actor("manager")
    with unit_of_work():
        delivery.take_back(voucher.uuid, "It was the wrong case.", manager, hub.now)
    assert (hub.due(), count(Invoice)) == ({}, 1)
    with unit_of_work():
        delivery.uphold(voucher.uuid, "It stands.", manager, hub.now)
    assert hub.due() == {}
    with unit_of_work():
        delivery.take_back(voucher.uuid, "It does not stand.", manager, hub.now)
    with unit_of_work():
        vouchers.cancel(voucher.uuid, "Nothing was done.", manager, hub.now)
    assert hub.due() == {hub.payment(voucher).reference: TOTAL}, "the whole share, not that of what was confirmed"
    assert verification.differences() == []


def test_a_refund_that_stripe_refuses_is_due_again(hub):
    voucher, payment = hub.paid_by_card()
    with unit_of_work():
        vouchers.cancel(voucher.uuid, "Because.", hub.actor("manager"), hub.now)
    hub.stripe.books.refund({"payment_intent": payment.intent_id, "amount": 1_000})
    with unit_of_work():
        hub.refund(payment)
    hub.work()
    assert db.session.scalars(select(Refund)).one().status is RefundStatus.FAILED
    assert hub.due() == {payment.reference: TOTAL}
    hub.stripe.deliver(hub.hear)
    assert hub.due() == {payment.reference: TOTAL - 1_000}, "the one made on Stripe's own pages counts"


def test_reports_in_any_order_end_the_same(hub):
    voucher = hub.active()
    hub.stripe.books.pay(hub.begin(voucher).session_id)
    intent = next(one for one in hub.stripe.books.objects.values() if one["object"] == "payment_intent")
    dispute = hub.stripe.books.dispute(intent["id"])
    hub.stripe.books.dispute_becomes(dispute["id"], "under_review")
    hub.stripe.books.dispute_becomes(dispute["id"], "won")
    refund = hub.stripe.books.refund({"payment_intent": intent["id"], "amount": 500}, pending=True)
    hub.stripe.books.refund_becomes(refund["id"], "succeeded")
    hub.stripe.deliver(hub.hear, hub.stripe.books.events[::-1])
    assert state(voucher) is VoucherStatus.ACTIVE
    assert db.session.scalars(select(Dispute)).one().state is DisputeState.WON
    assert db.session.scalars(select(Refund)).one().status is RefundStatus.SUCCEEDED
    assert {one.outcome for one in db.session.scalars(select(StripeEvent))} == {EventOutcome.APPLIED}
    assert hub.on_desk("Disputed payments to answer") == []
    with unit_of_work():
        db.session.scalars(select(Dispute)).one().state = DisputeState.NEEDS_RESPONSE
    assert hub.on_desk("Disputed payments to answer") == [hub.payment(voucher).reference]


def test_what_no_webhook_told_is_asked_for(hub, moment):
    voucher = hub.active()
    hub.stripe.books.pay(hub.begin(voucher).session_id)
    moment.advance(minutes=6)
    checkout.look_after(moment())
    assert state(voucher) is VoucherStatus.ACTIVE
    other = hub.several(1)[0]
    session = hub.begin(other).session_id
    hub.stripe.books.expire(session)
    for job in jobs.JOBS:
        job.run(moment() if job is not jobs.JOBS[0] else hub.later(minutes=12))
    assert hub.payment(other).status is PaymentStatus.EXPIRED


def test_while_stripe_is_down_one_page_is_asked_for_and_no_more(hub, moment):
    """Each question waits for seconds, and the mails behind them too."""
    for voucher in hub.several(3):
        hub.begin(voucher)
    moment.advance(minutes=6)
    hub.stripe.down = True
    asked = len(hub.stripe.asked)
    checkout.look_after(moment())
    assert len(set(hub.stripe.asked[asked:])) == 1


def test_reconcile_lists_every_difference_and_mends_what_it_can_prove(hub, context):
    vouchers_ = hub.several(6)
    paid, expired, disputed, refunded, unknown, cheap = vouchers_
    pages = {voucher.id: hub.begin(voucher) for voucher in vouchers_}
    books = hub.stripe.books
    books.expire(pages[expired.id].session_id)
    for voucher in (paid, disputed, refunded, cheap):
        books.pay(pages[voucher.id].session_id)
    books.dispute(books.objects[pages[disputed.id].session_id]["payment_intent"])
    books.refund({"payment_intent": books.objects[pages[refunded.id].session_id]["payment_intent"], "amount": 700})
    books.objects[pages[cheap.id].session_id]["amount_total"] = 1
    del books.objects[pages[unknown.id].session_id]
    found = reconciliation.run(hub.now, 90)
    words = sorted((one.mended, one.words.partition(":")[2] or one.words) for one in found)
    assert [mended for mended, _ in words] == [False, False] + [True] * 6, words
    assert [hub.payment(one).status.value for one in vouchers_] == ["paid", "expired", "paid", "paid", "open", "open"]
    again = reconciliation.run(hub.now, 90)
    assert len(again) == 2
    assert not any(one.mended for one in again), "what is mended stays mended"
    shown = context.test_cli_runner().invoke(args=["payments", "reconcile"])
    assert (shown.exit_code, shown.output.count("left  ")) == (1, 2)


def test_what_waits_too_long_at_stripe_is_begun_anew(hub):
    voucher = hub.active()
    with unit_of_work():
        operations.choose_card(voucher.uuid, hub.actor("owner"), hub.now)
    with unit_of_work():
        db.session.get_one(Payment, hub.payment(voucher).id).expires_at = hub.later(hours=30)
    with pytest.raises(BrokenRule, match="could not be opened"):
        hub.begin(voucher)
    assert hub.payment(voucher).status is PaymentStatus.EXPIRED
    assert hub.begin(voucher).session_id


def test_without_a_key_cards_are_not_offered(hub, visit, context):
    voucher = hub.active()
    context.config["STRIPE_SECRET_KEY"] = ""
    owner = visit("owner")
    owner.get(f"/vouchers/{voucher.uuid}/payment")
    assert not owner.page.select_one('form[action$="/payment/card"]')
    assert owner.post(f"/vouchers/{voucher.uuid}/payment/card").status_code == 422
    context.config["STRIPE_WEBHOOK_SECRET"] = ""
    assert owner.post("/payments/stripe/webhook", csrf=False).status_code == 404


def test_forms_may_lead_to_the_payment_page_only_while_cards_are_on(make_app, context):
    for pages in ([], ["https://checkout.stripe.com"]):
        app = make_app(context.config["SQLALCHEMY_DATABASE_URI"], PAYMENT_PAGES=pages)
        policy = app.test_client().get("/services").headers["Content-Security-Policy"]
        assert ("form-action 'self' https://checkout.stripe.com" in policy) is bool(pages), policy


def test_long_lists_of_stripe_are_read_to_their_end(hub, monkeypatch):
    monkeypatch.setattr(stripe_gateway, "LIST_SIZE", 2)
    pages = {hub.begin(voucher).session_id for voucher in hub.several(5)}
    assert {one.id for one in stripe_gateway.sessions(hub.later(days=-1))} == pages
