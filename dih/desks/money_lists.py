"""What waits on a manager's desk because of payments: matches to confirm, refunds to order, disputes to answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, cast, func, null, or_, select

from dih.applications.models import Application
from dih.desks.worklists import Work, WorkList
from dih.organisations.models import Organisation
from dih.payments.models import Dispute, Invoice, Payment, Refund, StatementLine
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
    hands = [one for one in (actor.person_id, actor.deputy_for) if one is not None]
    others = and_(
        *(
            func.coalesce(proposer, 0).not_in(hands)
            for proposer in (StatementLine.proposed_by, StatementLine.deputy_for)
        )
    )
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
    gone = back + lost
    nothing_owed = or_(Voucher.status.in_((VoucherStatus.LAPSED, VoucherStatus.CANCELLED)), ~_invoiced())
    surplus = Payment.received_cents - Payment.amount_cents
    less_delivered = and_(Voucher.status == VoucherStatus.CLOSED, _confirmed_less(), gone <= surplus)
    wanted = _payments(actor, today, Organisation.name).where(
        Payment.status == PaymentStatus.PAID,
        or_(and_(nothing_owed, gone < Payment.received_cents), less_delivered, gone < surplus),
    )
    work = Work(wanted, (Payment.paid_on, Payment.id))
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


def _invoiced() -> ColumnElement[bool]:
    """Whether the payment made its voucher active: what has no invoice came too late or twice."""
    return select(Invoice.id).where(Invoice.payment_id == Payment.id).exists()
