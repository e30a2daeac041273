"""Paying by card: the intent is committed, Stripe is asked with a key made from it, the answer is recorded."""

from __future__ import annotations

import datetime as dt
import uuid

import structlog

from dih.payments import operations, queries
from dih.payments import stripe_gateway as stripe
from dih.payments.rules import KEY_HOURS
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule
from dih.shared.jobs import apart
from dih.shared.unit_of_work import let_go, unit_of_work
from dih.shared.wording import N_

log = structlog.get_logger()

SLACK = dt.timedelta(hours=1)
"""How far Stripe's clock may lie behind ours."""


def begin(voucher_uuid: uuid.UUID, words: str, back_url: str, language: str, actor: Actor, now: dt.datetime) -> str:
    """The address of Stripe's page for this voucher's share; asked twice, it is the same page.

    `words` say on that page what is paid. Raises BrokenRule when Stripe does not answer, or nothing is due.
    """
    if not stripe.is_on():
        raise BrokenRule.because(N_("Payment by card is not offered now. Please pay by bank transfer."))
    with unit_of_work():
        payment_id = operations.choose_card(voucher_uuid, actor, now).id
    order = queries.checkout_order(payment_id)
    let_go()
    if order.url:
        return order.url
    try:
        session = stripe.open_session(
            stripe.Order(
                key=f"checkout-{order.uuid}",
                payment=order.uuid,
                amount_cents=order.amount_cents,
                words=words,
                email=order.email,
                language=language,
                expires_at=order.expires_at,
                paid_url=f"{back_url}?paid=1",
                back_url=back_url,
            )
        )
    except stripe.Unreachable:
        raise BrokenRule.because(
            N_("The card payment page does not answer now. Try again in a minute, or pay by bank transfer.")
        ) from None
    except stripe.Refused:
        with unit_of_work():
            operations.expire(payment_id, now)
        raise BrokenRule.because(
            N_("The card payment page could not be opened. Try once more, or pay by bank transfer.")
        ) from None
    with unit_of_work():
        operations.opened(payment_id, session, now)
    return session.url


def send_refund(refund_id: int, now: dt.datetime) -> None:
    """Sends an intended refund to Stripe and records the answer. Raises Unreachable: the outbox tries again."""
    order = queries.refund_order(refund_id)
    let_go()
    if order is None:
        return
    try:
        told = _sent_before(order, now) or stripe.refund(
            f"refund-{order.uuid}", order.uuid, order.payment, order.intent_id, order.amount_cents
        )
    except stripe.Refused as refusal:
        with unit_of_work():
            operations.refund_failed(refund_id, str(refusal), now)
        return
    with unit_of_work():
        operations.refund_seen(told, now)


def _sent_before(order: queries.RefundOrder, now: dt.datetime) -> stripe.StripeRefund | None:
    """What Stripe has of an old refund already: its key is forgotten there, and would send the money once more."""
    if now - order.created_at < dt.timedelta(hours=KEY_HOURS):
        return None
    return next((told for told in stripe.refunds(order.created_at - SLACK) if told.refund == order.uuid), None)


def look_after(now: dt.datetime) -> None:
    """Asks Stripe what became of pages whose end we were not told, and applies events that came too early.

    One that fails is written to the log; those after it are looked at all the same. Where Stripe does not answer, the
    rest waits for the next time: each question takes seconds.
    """
    for event_row in queries.waiting_events():
        with apart("an event could not be applied", event=event_row), unit_of_work():
            operations.apply_waiting(event_row, now)
    if not stripe.is_on():
        return
    waiting = queries.open_sessions(now - dt.timedelta(minutes=5))
    let_go()
    for _, session_id in waiting:
        try:
            session = stripe.session(session_id)
        except stripe.Unreachable:
            return
        except stripe.Refused:
            continue
        with apart("a payment page could not be looked after", session=session_id), unit_of_work():
            operations.session_seen(session, now)
