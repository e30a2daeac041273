"""What waits on a manager's desk because of payments: matches to confirm, refunds to order, disputes to answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, cast, func, null, or_, select
from sqlalchemy.orm import aliased

from dih.applications.models import Application
from dih.desks.worklists import Work, WorkList
from dih.organisations.models import Organisation
from dih.payments.models import Dispute, Payment, Refund, StatementLine
from dih.payments.vocabulary import DisputeState, LineStatus, PaymentStatus, RefundStatus
from dih.shared.access import Actor
from dih.shared.wording import N_
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.queries.reach import no_conflict
from dih.vouchers.vocabulary import VoucherStatus

_NO_DAY = cast(null(), Date)
_ANSWERING = (DisputeState.NEEDS_RESPONSE, DisputeState.WARNING_NEEDS_RESPONSE)


def matches(actor: Actor, today: dt.date) -> WorkList:
    """Matches of bank transfers that another manager proposed."""
    wanted = _payments(actor, today, StatementLine.payer).join(StatementLine, StatementLine.payment_id == Payment.id)
    others = or_(StatementLine.proposed_by.is_(None), StatementLine.proposed_by != actor.person_id)
    work = Work(wanted.where(StatementLine.status == LineStatus.PROPOSED, others), (StatementLine.id,))
    return WorkList(
        N_("Transfers to confirm"),
        work,
        "/payments/statements?state=proposed",
        N_("No match of a transfer waits for you."),
    )


def refunds(actor: Actor, today: dt.date) -> WorkList:
    """Payments of which something has to go back and nothing is on its way; how much, the list of refunds computes."""
    back = (
        select(func.coalesce(func.sum(Refund.amount_cents), 0))
        .where(Refund.payment_id == Payment.id, Refund.status != RefundStatus.FAILED)
        .scalar_subquery()
    )
    lost = (
        select(func.coalesce(func.sum(Dispute.amount_cents), 0))
        .where(Dispute.payment_id == Payment.id, Dispute.state == DisputeState.LOST)
        .scalar_subquery()
    )
    ended = and_(
        Voucher.status.in_((VoucherStatus.LAPSED, VoucherStatus.CANCELLED)), back + lost < Payment.amount_cents
    )
    less_delivered = and_(Voucher.status == VoucherStatus.CLOSED, _confirmed_less(), back + lost == 0)
    wanted = _payments(actor, today, Organisation.name).where(
        Payment.status == PaymentStatus.PAID, or_(ended, less_delivered, _paid_again())
    )
    work = Work(wanted, (Payment.paid_at, Payment.id))
    return WorkList(N_("Refunds to order"), work, "/payments/refunds", N_("Nothing has to go back."))


def disputes(actor: Actor, today: dt.date) -> WorkList:
    """Payments by card that the payer disputes at the bank and that need an answer."""
    wanted = _payments(actor, today, Organisation.name, func.date(Dispute.answer_by, type_=Date))
    work = Work(
        wanted.join(Dispute, Dispute.payment_id == Payment.id).where(Dispute.state.in_(_ANSWERING)),
        (Dispute.answer_by, Dispute.id),
    )
    return WorkList(
        N_("Disputed payments to answer"), work, "/payments/disputes", N_("No disputed payment needs an answer.")
    )


def _payments(actor: Actor, today: dt.date, words: Any, due: Any = _NO_DAY) -> Select[Any]:
    return (
        select(Application.uuid, Payment.reference, words, due)
        .select_from(Payment)
        .join(Voucher, Voucher.id == Payment.voucher_id)
        .join(Application, Application.id == Voucher.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(no_conflict(actor, today))
    )


def _confirmed_less() -> ColumnElement[bool]:
    return (
        select(VoucherService.id)
        .where(
            VoucherService.voucher_id == Voucher.id,
            VoucherService.beneficiary_cents > 0,
            VoucherService.confirmed_cents < VoucherService.price_cents,
        )
        .exists()
    )


def _paid_again() -> ColumnElement[bool]:
    """Whether another payment of the same voucher came first, and nothing of this one has gone back."""
    first = aliased(Payment)
    again = (
        select(first.id)
        .where(first.voucher_id == Payment.voucher_id, first.status == PaymentStatus.PAID, first.id < Payment.id)
        .exists()
    )
    gone = select(Refund.id).where(Refund.payment_id == Payment.id, Refund.status != RefundStatus.FAILED).exists()
    return again & ~gone
