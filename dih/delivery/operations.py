"""Planning and recording a delivery; the beneficiary's confirmation spends the reserve and frees the rest."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from sqlalchemy import select

from dih.applications.models import Application
from dih.budget import ledger
from dih.delivery import emails, rules
from dih.delivery.models import DeliveredValue, DeliveryReport, Evidence, Milestone, WorkRecord
from dih.extensions.database import db
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule, NotFound, Stale
from dih.shared.wording import N_
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.vocabulary import VoucherStatus


def plan_milestone(voucher_uuid: uuid.UUID, title: str, due_on: dt.date, actor: Actor, now: dt.datetime) -> None:
    """Adds a step to the plan. Raises BrokenRule without a title or once the delivery is reported."""
    voucher = _in_delivery(voucher_uuid, actor)
    if not title.strip():
        raise BrokenRule.because(N_("Name the step."), "title")
    db.session.add(Milestone(voucher_id=voucher.id, title=title.strip(), due_on=due_on))


def finish_milestone(voucher_uuid: uuid.UUID, milestone_id: int, done_on: dt.date | None, actor: Actor) -> None:
    """Marks a step as done on a day, or as open again (None)."""
    voucher = _in_delivery(voucher_uuid, actor)
    milestone = db.session.get(Milestone, milestone_id)
    if milestone is None or milestone.voucher_id != voucher.id:
        raise NotFound
    milestone.done_on = done_on


def record_work(
    voucher_uuid: uuid.UUID, service_id: int, day: dt.date, tenths: int, note: str, actor: Actor, today: dt.date
) -> None:
    """Records hours (in tenths) of the actor on one day for one service of the voucher."""
    voucher = _in_delivery(voucher_uuid, actor)
    if not 0 < tenths <= 240:
        raise BrokenRule.because(N_("Enter between 0.1 and 24 hours."), "hours")
    if day > today:
        raise BrokenRule.because(N_("Work can be recorded up to today, not ahead."), "day")
    service = db.session.scalar(
        select(VoucherService).where(VoucherService.voucher_id == voucher.id, VoucherService.service_id == service_id)
    )
    if service is None or actor.person_id is None:
        raise NotFound
    db.session.add(
        WorkRecord(voucher_service_id=service.id, person_id=actor.person_id, day=day, tenths=tenths, note=note.strip())
    )


def add_evidence(voucher_uuid: uuid.UUID, file_id: int, note: str, actor: Actor, now: dt.datetime) -> None:
    """Adds a stored file as evidence."""
    voucher = _in_delivery(voucher_uuid, actor)
    db.session.add(Evidence(voucher_id=voucher.id, file_id=file_id, note=note.strip(), added_at=now))


def report(voucher_uuid: uuid.UUID, summary: str, delivered: Mapping[int, int], actor: Actor, now: dt.datetime) -> None:
    """The partner states that delivery is done: cents without VAT by service id, at most each service's price.

    Raises BrokenRule naming each field that is wrong.
    """
    voucher, application = vouchers.load(voucher_uuid, actor)
    services = _services(voucher)
    problems = rules.report_problems(summary, delivered, {s.service_id: s.price_cents for s in services})
    if problems:
        raise BrokenRule(*problems)
    vouchers.step(voucher, "deliver", actor, now)
    made = DeliveryReport(voucher_id=voucher.id, summary=summary.strip(), reported_at=now, reported_by=actor.person_id)
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        DeliveredValue(report_id=made.id, voucher_service_id=service.id, delivered_cents=delivered[service.service_id])
        for service in services
    )
    emails.reported(voucher, application, now)


def confirm(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """The beneficiary confirms: what was delivered is spent on each service's line, the rest is free again."""
    voucher, application = vouchers.load(voucher_uuid, actor)
    vouchers.step(voucher, "confirm", actor, now)
    _settle(voucher, application, actor, now)


def dispute(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The beneficiary does not agree; a manager looks at it. Nothing is spent meanwhile."""
    voucher, application = vouchers.load(voucher_uuid, actor)
    vouchers.step(voucher, "dispute", actor, now, reason=_needed(reason))
    last = _last_report(voucher)
    last.answered_at, last.answered_by, last.dispute_reason = now, actor.person_id, reason.strip()
    emails.disputed(voucher, application, reason, now)


def redo(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager sends a disputed delivery back to the partner."""
    voucher, application = vouchers.load(voucher_uuid, actor)
    vouchers.step(voucher, "redo", actor, now, reason=_needed(reason))
    emails.settled(voucher, application, reason, now)


def uphold(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager finds that the reported delivery stands: it is spent as if confirmed."""
    voucher, application = vouchers.load(voucher_uuid, actor)
    vouchers.step(voucher, "uphold", actor, now, reason=_needed(reason))
    _settle(voucher, application, actor, now)
    emails.settled(voucher, application, reason, now)


def rate(voucher_uuid: uuid.UUID, rating: int, comment: str, actor: Actor) -> None:
    """The beneficiary rates a confirmed delivery from 1 to 5; a later rating replaces an earlier."""
    voucher, _ = vouchers.load(voucher_uuid, actor)
    if voucher.status not in (VoucherStatus.CONFIRMED, VoucherStatus.CLOSED):
        raise Stale
    if rating not in range(1, 6):
        raise BrokenRule.because(N_("Choose a rating from 1 to 5."), "rating")
    last = _last_report(voucher)
    last.rating, last.rating_comment = rating, comment.strip()


def close(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """A manager closes a confirmed voucher: everything about it is done."""
    voucher, _ = vouchers.load(voucher_uuid, actor)
    vouchers.step(voucher, "close", actor, now)


def _settle(voucher: Voucher, application: Application, actor: Actor, now: dt.datetime) -> None:
    last = _last_report(voucher)
    last.answered_at, last.answered_by = now, actor.person_id
    delivered = dict(
        db.session.execute(
            select(DeliveredValue.voucher_service_id, DeliveredValue.delivered_cents).where(
                DeliveredValue.report_id == last.id
            )
        ).tuples()
    )
    spent, freed = {}, {}
    for service in _services(voucher):
        service.confirmed_cents = delivered.get(service.id, 0)
        envelope = service.eu_cents + service.national_cents
        spent[service.id] = rules.envelope_part(envelope, service.confirmed_cents, service.price_cents)
        freed[service.id] = envelope - spent[service.id]
    application.closed_at = now
    db.session.flush()
    key = f"voucher:{voucher.id}:confirm"
    ledger.spend(vouchers.parts(voucher, spent, application), key, actor, now, application_id=application.id)
    ledger.release(
        vouchers.parts(voucher, freed, application), f"{key}:rest", actor, now, application_id=application.id
    )


def _in_delivery(voucher_uuid: uuid.UUID, actor: Actor) -> Voucher:
    voucher, _ = vouchers.load(voucher_uuid, actor)
    if voucher.status is not VoucherStatus.IN_DELIVERY:
        raise Stale
    return voucher


def _services(voucher: Voucher) -> list[VoucherService]:
    return list(
        db.session.scalars(
            select(VoucherService).where(VoucherService.voucher_id == voucher.id).order_by(VoucherService.id)
        )
    )


def _last_report(voucher: Voucher) -> DeliveryReport:
    return db.session.scalars(
        select(DeliveryReport)
        .where(DeliveryReport.voucher_id == voucher.id)
        .order_by(DeliveryReport.id.desc())
        .limit(1)
    ).one()


def _needed(reason: str) -> str:
    if not reason.strip():
        raise BrokenRule.because(N_("Give a reason: the other side reads it."), "reason")
    return reason.strip()
