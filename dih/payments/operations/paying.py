"""The beneficiary chooses how to pay. A card payment is an intent until Stripe has answered."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select

from dih.applications.models import Application
from dih.extensions.database import db
from dih.payments import emails, rules
from dih.payments.models import Payment
from dih.payments.settings import ISSUER_IBAN, TRANSFER_GRACE_DAYS
from dih.payments.stripe_gateway import Session
from dih.payments.vocabulary import PAYMENT_STATUS_TRANSITIONS, Method, PaymentStatus
from dih.shared import audit, clock, rates, settings
from dih.shared.access import SYSTEM, Actor, Permission
from dih.shared.currency import LEU
from dih.shared.errors import BrokenRule, Forbidden, Stale
from dih.shared.numbers import next_number
from dih.shared.status import take
from dih.shared.transitions import target_of
from dih.shared.wording import N_
from dih.vouchers import operations as vouchers
from dih.vouchers import queries as voucher_queries
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus


def choose_card(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> Payment:
    """The intent to pay by card: the one that waits already, else a new one. Its page ends with the voucher's last day.

    Raises BrokenRule when nothing is due, NotFound, Forbidden.
    """
    voucher, application = _awaiting(voucher_uuid, actor, now)
    enough = now + dt.timedelta(minutes=rules.LEAST_CHECKOUT_MINUTES)
    waiting = _waiting(voucher, Method.CARD)
    if waiting is not None and waiting.expires_at >= enough:
        return waiting
    last = min(now + dt.timedelta(hours=rules.CHECKOUT_HOURS), clock.end_of_day(voucher.valid_until))
    return _begin(voucher, application, Method.CARD, max(last, enough), actor, now)


def choose_transfer(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> Payment:
    """A payment by bank transfer that waits for the bank's statement; its reference is what the payer writes.

    One whose day has passed is followed by a new one, at the rate of today.

    Raises BrokenRule when nothing is due or the hub names no account, NotFound, Forbidden.
    """
    if not settings.read(ISSUER_IBAN):
        raise BrokenRule.because(N_("Bank transfer is not offered now. Write to us how you want to pay."))
    voucher, application = _awaiting(voucher_uuid, actor, now)
    waiting = _waiting(voucher, Method.TRANSFER)
    if waiting is not None and waiting.expires_at >= now:
        return waiting
    if waiting is not None:
        move(waiting, "expire", SYSTEM)
    last = rules.pay_by(clock.day_of(now), voucher.valid_until)
    payment = _begin(voucher, application, Method.TRANSFER, clock.end_of_day(last), actor, now)
    move(payment, "open", actor)
    vouchers.hold(voucher, settings.read(TRANSFER_GRACE_DAYS))
    _state_in_lei(payment, clock.day_of(now))
    emails.transfer(payment, application, now)
    return payment


def opened(payment_id: int, session: Session, now: dt.datetime) -> None:
    """Records the page that Stripe made for an intent; a second answer to the same call changes nothing."""
    payment = db.session.get_one(Payment, payment_id, populate_existing=True)
    if payment.session_id is None:
        payment.session_id, payment.session_url = session.id, session.url
    if payment.status is PaymentStatus.INTENDED:
        move(payment, "open", SYSTEM)


def expire(payment_id: int, now: dt.datetime) -> None:
    """An intent that Stripe will not serve ends. Raises Stale when money came in meanwhile."""
    move(db.session.get_one(Payment, payment_id, populate_existing=True), "expire", SYSTEM)


def move(payment: Payment, action: str, actor: Actor, **values: object) -> None:
    """One edge of a payment's life. Raises Stale when somebody was faster."""
    source = payment.status
    target = PaymentStatus(target_of(PAYMENT_STATUS_TRANSITIONS, action, source, actor))
    take(Payment, payment.id, source, target, **values)
    db.session.refresh(payment)


def _awaiting(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> tuple[Voucher, Application]:
    if not actor.may(Permission.ACCEPT_VOUCHER):
        raise Forbidden
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    if voucher.status is not VoucherStatus.AWAITING_PAYMENT:
        raise Stale if voucher.status is VoucherStatus.ACTIVE else BrokenRule.because(_NOTHING_DUE)
    if clock.day_of(now) > voucher.valid_until:
        raise BrokenRule.because(N_("The last day to pay was %(day)s."), day=voucher.valid_until)
    return voucher, application


_NOTHING_DUE = N_("Nothing is to be paid for this voucher now.")


def _waiting(voucher: Voucher, method: Method) -> Payment | None:
    return db.session.scalars(
        select(Payment)
        .where(
            Payment.voucher_id == voucher.id,
            Payment.method == method,
            Payment.status.in_((PaymentStatus.INTENDED, PaymentStatus.OPEN)),
        )
        .order_by(Payment.id.desc())
        .limit(1)
    ).one_or_none()


def _begin(
    voucher: Voucher, application: Application, method: Method, until: dt.datetime, actor: Actor, now: dt.datetime
) -> Payment:
    due = voucher_queries.vat_due(voucher.beneficiary_cents)
    year = clock.day_of(now).year
    payment = Payment(
        voucher_id=voucher.id,
        reference=rules.reference(year, next_number("payment", year)),
        method=method,
        status=PaymentStatus.INTENDED,
        share_cents=due.net_cents,
        vat_percent=int(due.percent),
        vat_exemption=due.exemption,
        vat_cents=due.vat_cents,
        amount_cents=due.gross_cents,
        created_at=now,
        created_by=actor.person_id,
        expires_at=until.replace(microsecond=0),
    )
    db.session.add(payment)
    db.session.flush()
    record(payment, application, f"payment_by_{method}", actor, now, amount_cents=payment.amount_cents)
    return payment


def record(
    payment: Payment,
    application: Application,
    action: str,
    actor: Actor,
    now: dt.datetime,
    *,
    reason: str = "",
    **after: object,
) -> None:
    """Puts one thing that happened to a payment on the case's timeline."""
    audit.record(
        actor,
        now,
        ("payment", payment.id),
        action,
        after={"reference": payment.reference, **after},
        reason=reason,
        application_id=application.id,
    )


def _state_in_lei(payment: Payment, today: dt.date) -> None:
    """What a transfer comes to in lei by the rate of the day; where no rate is known the payer pays euro."""
    try:
        rate = rates.to_euro(100, LEU, today).rate
    except BrokenRule:
        return
    payment.lei_minor = rules.in_currency(payment.amount_cents, rate.micros)
    payment.rate_micros, payment.rate_day, payment.rate_source = rate.micros, rate.day, rate.source
