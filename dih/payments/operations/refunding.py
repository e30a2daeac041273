"""Money that goes back. What is due is derived: paid, less what went back, less what is owed; never kept anywhere."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select

from dih.applications.models import Application
from dih.extensions.database import db
from dih.payments import emails, queries
from dih.payments.models import Payment, Refund
from dih.payments.operations import invoicing
from dih.payments.operations.paying import record
from dih.payments.vocabulary import Method, RefundStatus
from dih.shared import outbox
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.wording import N_
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher
from dih.vouchers.rules import reason_given

SEND = "payments.refund"
"""The kind of outbox item by which a refund is sent to Stripe."""


def order_refund(payment_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """A manager sends back by card what is due of a payment. Raises BrokenRule when nothing is, NotFound, Forbidden."""
    payment, voucher, application = _reached(payment_uuid, Method.CARD, actor, now)
    if not order(payment, voucher, application, actor, now):
        raise BrokenRule.because(_NOTHING)


def by_transfer(payment_uuid: uuid.UUID, note: str, actor: Actor, now: dt.datetime) -> None:
    """A manager records that the hub's bank has sent back what is due of a transfer, with the document's number.

    Raises BrokenRule without a note and when nothing is due, NotFound, Forbidden.
    """
    payment, voucher, application = _reached(payment_uuid, Method.TRANSFER, actor, now)
    why = reason_given(note, "note")
    cents = queries.due_of(payment.id, voucher.id)
    if not cents:
        raise BrokenRule.because(_NOTHING)
    refund = _refund(payment, cents, why, actor, now)
    refund.status, refund.settled_at = RefundStatus.SUCCEEDED, now
    db.session.flush()
    record(payment, application, "refund_succeeded", actor, now, reason=why, amount_cents=cents)
    invoicing.credit(payment, now)
    emails.refunded(payment, refund, application, now)


def order(payment: Payment, voucher: Voucher, application: Application, actor: Actor, now: dt.datetime) -> int:
    """Intends the refund of what is due of a card payment and puts the call to Stripe into the outbox; cents."""
    cents = queries.due_of(payment.id, voucher.id)
    if cents:
        refund = _refund(payment, cents, "", actor, now)
        record(payment, application, "refund_ordered", actor, now, amount_cents=cents)
        outbox.put(SEND, {"refund": refund.id}, now)
    return cents


_NOTHING = N_("Nothing is to be refunded of this payment now.")


def _reached(
    payment_uuid: uuid.UUID, method: Method, actor: Actor, now: dt.datetime
) -> tuple[Payment, Voucher, Application]:
    if not actor.may(Permission.MANAGE_VOUCHERS):
        raise Forbidden
    voucher_uuid = db.session.scalar(
        select(Voucher.uuid)
        .join(Payment, Payment.voucher_id == Voucher.id)
        .where(Payment.uuid == payment_uuid, Payment.method == method)
    )
    if voucher_uuid is None:
        raise NotFound
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    payment = db.session.scalars(
        select(Payment).where(Payment.uuid == payment_uuid).execution_options(populate_existing=True)
    ).one()
    return payment, voucher, application


def _refund(payment: Payment, cents: int, why: str, actor: Actor, now: dt.datetime) -> Refund:
    refund = Refund(
        payment_id=payment.id,
        amount_cents=cents,
        status=RefundStatus.INTENDED,
        reason=why,
        created_at=now,
        created_by=actor.person_id,
    )
    db.session.add(refund)
    db.session.flush()
    return refund
