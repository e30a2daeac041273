"""What we learn of money: a card page paid or expired, a transfer booked, a refund, a dispute.

Each report may come twice, late, or before another: what is recorded is the furthest state of each thing, so that the
end is the same in any order. The voucher and its application are locked first, always.
"""

from __future__ import annotations

import datetime as dt
import uuid
from contextlib import suppress

from sqlalchemy import ColumnElement, select

from dih.applications.models import Application
from dih.extensions.database import db
from dih.payments import emails, rules
from dih.payments.models import Dispute, Payment, Refund
from dih.payments.operations import invoicing, refunding
from dih.payments.operations.paying import move, record
from dih.payments.stripe_gateway import CURRENCY, Session, StripeDispute, StripeRefund
from dih.payments.vocabulary import (
    REFUND_STATUS_TRANSITIONS,
    EventOutcome,
    Method,
    PaymentStatus,
    RefundStatus,
)
from dih.shared import clock
from dih.shared.access import SYSTEM
from dih.shared.errors import Stale
from dih.shared.transitions import target_of
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus

Locked = tuple[Payment, Voucher, Application]


def session_seen(session: Session, now: dt.datetime, told_at: dt.datetime | None = None) -> EventOutcome:
    """Stripe tells of a page: paid, expired, or still open. Of another sum than ours nothing is taken.

    `told_at` is when Stripe said so: its word may come late. None where it only answers our question.
    """
    found = _locked(Payment.uuid == _own_id(session.payment), now)
    if found is None or found[0].session_id not in (None, session.id):
        return EventOutcome.PASSED_OVER
    payment, voucher, application = found
    if payment.session_id is None:
        payment.session_id, payment.session_url = session.id, session.url
        db.session.flush()
    if session.is_paid:
        if (session.amount_cents, session.currency) != (payment.amount_cents, CURRENCY):
            return EventOutcome.PASSED_OVER
        if session.intent_id:
            payment.intent_id = session.intent_id
            db.session.flush()
        received(payment, voucher, application, session.amount_cents, clock.day_of(min(told_at or now, now)), now)
    elif session.is_expired and payment.status in (PaymentStatus.INTENDED, PaymentStatus.OPEN):
        move(payment, "expire", SYSTEM)
    elif payment.status is PaymentStatus.INTENDED:
        move(payment, "open", SYSTEM)
    return EventOutcome.APPLIED


def received(
    payment: Payment, voucher: Voucher, application: Application, cents: int, day: dt.date, now: dt.datetime
) -> None:
    """Cents have come in on a day: the voucher becomes active and the invoice is issued, or, too late, they go back.

    A card pays no voucher whose last day is over, though the worker has not ended it yet. The caller holds the locks of
    voucher and application. A second call changes nothing.
    """
    if payment.status is PaymentStatus.PAID:
        return
    move(payment, "receive", SYSTEM, paid_at=now, paid_on=day, received_cents=cents)
    record(payment, application, "payment_received", SYSTEM, now, amount_cents=cents)
    if payment.method is Method.CARD and voucher.status is VoucherStatus.AWAITING_PAYMENT:
        with suppress(Stale):
            vouchers.lapse(voucher.id, now)
    if voucher.status is VoucherStatus.AWAITING_PAYMENT:
        vouchers.paid(voucher, application, now, payment=payment.reference)
        invoicing.issue(payment, application, now)
    elif payment.method is Method.CARD:
        refunding.order(payment, voucher, application, SYSTEM, now)
    else:
        emails.goes_back(payment, cents, application, now)


def received_again(payment: Payment, application: Application, cents: int, now: dt.datetime) -> None:
    """More has come in by bank for a payment that is paid: all of it is due for refund. The caller holds the locks."""
    emails.goes_back(payment, cents, application, now)
    payment.received_cents += cents
    db.session.flush()
    record(payment, application, "payment_received_again", SYSTEM, now, amount_cents=cents)


def refund_seen(told: StripeRefund, now: dt.datetime) -> EventOutcome:
    """Stripe tells of a refund, ours or one made on Stripe's own pages."""
    found = _locked(Payment.intent_id == told.intent_id, now) if told.intent_id else None
    if found is None:
        return EventOutcome.WAITING if told.intent_id else EventOutcome.PASSED_OVER
    payment, _, application = found
    known = _known_refund(payment, told)
    if known is None:
        known = Refund(
            payment_id=payment.id,
            amount_cents=told.amount_cents,
            status=RefundStatus.INTENDED,
            stripe_id=told.id,
            created_at=now,
        )
        db.session.add(known)
        db.session.flush()
        record(payment, application, "refund_found", SYSTEM, now, amount_cents=told.amount_cents)
    elif known.amount_cents != told.amount_cents:
        return EventOutcome.PASSED_OVER
    elif known.status is RefundStatus.FAILED and known.stripe_id is None:
        _resume(known, payment, application, now)
    known.stripe_id = told.id
    settle(known, told.status, payment, application, now)
    return EventOutcome.APPLIED


def refund_failed(refund_id: int, why: str, now: dt.datetime) -> None:
    """Stripe will not do it: the sum is due again, and managers read why. What Stripe has told of stays as it is."""
    found = db.session.get_one(Refund, refund_id)
    payment, _, application = lock_payment(found.payment_id, now)
    db.session.refresh(found)
    if found.status is RefundStatus.INTENDED:
        found.reason = why[:500]
        settle(found, RefundStatus.FAILED, payment, application, now)


def _resume(refund: Refund, payment: Payment, application: Application, now: dt.datetime) -> None:
    """We held a refund for refused, and Stripe has it: from here Stripe's word counts."""
    refund.status = RefundStatus(target_of(REFUND_STATUS_TRANSITIONS, "resume", refund.status, SYSTEM))
    refund.reason, refund.settled_at = "", None
    record(payment, application, "refund_resumed", SYSTEM, now, amount_cents=refund.amount_cents)


def settle(refund: Refund, told: RefundStatus, payment: Payment, application: Application, now: dt.datetime) -> None:
    """Takes a refund on to the state that was told, where that is further along its life."""
    if refund.status is told or rules.later_refund(refund.status, told) is not told:
        return
    verb = {RefundStatus.PENDING: "send", RefundStatus.SUCCEEDED: "complete", RefundStatus.FAILED: "fail"}[told]
    refund.status = RefundStatus(target_of(REFUND_STATUS_TRANSITIONS, verb, refund.status, SYSTEM))
    refund.settled_at = now if told is not RefundStatus.PENDING else None
    db.session.flush()
    if told is RefundStatus.PENDING:
        return
    record(payment, application, f"refund_{told}", SYSTEM, now, reason=refund.reason, amount_cents=refund.amount_cents)
    if told is RefundStatus.SUCCEEDED:
        invoicing.credit(payment, now)
        emails.refunded(payment, refund, application, now)
    else:
        emails.refund_failed(payment, refund, application, now)


def dispute_seen(told: StripeDispute, now: dt.datetime) -> EventOutcome:
    """Stripe tells of a dispute: managers see it, and are written to when it is new."""
    found = _locked(Payment.intent_id == told.intent_id, now) if told.intent_id else None
    if found is None:
        return EventOutcome.WAITING if told.intent_id else EventOutcome.PASSED_OVER
    payment, _, application = found
    known = db.session.scalar(select(Dispute).where(Dispute.stripe_id == told.id))
    if known is None:
        known = Dispute(
            payment_id=payment.id,
            stripe_id=told.id,
            amount_cents=told.amount_cents,
            state=told.state,
            opened_at=told.opened_at,
        )
        db.session.add(known)
        record(payment, application, "dispute_opened", SYSTEM, now, amount_cents=told.amount_cents)
        emails.disputed(payment, told.answer_by, application, now)
    later = rules.later_dispute(known.state, told.state)
    if later is told.state:
        known.state, known.reason, known.answer_by = told.state, told.reason, told.answer_by
    return EventOutcome.APPLIED


def close_pro_forma(payment_id: int, now: dt.datetime) -> None:
    """A pro-forma ends whose voucher awaits no payment any more, and the payer is told not to pay it. Else nothing."""
    payment, voucher, application = lock_payment(payment_id, now)
    if payment.status is PaymentStatus.OPEN and voucher.status is not VoucherStatus.AWAITING_PAYMENT:
        move(payment, "expire", SYSTEM)
        record(payment, application, "pro_forma_closed", SYSTEM, now, amount_cents=payment.amount_cents)
        emails.closed(payment, voucher, application, now)


def lock_payment(payment_id: int, now: dt.datetime) -> Locked:
    """A payment with its voucher and application, locked in the order of the house."""
    found = _locked(Payment.id == payment_id, now)
    if found is None:
        raise LookupError(payment_id)
    return found


def _locked(condition: ColumnElement[bool], now: dt.datetime) -> Locked | None:
    voucher_uuid = db.session.scalar(
        select(Voucher.uuid).join(Payment, Payment.voucher_id == Voucher.id).where(condition)
    )
    if voucher_uuid is None:
        return None
    voucher, application = vouchers.load(voucher_uuid, SYSTEM, now)
    payment = db.session.scalars(select(Payment).where(condition).execution_options(populate_existing=True)).one()
    return payment, voucher, application


def _known_refund(payment: Payment, told: StripeRefund) -> Refund | None:
    mine = Refund.stripe_id == told.id
    if told.refund:
        mine = mine | (Refund.uuid == _own_id(told.refund))
    return db.session.scalar(select(Refund).where(Refund.payment_id == payment.id, mine))


def _own_id(text: str) -> uuid.UUID:
    """The id that we gave Stripe; one that belongs to nothing where it is none of ours."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
