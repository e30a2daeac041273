"""Whose word counts about a refund: ours that Stripe refused it, or Stripe's that it went. One failure stops one."""

import datetime as dt

import pytest
from sqlalchemy import select

from dih.extensions.database import db
from dih.payments import checkout, operations, reconciliation, stripe_gateway
from dih.payments.models import Refund
from dih.payments.vocabulary import PaymentStatus, RefundStatus
from dih.shared import settings
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations as vouchers
from tests.support.hub import audited


def refund():
    db.session.rollback()
    return db.session.scalars(select(Refund).execution_options(populate_existing=True)).one()


@pytest.fixture
def ordered(hub):
    """A payment by card whose refund is ordered and not sent."""
    voucher, payment = hub.paid_by_card()
    with unit_of_work():
        vouchers.cancel(voucher.uuid, "Because.", hub.actor("manager"), hub.now)
    with unit_of_work():
        hub.refund(payment)
    return payment


def sent(hub):
    return [one for one in hub.stripe.books.objects.values() if one["object"] == "refund"]


@pytest.mark.parametrize("heard", ["webhook", "reconciliation"])
def test_stripes_word_overrules_our_refusal(hub, ordered, heard):
    with unit_of_work():
        operations.refund_failed(refund().id, "no such key", hub.now)
    assert (refund().status, refund().reason) == (RefundStatus.FAILED, "no such key")
    assert audited("payment")[-2:] == ["refund_ordered", "refund_failed"]
    own = {"refund": str(refund().uuid)}
    hub.stripe.books.refund({"payment_intent": ordered.intent_id, "amount": ordered.amount_cents, "metadata": own})
    if heard == "webhook":
        hub.stripe.deliver(hub.hear)
        hub.stripe.deliver(hub.hear)
    else:
        assert [one.mended for one in reconciliation.run(hub.now, 90)] == [True]
    assert (refund().status, hub.due()) == (RefundStatus.SUCCEEDED, {})
    assert audited("payment")[-2:] == ["refund_resumed", "refund_succeeded"]
    hub.stripe.books.refund_becomes(refund().stripe_id, "failed")
    hub.stripe.deliver(hub.hear)
    assert refund().status is RefundStatus.FAILED
    hub.stripe.deliver(hub.hear)
    assert hub.due() == {ordered.reference: ordered.amount_cents}, "what Stripe itself told is not overruled"


def test_a_refund_is_sent_again_when_the_key_was_wrong_and_asked_about_when_it_is_old(hub, ordered, context):
    right = context.config["STRIPE_SECRET_KEY"]
    context.config["STRIPE_SECRET_KEY"] = "sk_test_wrong"
    hub.work()
    item = db.session.scalars(select(OutboxItem).where(OutboxItem.kind == "payments.refund")).one()
    assert (refund().status, item.done_at) == (RefundStatus.INTENDED, None), "it is to be sent again"
    context.config["STRIPE_SECRET_KEY"] = right
    own = {"refund": str(refund().uuid)}
    hub.stripe.books.refund({"payment_intent": ordered.intent_id, "amount": 500, "metadata": own})
    for one in sent(hub):
        one["amount"] = ordered.amount_cents
    hub.stripe.books.objects[ordered.intent_id]["amount_received"] *= 3
    checkout.send_refund(refund().id, hub.later(hours=25))
    assert (refund().status, len(sent(hub))) == (RefundStatus.SUCCEEDED, 1), "the key is forgotten, so Stripe was asked"


def test_one_failing_page_does_not_stop_the_ones_after_it(hub, moment, monkeypatch):
    first, second = hub.several(2)
    pages = [hub.begin(one).session_id for one in (first, second)]
    for page in pages:
        hub.stripe.books.pay(page)
    seen = operations.session_seen

    def fails(session, now):
        if session.id == pages[0]:
            raise ValueError("a number too long")
        return seen(session, now)

    monkeypatch.setattr(operations, "session_seen", fails)
    checkout.look_after(hub.now + dt.timedelta(minutes=6))
    assert [hub.payment(one).status for one in (first, second)] == [PaymentStatus.OPEN, PaymentStatus.PAID]


def test_a_series_of_invoices_has_a_length(hub):
    with pytest.raises(BrokenRule, match="20 characters"), unit_of_work():
        settings.change("invoice_series", "DIH4SOCIETY-CO-PAYMENTS-NORTH-WEST", SYSTEM, hub.now)
    with unit_of_work():
        settings.change("invoice_series", "D" * 20, SYSTEM, hub.now)
    hub.paid_by_card()


def test_answers_about_the_key_or_the_moment_are_no_refusals(standing_app, monkeypatch):
    import stripe

    class Verb:
        status = 409

        def retrieve(self, _):
            raise stripe.InvalidRequestError("in use", None, http_status=self.status)

    verb = Verb()
    client = type("Client", (), {"v1": type("V1", (), {"refunds": verb})})
    monkeypatch.setattr(stripe_gateway, "_client", lambda *_: client)
    with standing_app.app_context():
        for status, error in (
            (401, stripe_gateway.Unreachable),
            (403, stripe_gateway.Unreachable),
            (409, stripe_gateway.Unreachable),
            (500, stripe_gateway.Unreachable),
            (402, stripe_gateway.Refused),
        ):
            verb.status = status
            with pytest.raises(error):
                stripe_gateway._call("refunds.retrieve", "re_1")
