"""What the worker, the checkout and the reconciliation read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.extensions.database import db
from dih.payments.models import Payment, Refund, StatementLine, StripeEvent
from dih.payments.vocabulary import EventOutcome, LineStatus, Method, PaymentStatus, RefundStatus
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus


@dataclass(frozen=True, slots=True)
class CheckoutOrder:
    """A card payment as Stripe's page needs it. `url` is the page's address once there is one."""

    payment_id: int
    uuid: str
    reference: str
    case_reference: str
    amount_cents: int
    expires_at: dt.datetime
    email: str
    url: str


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """A refund as Stripe needs it."""

    refund_id: int
    uuid: str
    payment: str
    intent_id: str
    amount_cents: int
    created_at: dt.datetime


def checkout_order(payment_id: int) -> CheckoutOrder:
    """A card payment with the address of who began it."""
    row = db.session.execute(
        select(Payment, Application.reference, Person.email)
        .join(Voucher, Voucher.id == Payment.voucher_id)
        .join(Application, Application.id == Voucher.application_id)
        .join(Person, Person.id == Payment.created_by)
        .where(Payment.id == payment_id)
    ).one()
    payment: Payment = row[0]
    return CheckoutOrder(
        payment.id,
        str(payment.uuid),
        payment.reference,
        row[1] or "",
        payment.amount_cents,
        payment.expires_at,
        row[2],
        payment.session_url,
    )


def refund_order(refund_id: int) -> RefundOrder | None:
    """A refund that is still to be sent to Stripe; None for one that went already."""
    row = db.session.execute(
        select(Refund.id, Refund.uuid, Payment.uuid, Payment.intent_id, Refund.amount_cents, Refund.created_at)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Refund.id == refund_id, Refund.status == RefundStatus.INTENDED, Payment.intent_id.is_not(None))
    ).one_or_none()
    return None if row is None else RefundOrder(row[0], str(row[1]), str(row[2]), row[3] or "", row[4], row[5])


def open_sessions(before: dt.datetime) -> Sequence[tuple[int, str]]:
    """Pages for cards that were made before a moment and of which we know no end: (payment, Stripe's id)."""
    rows = db.session.execute(
        select(Payment.id, Payment.session_id)
        .where(
            Payment.method == Method.CARD,
            Payment.status.in_((PaymentStatus.INTENDED, PaymentStatus.OPEN)),
            Payment.session_id.is_not(None),
            Payment.created_at < before,
        )
        .order_by(Payment.id)
    )
    return [(row.id, row.session_id) for row in rows]


def waiting_events() -> Sequence[int]:
    """Events that came before their payment was known, now that it is."""
    known = select(Payment.intent_id).where(Payment.intent_id.is_not(None))
    return db.session.scalars(
        select(StripeEvent.id)
        .where(StripeEvent.outcome == EventOutcome.WAITING, StripeEvent.intent_id.in_(known))
        .order_by(StripeEvent.id)
    ).all()


def idle_pro_formas() -> Sequence[int]:
    """Transfers that wait for money though their voucher awaits no payment any more."""
    return db.session.scalars(
        select(Payment.id)
        .join(Voucher, Voucher.id == Payment.voucher_id)
        .where(
            Payment.method == Method.TRANSFER,
            Payment.status == PaymentStatus.OPEN,
            Voucher.status != VoucherStatus.AWAITING_PAYMENT,
        )
        .order_by(Payment.id)
    ).all()


def unmatched_lines() -> Sequence[int]:
    """Lines of statements that nobody has matched."""
    return db.session.scalars(
        select(StatementLine.id).where(StatementLine.status == LineStatus.UNMATCHED).order_by(StatementLine.id)
    ).all()
