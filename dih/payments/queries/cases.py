"""The payments of one voucher: its own page, and the panel of the case page."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from dih.extensions.database import db
from dih.payments.models import Dispute, Invoice, Payment, Refund
from dih.payments.vocabulary import DisputeState, InvoiceKind, Method, PaymentStatus, RefundStatus
from dih.shared import clock
from dih.shared.access import Actor, Permission
from dih.shared.currency import MICROS
from dih.vouchers import queries as vouchers
from dih.vouchers.models import Voucher
from dih.vouchers.rules import Vat
from dih.vouchers.vocabulary import VoucherStatus


@dataclass(frozen=True, slots=True)
class RefundSeen:
    """Money that goes back, in cents."""

    amount_cents: int
    status: RefundStatus
    reason: str
    created_at: dt.datetime
    settled_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class DisputeSeen:
    """A payer's objection; `answer_by` is when Stripe wants our answer."""

    stripe_id: str
    amount_cents: int
    state: DisputeState
    reason: str
    answer_by: dt.datetime | None


@dataclass(frozen=True, slots=True)
class InvoiceSeen:
    """An invoice or credit note by name."""

    uuid: uuid.UUID
    name: str
    kind: InvoiceKind
    issued_on: dt.date
    total_cents: int


@dataclass(frozen=True, slots=True)
class PaymentSeen:
    """One payment with what followed. Money in cents; `lei_minor` in bani with the rate it comes from.

    The VAT is that of the day on which the payment began.
    """

    id: int
    uuid: uuid.UUID
    reference: str
    method: Method
    status: PaymentStatus
    share_cents: int
    vat_percent: int
    vat_exemption: str
    vat_cents: int
    amount_cents: int
    created_at: dt.datetime
    expires_at: dt.datetime
    paid_on: dt.date | None
    received_cents: int
    lei_minor: int | None
    rate_micros: int | None
    rate_day: dt.date | None
    rate_source: str
    refunds: Sequence[RefundSeen]
    disputes: Sequence[DisputeSeen]
    invoices: Sequence[InvoiceSeen]

    @property
    def rate(self) -> Decimal:
        """Lei for one euro."""
        return Decimal(self.rate_micros or 0) / MICROS


@dataclass(frozen=True, slots=True)
class Case:
    """The payments of a voucher, newest first. `may_pay`: the actor may choose how; `due` is what has to come in.

    `transfer` is the pro-forma that is to be paid, if there is one: its day has not passed, and the voucher awaits it.
    """

    voucher: vouchers.Case
    due: Vat
    payments: Sequence[PaymentSeen]
    may_pay: bool
    transfer: PaymentSeen | None


@dataclass(frozen=True, slots=True)
class Panel:
    """How the share of a voucher stands, for the case page. Money in cents, VAT included."""

    voucher_uuid: uuid.UUID
    status: VoucherStatus
    share_cents: int
    paid_cents: int
    refunded_cents: int
    waiting: Sequence[str]
    may_pay: bool


def case(voucher_uuid: uuid.UUID, actor: Actor, today: dt.date) -> Case:
    """The payments of a voucher. Raises NotFound out of reach and in conflict. Seven queries."""
    voucher = vouchers.case(voucher_uuid, actor, today)
    due = voucher.vat or Vat(0, vouchers.vat_due(0).percent, 0)
    payments = payments_of(voucher.panel.id, disputed=actor.may(Permission.SEE_ALL))
    awaits = voucher.panel.status is VoucherStatus.AWAITING_PAYMENT
    asked = [
        one
        for one in payments
        if (one.method, one.status) == (Method.TRANSFER, PaymentStatus.OPEN) and clock.day_of(one.expires_at) >= today
    ]
    return Case(
        voucher,
        due,
        payments,
        may_pay=actor.may(Permission.ACCEPT_VOUCHER) and awaits,
        transfer=asked[0] if asked and awaits else None,
    )


def payments_of(voucher_id: int, *, disputed: bool) -> list[PaymentSeen]:
    """All payments of a voucher, newest first; disputes only where asked for."""
    rows = db.session.scalars(select(Payment).where(Payment.voucher_id == voucher_id).order_by(Payment.id.desc())).all()
    ids = [row.id for row in rows]
    if not ids:
        return []
    refunds: dict[int, list[RefundSeen]] = defaultdict(list)
    for refund in db.session.scalars(select(Refund).where(Refund.payment_id.in_(ids)).order_by(Refund.id)):
        refunds[refund.payment_id].append(
            RefundSeen(refund.amount_cents, refund.status, refund.reason, refund.created_at, refund.settled_at)
        )
    invoices: dict[int, list[InvoiceSeen]] = defaultdict(list)
    for paper in db.session.scalars(select(Invoice).where(Invoice.payment_id.in_(ids)).order_by(Invoice.id)):
        invoices[paper.payment_id].append(
            InvoiceSeen(paper.uuid, paper.name, paper.kind, paper.issued_on, paper.total_cents)
        )
    disputes: dict[int, list[DisputeSeen]] = defaultdict(list)
    if disputed:
        for one in db.session.scalars(select(Dispute).where(Dispute.payment_id.in_(ids)).order_by(Dispute.id)):
            disputes[one.payment_id].append(
                DisputeSeen(one.stripe_id, one.amount_cents, one.state, one.reason, one.answer_by)
            )
    kept = [name for name in PaymentSeen.__dataclass_fields__ if name not in ("refunds", "disputes", "invoices")]
    return [
        PaymentSeen(
            **{name: getattr(row, name) for name in kept},
            refunds=refunds[row.id],
            disputes=disputes[row.id],
            invoices=invoices[row.id],
        )
        for row in rows
    ]


def panel(application_id: int, actor: Actor) -> Panel | None:
    """How the share stands, in one query; None where there is none to pay, and for partners.

    The caller has made sure that the actor may see the application.
    """
    if actor.partner_id is not None:
        return None
    paid = (
        select(func.coalesce(func.sum(Payment.received_cents), 0))
        .where(Payment.voucher_id == Voucher.id)
        .correlate(Voucher)
        .scalar_subquery()
    )
    back = (
        select(func.coalesce(func.sum(Refund.amount_cents), 0))
        .join(Payment, Payment.id == Refund.payment_id)
        .where(Payment.voucher_id == Voucher.id, Refund.status == RefundStatus.SUCCEEDED)
        .correlate(Voucher)
        .scalar_subquery()
    )
    waiting = (Payment.method == Method.TRANSFER) & (Payment.status == PaymentStatus.OPEN)
    rows = db.session.execute(
        select(Voucher.uuid, Voucher.status, Voucher.beneficiary_cents, paid, back, Payment.reference)
        .outerjoin(Payment, (Payment.voucher_id == Voucher.id) & waiting)
        .where(
            Voucher.application_id == application_id,
            Voucher.beneficiary_cents > 0,
            Voucher.accepted_at.is_not(None),
        )
        .order_by(Payment.id)
    ).all()
    if not rows:
        return None
    row = rows[0]
    return Panel(
        row.uuid,
        row.status,
        row.beneficiary_cents,
        int(row[3]),
        int(row[4]),
        [one.reference for one in rows if one.reference],
        may_pay=actor.may(Permission.ACCEPT_VOUCHER) and row.status is VoucherStatus.AWAITING_PAYMENT,
    )
