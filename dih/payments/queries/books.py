"""Our books of card payments, as the reconciliation holds them against Stripe's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from dih.extensions.database import db
from dih.payments.models import Dispute, Payment, Refund
from dih.payments.vocabulary import DisputeState, Method, PaymentStatus, RefundStatus


@dataclass(frozen=True, slots=True)
class BookedPayment:
    """A card payment, in cents."""

    reference: str
    status: PaymentStatus
    amount_cents: int
    intent_id: str | None
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class BookedRefund:
    """A refund of a card payment, in cents."""

    id: int
    uuid: str
    stripe_id: str | None
    status: RefundStatus
    amount_cents: int
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Booked:
    """All that we know of card payments: payments by our id, disputes by Stripe's."""

    payments: Mapping[str, BookedPayment]
    refunds: Sequence[BookedRefund]
    disputes: Mapping[str, DisputeState]

    def refund(self, stripe_id: str, own_id: str) -> BookedRefund | None:
        """A refund by Stripe's id, or by ours."""
        return next((one for one in self.refunds if one.stripe_id == stripe_id or one.uuid == own_id), None)


def booked(since: dt.datetime) -> Booked:
    """What happened since a moment; three queries."""
    payments = db.session.execute(
        select(
            Payment.uuid, Payment.reference, Payment.status, Payment.amount_cents, Payment.intent_id, Payment.created_at
        ).where(Payment.method == Method.CARD, Payment.created_at >= since)
    )
    refunds = db.session.execute(
        select(Refund.id, Refund.uuid, Refund.stripe_id, Refund.status, Refund.amount_cents, Refund.created_at)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.method == Method.CARD, Refund.created_at >= since)
        .order_by(Refund.id)
    )
    disputes = db.session.execute(select(Dispute.stripe_id, Dispute.state))
    return Booked(
        {str(row[0]): BookedPayment(*row[1:]) for row in payments},
        [BookedRefund(row[0], str(row[1]), *row[2:]) for row in refunds],
        {row[0]: row[1] for row in disputes},
    )
