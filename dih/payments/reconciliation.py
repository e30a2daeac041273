"""Holds our books of card payments against Stripe's; mends what Stripe's own answer proves, lists the rest.

A difference is proved by Stripe when it says what became of a payment, refund or dispute that both of us know, or
that belongs to a payment of ours. What only we know, and sums that differ, are for a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from dih.payments import checkout, operations, queries
from dih.payments import stripe_gateway as stripe
from dih.payments.queries.books import Booked, booked
from dih.payments.vocabulary import EventOutcome, PaymentStatus, RefundStatus
from dih.shared.money import plain
from dih.shared.unit_of_work import let_go, unit_of_work

SLACK = dt.timedelta(days=2)
"""Our books are read from a little earlier: what we intended just before the first day, Stripe made on it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference in words, and whether it is mended."""

    words: str
    mended: bool


def run(now: dt.datetime, days: int) -> list[Difference]:
    """All differences of the last `days` days. Raises Unreachable or Refused of the gateway."""
    since = now - dt.timedelta(days=days)
    sessions, refunds, disputes = (
        list(stripe.sessions(since)),
        list(stripe.refunds(since)),
        list(stripe.disputes(since)),
    )
    ours = booked(since - SLACK)
    let_go()
    found = [
        *_sessions(sessions, ours, now),
        *_refunds(refunds, ours, now),
        *_disputes(disputes, ours, now),
        *_only_ours(sessions, refunds, ours, since, now),
    ]
    for event_row in queries.waiting_events():
        with unit_of_work():
            operations.apply_waiting(event_row, now)
    return found


def _sessions(sessions: list[stripe.Session], ours: Booked, now: dt.datetime) -> Iterator[Difference]:
    for told in sessions:
        known = ours.payments.get(told.payment)
        if known is None:
            if told.is_paid:
                yield Difference(
                    f"Stripe has {told.id} paid, {plain(told.amount_cents)} EUR; we know no payment of it", False
                )
            continue
        name = known.reference
        if told.is_paid and told.amount_cents != known.amount_cents:
            words = f"{name}: Stripe took {plain(told.amount_cents)}, we asked for {plain(known.amount_cents)} EUR"
            yield Difference(words, False)
        elif told.is_paid and (known.status is not PaymentStatus.PAID or known.intent_id != told.intent_id):
            yield _mended(f"{name}: paid at Stripe, {known.status} here", _take_session(told, now))
        elif told.is_expired and known.status in (PaymentStatus.INTENDED, PaymentStatus.OPEN):
            yield _mended(f"{name}: expired at Stripe, {known.status} here", _take_session(told, now))
        elif known.status is PaymentStatus.PAID and not told.is_paid:
            yield Difference(f"{name}: paid here, not at Stripe ({told.id})", False)
        elif known.status is PaymentStatus.INTENDED:
            yield _mended(f"{name}: a page is open at Stripe, none is recorded here", _take_session(told, now))


def _refunds(refunds: list[stripe.StripeRefund], ours: Booked, now: dt.datetime) -> Iterator[Difference]:
    for told in refunds:
        known = ours.refund(told.id, told.refund)
        if known is not None and known.amount_cents != told.amount_cents:
            words = f"refund {told.id}: Stripe sent {plain(told.amount_cents)}, we {plain(known.amount_cents)} EUR"
            yield Difference(words, False)
        elif known is None or known.stripe_id != told.id or known.status is not told.status:
            with unit_of_work():
                done = operations.refund_seen(told, now)
            state = known.status.value if known else "unknown"
            if known is not None and known.status is RefundStatus.FAILED and known.stripe_id is not None:
                yield Difference(f"refund {told.id}: {told.status} at Stripe, failed here", False)
            else:
                yield _mended(f"refund {told.id}: {told.status} at Stripe, {state} here", done)


def _disputes(disputes: list[stripe.StripeDispute], ours: Booked, now: dt.datetime) -> Iterator[Difference]:
    for told in disputes:
        state = ours.disputes.get(told.id)
        if state is not told.state:
            with unit_of_work():
                done = operations.dispute_seen(told, now)
            yield _mended(
                f"dispute {told.id}: {told.state} at Stripe, {state.value if state else 'unknown'} here", done
            )


def _only_ours(
    sessions: list[stripe.Session],
    refunds: list[stripe.StripeRefund],
    ours: Booked,
    since: dt.datetime,
    now: dt.datetime,
) -> Iterator[Difference]:
    told_of = {session.payment for session in sessions}
    for uuid, payment in ours.payments.items():
        missing = uuid not in told_of and payment.created_at >= since
        if missing and payment.status in (PaymentStatus.PAID, PaymentStatus.OPEN):
            yield Difference(f"{payment.reference}: {payment.status} here, unknown to Stripe", False)
    sent = {refund.id for refund in refunds}
    marked = {refund.refund for refund in refunds}
    for refund in ours.refunds:
        if refund.created_at < since:
            continue
        if refund.stripe_id is not None and refund.stripe_id not in sent:
            yield Difference(f"refund {refund.stripe_id}: {refund.status} here, unknown to Stripe", False)
        elif refund.status is RefundStatus.INTENDED and refund.uuid not in marked:
            checkout.send_refund(refund.id, now)
            yield Difference(f"refund of {plain(refund.amount_cents)} EUR: ordered here, not sent to Stripe", True)


def _take_session(told: stripe.Session, now: dt.datetime) -> EventOutcome:
    with unit_of_work():
        return operations.session_seen(told, now)


def _mended(words: str, done: EventOutcome) -> Difference:
    return Difference(words, done is EventOutcome.APPLIED)
