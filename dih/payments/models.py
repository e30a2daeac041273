"""What beneficiaries paid, what went back, what Stripe and the bank told us, and the invoices."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from dih.extensions.database import Cents, Choice, Model, choice_check
from dih.payments.vocabulary import (
    DisputeState,
    EventOutcome,
    InvoiceKind,
    LineStatus,
    Method,
    PaymentStatus,
    RefundStatus,
)


class Payment(Model):
    """One way by which a beneficiary set out to pay a voucher's share, in cents of euro: share + VAT = amount.

    `received_cents` came in for it, more than was asked too; `paid_on` is the day of the first of it, of a transfer the
    day on which the bank booked it, and `paid_at` when we learned of it. A card payment has Stripe's `session_id`,
    later its `intent_id`; a transfer what it comes to in lei by the rate of the day on which it was asked for
    (`lei_minor` in bani, `rate_micros` millionths of a leu for a euro).
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint(choice_check("method", Method), name="method"),
        CheckConstraint(choice_check("status", PaymentStatus), name="status"),
        CheckConstraint("share_cents > 0 AND vat_cents >= 0", name="positive"),
        CheckConstraint("amount_cents = share_cents + vat_cents", name="sum"),
        CheckConstraint("(status = 'paid') = (paid_at IS NOT NULL AND paid_on IS NOT NULL)", name="paid"),
        CheckConstraint("(status = 'paid') = (received_cents > 0) AND received_cents >= 0", name="received"),
        Index("ix_payment_status", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    method: Mapped[Method] = mapped_column(Choice(Method))
    status: Mapped[PaymentStatus] = mapped_column(Choice(PaymentStatus), default=PaymentStatus.INTENDED)
    share_cents: Mapped[int] = mapped_column(Cents)
    vat_percent: Mapped[int]
    vat_exemption: Mapped[str] = mapped_column(Text, default="")
    vat_cents: Mapped[int] = mapped_column(Cents)
    amount_cents: Mapped[int] = mapped_column(Cents)
    created_at: Mapped[dt.datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[dt.datetime]
    paid_at: Mapped[dt.datetime | None]
    paid_on: Mapped[dt.date | None]
    received_cents: Mapped[int] = mapped_column(Cents, default=0)
    session_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    session_url: Mapped[str] = mapped_column(Text, default="")
    intent_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    lei_minor: Mapped[int | None] = mapped_column(Cents)
    rate_micros: Mapped[int | None] = mapped_column(BigInteger)
    rate_day: Mapped[dt.date | None]
    rate_source: Mapped[str] = mapped_column(String(100), default="")


class Refund(Model):
    """Money that goes back of one payment, in cents; by card through Stripe, of a transfer by the hub's bank."""

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint(choice_check("status", RefundStatus), name="status"),
        CheckConstraint("amount_cents > 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    amount_cents: Mapped[int] = mapped_column(Cents)
    status: Mapped[RefundStatus] = mapped_column(Choice(RefundStatus), default=RefundStatus.INTENDED)
    stripe_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[dt.datetime | None]


class Dispute(Model):
    """A payer's objection to a card payment, as Stripe tells of it."""

    __tablename__ = "dispute"
    __table_args__ = (CheckConstraint(choice_check("state", DisputeState), name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    stripe_id: Mapped[str] = mapped_column(String(100), unique=True)
    amount_cents: Mapped[int] = mapped_column(Cents)
    state: Mapped[DisputeState] = mapped_column(Choice(DisputeState))
    reason: Mapped[str] = mapped_column(String(80), default="")
    answer_by: Mapped[dt.datetime | None]
    opened_at: Mapped[dt.datetime]


class StripeEvent(Model):
    """An event that Stripe sent, kept once. One that came before its payment was known waits for it by `intent_id`."""

    __tablename__ = "stripe_event"
    __table_args__ = (
        CheckConstraint(choice_check("outcome", EventOutcome), name="outcome"),
        Index("ix_stripe_event_waiting", "intent_id", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime]
    intent_id: Mapped[str | None] = mapped_column(String(100))
    outcome: Mapped[EventOutcome] = mapped_column(Choice(EventOutcome))
    content: Mapped[dict[str, Any]]


class Statement(Model):
    """A bank statement as it was imported; the same file is taken once."""

    __tablename__ = "bank_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    imported_at: Mapped[dt.datetime]
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class StatementLine(Model):
    """Money that came in by bank: `minor` hundredths of `currency`. `fingerprint` keeps overlapping statements apart.

    Matched by itself, or proposed by one manager (it may be as a deputy, `deputy_for`) and confirmed by another.
    """

    __tablename__ = "bank_statement_line"
    __table_args__ = (
        CheckConstraint(choice_check("status", LineStatus), name="status"),
        CheckConstraint("minor > 0", name="positive"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people"),
        CheckConstraint("(payment_id IS NULL) = (status IN ('unmatched', 'aside'))", name="payment"),
        Index("ix_bank_statement_line_status", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("bank_statement.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    booked_on: Mapped[dt.date]
    minor: Mapped[int] = mapped_column(Cents)
    currency: Mapped[str] = mapped_column(String(3))
    payer: Mapped[str] = mapped_column(String(200), default="")
    payer_iban: Mapped[str] = mapped_column(String(34), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[LineStatus] = mapped_column(Choice(LineStatus), default=LineStatus.UNMATCHED)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    deputy_for: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text, default="")


class Invoice(Model):
    """An invoice or a credit note, never changed: triggers refuse it. `content` is all that stands on it.

    Money in cents of euro; those of a credit note are positive, its kind says which way they go.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("issuer_cui", "year", "number"),
        CheckConstraint(choice_check("kind", InvoiceKind), name="kind"),
        CheckConstraint("total_cents = net_cents + vat_cents AND total_cents > 0", name="sum"),
        CheckConstraint("(kind = 'credit_note') = (corrects_id IS NOT NULL)", name="corrects"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    kind: Mapped[InvoiceKind] = mapped_column(Choice(InvoiceKind))
    issuer_cui: Mapped[str] = mapped_column(String(12))
    year: Mapped[int]
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    issued_on: Mapped[dt.date]
    issued_at: Mapped[dt.datetime]
    net_cents: Mapped[int] = mapped_column(Cents)
    vat_cents: Mapped[int] = mapped_column(Cents)
    total_cents: Mapped[int] = mapped_column(Cents)
    content: Mapped[dict[str, Any]]
