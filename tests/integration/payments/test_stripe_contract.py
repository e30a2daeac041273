"""What we rely on of Stripe, asked of the stand-in, and of Stripe itself when STRIPE_TEST_KEY holds a key `sk_test_`.

    STRIPE_TEST_KEY=sk_test_... .venv/bin/pytest tests/integration/payments/test_stripe_contract.py --database sqlite

Without a key the runs against Stripe itself are left out, not skipped. A card is typed by a person on Stripe's page:
here payments are confirmed by Stripe's own test cards instead.
"""

import datetime as dt
import os
import uuid

import pytest

from dih.payments import stripe_gateway as gateway
from dih.payments.vocabulary import RefundStatus
from tests.support.stripe_server import SECRET_KEY, stripe_stand_in

pytestmark = pytest.mark.sqlite_only
KEY = os.environ.get("STRIPE_TEST_KEY", "")
PLACES = ["the stand-in", *(["Stripe itself"] if KEY.startswith("sk_test_") else [])]


def now():
    return dt.datetime.now(dt.UTC)


@pytest.fixture(params=PLACES)
def books(request, standing_app, monkeypatch):
    """The application set to use the place, its context open."""
    with stripe_stand_in(lambda: now().timestamp()) as stand_in, standing_app.app_context():
        real = request.param == "Stripe itself"
        base = "https://api.stripe.com" if real else stand_in.url
        monkeypatch.setitem(standing_app.config, "STRIPE_API_BASE", base)
        monkeypatch.setitem(standing_app.config, "STRIPE_SECRET_KEY", KEY if real else SECRET_KEY)
        yield request.param


def order(amount=16_133, **more):
    own = str(uuid.uuid4())
    facts = {
        "key": f"checkout-{own}",
        "payment": own,
        "amount_cents": amount,
        "words": "Contribuția la voucherul DIH-2026-00042",
        "email": "owner@example.com",
        "language": "ro",
        "expires_at": now() + dt.timedelta(hours=23),
        "paid_url": "https://hub.example.com/payment?paid=1",
        "back_url": "https://hub.example.com/payment",
        **more,
    }
    return gateway.Order(**facts)


def charged(card="pm_card_visa", cents=16_133):
    """A payment by one of Stripe's test cards; its id."""
    params = {
        "amount": cents,
        "currency": gateway.CURRENCY,
        "payment_method": card,
        "confirm": True,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
    }
    return gateway._call("payment_intents.create", params)["id"]


def test_a_page_is_made_once_for_each_key(books):
    asked = order()
    first, again = gateway.open_session(asked), gateway.open_session(asked)
    assert first == again
    assert (first.payment, first.amount_cents, first.currency) == (asked.payment, 16_133, "eur")
    assert (first.is_paid, first.is_expired, first.url.startswith("http")) == (False, False, True)
    assert gateway.session(first.id).id == first.id
    assert first.id in {one.id for one in gateway.sessions(now() - dt.timedelta(minutes=5))}


def test_the_same_key_with_another_sum_is_an_error(books):
    asked = order()
    gateway.open_session(asked)
    with pytest.raises(gateway.Refused):
        gateway.open_session(order(20_000, key=asked.key, payment=asked.payment, expires_at=asked.expires_at))


@pytest.mark.parametrize("wrong", [{"amount": 1}, {"expires_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}])
def test_what_stripe_refuses_is_refused(books, wrong):
    with pytest.raises(gateway.Refused):
        gateway.open_session(order(**wrong))


def test_an_expired_page_says_so(books):
    page = gateway.open_session(order())
    gateway._call("checkout.sessions.expire", page.id)
    assert gateway.session(page.id).is_expired


def test_a_part_and_the_rest_go_back_and_no_more(books):
    intent, own = charged(), [str(uuid.uuid4()) for _ in range(3)]
    part = gateway.refund(f"refund-{own[0]}", own[0], "p", intent, 6_133)
    assert gateway.refund(f"refund-{own[0]}", own[0], "p", intent, 6_133) == part
    assert (part.amount_cents, part.refund, part.intent_id) == (6_133, own[0], intent)
    assert part.status in (RefundStatus.SUCCEEDED, RefundStatus.PENDING)
    with pytest.raises(gateway.Refused):
        gateway.refund(f"refund-{own[1]}", own[1], "p", intent, 10_001)
    assert gateway.refund(f"refund-{own[2]}", own[2], "p", intent, 10_000).amount_cents == 10_000
    assert part.id in {one.id for one in gateway.refunds(now() - dt.timedelta(minutes=5))}


def test_the_declined_card_is_declined(books):
    with pytest.raises(gateway.Refused, match="declined"):
        charged("pm_card_visa_chargeDeclined")


def test_with_a_wrong_key_the_call_is_to_be_made_again(books, standing_app, monkeypatch):
    monkeypatch.setitem(standing_app.config, "STRIPE_SECRET_KEY", "sk_test_wrong")
    with pytest.raises(gateway.Unreachable):
        gateway.session("cs_test_1")
