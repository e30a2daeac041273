"""What has to go back of each payment, derived from what was paid, what went back and what is owed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from dih.applications.models import Application
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.payments import rules
from dih.payments.models import Dispute, Invoice, Payment, Refund, StatementLine
from dih.payments.vocabulary import DisputeState, Method, PaymentStatus, RefundStatus
from dih.shared import clock
from dih.shared.access import Actor
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.queries.reach import no_conflict, within_reach
from dih.vouchers.vocabulary import VoucherStatus

_SETTLED = (VoucherStatus.LAPSED, VoucherStatus.CANCELLED, VoucherStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class Due:
    """A payment of which `due_cents` have to go back of what came in, and why: the state of its voucher.

    `iban` is the account that a transfer came from; where the bank did not name it, the organisation's own.
    """

    payment_uuid: uuid.UUID
    reference: str
    method: Method
    paid_on: dt.date
    received_cents: int
    due_cents: int
    voucher_uuid: uuid.UUID
    voucher_status: VoucherStatus
    case_uuid: uuid.UUID
    case_reference: str
    organisation: str
    iban: str


def due_of(payment_id: int, voucher_id: int) -> int:
    """What has to go back of one payment, in cents; read in the transaction that holds the voucher."""
    return _due_by_payment(Voucher.id == voucher_id).get(payment_id, 0)


def refunds_due(actor: Actor, now: dt.datetime) -> list[Due]:
    """All payments of which something has to go back, the oldest first. Four queries."""
    paid_more = (
        select(Payment.voucher_id)
        .where(Payment.status == PaymentStatus.PAID)
        .group_by(Payment.voucher_id)
        .having(func.sum(Payment.received_cents) > func.max(Payment.amount_cents))
    )
    due = _due_by_payment(Voucher.status.in_(_SETTLED) | Voucher.id.in_(paid_more))
    if not due:
        return []
    came_from = (
        select(StatementLine.payer_iban)
        .where(StatementLine.payment_id == Payment.id, StatementLine.payer_iban != "")
        .order_by(StatementLine.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Payment.id,
            Payment.uuid,
            Payment.reference,
            Payment.method,
            Payment.paid_on,
            Payment.received_cents,
            Voucher.uuid.label("voucher_uuid"),
            Voucher.status,
            Application.uuid.label("case_uuid"),
            Application.reference.label("case_reference"),
            Organisation.name,
            func.coalesce(came_from, Organisation.iban).label("iban"),
        )
        .join(Voucher, Voucher.id == Payment.voucher_id)
        .join(Application, Application.id == Voucher.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Payment.id.in_(due), within_reach(actor), no_conflict(actor, clock.day_of(now)))
        .order_by(Payment.paid_at, Payment.id)
    )
    return [
        Due(
            row.uuid,
            row.reference,
            row.method,
            row.paid_on,
            row.received_cents,
            due[row.id],
            row.voucher_uuid,
            row.status,
            row.case_uuid,
            row.case_reference or "",
            row.name,
            row.iban,
        )
        for row in rows
    ]


def _due_by_payment(which: ColumnElement[bool]) -> Mapping[int, int]:
    """Cents that have to go back by payment, where there are any.

    A surplus is borne first by payments without an invoice (they came too late or twice), then by the last ones.
    """
    invoiced = exists().where(Invoice.payment_id == Payment.id)
    paid: dict[int, list[Any]] = defaultdict(list)
    wanted = (
        select(
            Payment.id,
            Payment.voucher_id,
            Payment.received_cents,
            Payment.vat_percent,
            Voucher.status,
            Voucher.beneficiary_cents,
        )
        .join(Voucher, Voucher.id == Payment.voucher_id)
        .where(Payment.status == PaymentStatus.PAID, which)
        .order_by(invoiced, Payment.paid_at.desc(), Payment.id.desc())
    )
    for row in db.session.execute(wanted):
        paid[row.voucher_id].append(row)
    if not paid:
        return {}
    gone, services = _gone([row.id for rows in paid.values() for row in rows]), _services(list(paid))
    due: dict[int, int] = {}
    for voucher_id, rows in paid.items():
        first = rows[-1]
        owed = rules.owed_cents(
            first.status, first.beneficiary_cents, Decimal(first.vat_percent), services.get(voucher_id, [])
        )
        surplus = rules.surplus_cents(
            sum(row.received_cents for row in rows), sum(gone.get(row.id, 0) for row in rows), owed
        )
        left = [max(row.received_cents - gone.get(row.id, 0), 0) for row in rows]
        due.update((row.id, cents) for row, cents in zip(rows, rules.spread(surplus, left), strict=True) if cents)
    return due


def _gone(payment_ids: Sequence[int]) -> dict[int, int]:
    """What went back of each payment or is on its way, and what disputes took, in cents."""
    gone: dict[int, int] = defaultdict(int)
    back = select(Refund.payment_id, Refund.amount_cents).where(
        Refund.payment_id.in_(payment_ids), Refund.status != RefundStatus.FAILED
    )
    lost = select(Dispute.payment_id, Dispute.amount_cents).where(
        Dispute.payment_id.in_(payment_ids), Dispute.state == DisputeState.LOST
    )
    for wanted in (back, lost):
        for payment_id, cents in db.session.execute(wanted):
            gone[payment_id] += cents
    return gone


def _services(voucher_ids: Sequence[int]) -> dict[int, list[tuple[int, int, int]]]:
    services: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for row in db.session.execute(
        select(
            VoucherService.voucher_id,
            VoucherService.price_cents,
            VoucherService.beneficiary_cents,
            VoucherService.confirmed_cents,
        ).where(VoucherService.voucher_id.in_(voucher_ids))
    ):
        services[row.voucher_id].append((row.price_cents, row.beneficiary_cents, row.confirmed_cents))
    return services
