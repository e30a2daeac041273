"""Planning and recording a delivery; the beneficiary's confirmation spends the reserve and frees the rest."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from sqlalchemy import select

from dih.aid import operations as aid
from dih.applications.models import Application
from dih.budget import ledger
from dih.delivery import emails, rules
from dih.delivery.models import DeliveredValue, DeliveryReport, Evidence, Milestone, WorkRecord
from dih.delivery.settings import ANSWER_DAYS
from dih.documents import operations as documents
from dih.documents.storage import Received
from dih.extensions.database import db
from dih.shared import clock, settings, texts
from dih.shared.access import SYSTEM, Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.wording import N_
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.rules import reason_given
from dih.vouchers.vocabulary import VoucherStatus


def plan_milestone(voucher_uuid: uuid.UUID, title: str, due_on: dt.date, actor: Actor, now: dt.datetime) -> None:
    """Adds a step to the plan. Raises BrokenRule without a title, Stale once the delivery is reported."""
    voucher = _in_delivery(voucher_uuid, actor, now)
    if not texts.trimmed(title):
        raise BrokenRule.because(N_("Name the step."), "title")
    rules.check_due_day(due_on, clock.day_of(voucher.redeemed_at or now), "due_on")
    db.session.add(Milestone(voucher_id=voucher.id, title=texts.trimmed(title), due_on=due_on))


def finish_milestone(voucher_uuid: uuid.UUID, milestone_id: int, done: bool, actor: Actor, now: dt.datetime) -> None:
    """Ticks a step as done today, or opens it again. Raises NotFound for a step of another voucher."""
    milestone = _milestone(voucher_uuid, milestone_id, actor, now)
    if done != (milestone.done_on is not None):
        milestone.done_on = clock.day_of(now) if done else None


def remove_milestone(voucher_uuid: uuid.UUID, milestone_id: int, actor: Actor, now: dt.datetime) -> None:
    """Takes a step that is not done out of the plan. Raises BrokenRule for one that is."""
    milestone = _milestone(voucher_uuid, milestone_id, actor, now)
    if milestone.done_on is not None:
        raise BrokenRule.because(N_("This step is done. Open it again before you remove it."))
    db.session.delete(milestone)


def record_work(
    voucher_uuid: uuid.UUID, service_id: int, day: dt.date, tenths: int, note: str, actor: Actor, now: dt.datetime
) -> None:
    """Records hours (in tenths) of the actor on one day for one service of the voucher.

    Raises BrokenRule for impossible hours, a day ahead or before the redemption, a service of another voucher.
    """
    voucher = _in_delivery(voucher_uuid, actor, now)
    rules.check_work(day, tenths, clock.day_of(voucher.redeemed_at or now), clock.day_of(now))
    service = db.session.scalar(
        select(VoucherService).where(VoucherService.voucher_id == voucher.id, VoucherService.service_id == service_id)
    )
    if service is None:
        raise BrokenRule.because(N_("Choose a service of this voucher."), "service")
    db.session.add(
        WorkRecord(
            voucher_service_id=service.id, person_id=actor.person_id, day=day, tenths=tenths, note=texts.trimmed(note)
        )
    )


def remove_work(voucher_uuid: uuid.UUID, work_id: int, actor: Actor, now: dt.datetime) -> None:
    """Takes out one's own record of work, typed by mistake. Raises NotFound for another person's."""
    voucher = _in_delivery(voucher_uuid, actor, now)
    record = db.session.scalar(
        select(WorkRecord)
        .join(VoucherService, VoucherService.id == WorkRecord.voucher_service_id)
        .where(
            WorkRecord.id == work_id, WorkRecord.person_id == actor.person_id, VoucherService.voucher_id == voucher.id
        )
    )
    if record is None:
        raise NotFound
    db.session.delete(record)


def add_evidence(voucher_uuid: uuid.UUID, received: Received, note: str, actor: Actor, now: dt.datetime) -> None:
    """Keeps a received file as evidence."""
    voucher = _in_delivery(voucher_uuid, actor, now)
    file_id = documents.keep(received, actor, now)
    db.session.add(Evidence(voucher_id=voucher.id, file_id=file_id, note=texts.trimmed(note), added_at=now))


def report(voucher_uuid: uuid.UUID, summary: str, delivered: Mapping[int, int], actor: Actor, now: dt.datetime) -> None:
    """The partner states that delivery is done: cents without VAT by service id, at most each service's price.

    Raises BrokenRule naming each field that is wrong, Stale when it is reported already, Forbidden.
    """
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    vouchers.step(voucher, "deliver", actor, now, reported_cents=sum(delivered.values()))
    services = _services(voucher)
    problems = rules.report_problems(texts.trimmed(summary), delivered, {s.service_id: s.price_cents for s in services})
    if problems:
        raise BrokenRule(*problems)
    made = DeliveryReport(
        voucher_id=voucher.id,
        summary=texts.trimmed(summary),
        reported_at=now,
        reported_by=actor.person_id,
        answer_by=clock.day_of(now) + dt.timedelta(days=settings.read(ANSWER_DAYS)),
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        DeliveredValue(report_id=made.id, voucher_service_id=service.id, delivered_cents=delivered[service.service_id])
        for service in services
    )
    emails.reported(voucher, application, made.answer_by, now)


def confirm(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """The beneficiary confirms: what was delivered is spent on each service's line, the rest is free again."""
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    _settle(voucher, application, "confirm", "", actor, now)
    emails.confirmed(voucher, application, now)


def stand_in(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager confirms in the place of a beneficiary that has not answered in time; both sides are told why.

    Raises BrokenRule without a reason and while there is time to answer, Stale once it is answered, Forbidden.
    """
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    why, last = reason_given(reason), _last_report(voucher)
    if voucher.status is VoucherStatus.DELIVERED:
        rules.check_stands_in(last.answer_by, clock.day_of(now))
    _settle(voucher, application, "stand_in", why, actor, now)
    last.stood_in_reason = why
    emails.stood_in(voucher, application, why, now)


def remind(voucher_uuid: uuid.UUID, now: dt.datetime) -> None:
    """Reminds the beneficiary of a report that it has not answered, when the next reminder is due."""
    voucher, application = vouchers.load(voucher_uuid, SYSTEM, now)
    last = _last_report(voucher)
    due = rules.reminders_due(clock.day_of(last.reported_at), last.answer_by, clock.day_of(now))
    if voucher.status is VoucherStatus.DELIVERED and last.reminders < due:
        last.reminders = due
        emails.reminder(voucher, application, last.answer_by, now)


def dispute(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The beneficiary does not agree; a manager looks at it. Nothing is spent meanwhile. Raises BrokenRule."""
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    why = reason_given(reason)
    vouchers.step(voucher, "dispute", actor, now, reason=why)
    last = _last_report(voucher)
    last.answered_at, last.answered_by, last.dispute_reason = now, actor.person_id, why
    emails.disputed(voucher, application, why, now)


def redo(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager sends a disputed delivery back to the partner. Raises BrokenRule without a reason."""
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    why = reason_given(reason)
    vouchers.step(voucher, "redo", actor, now, reason=why)
    emails.settled(voucher, application, why, now)


def uphold(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager finds that the reported delivery stands: it is spent as if confirmed. Raises BrokenRule."""
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    why = reason_given(reason)
    _settle(voucher, application, "uphold", why, actor, now)
    emails.settled(voucher, application, why, now)


def rate(voucher_uuid: uuid.UUID, rating: int, comment: str, actor: Actor, now: dt.datetime) -> None:
    """The beneficiary rates a confirmed delivery from 1 to 5; a later rating replaces an earlier.

    Raises BrokenRule for another number, Stale before the delivery is confirmed, Forbidden.
    """
    if not actor.may(Permission.CONFIRM_DELIVERY):
        raise Forbidden
    voucher, _ = vouchers.load(voucher_uuid, actor, now)
    if voucher.status not in (VoucherStatus.CONFIRMED, VoucherStatus.CLOSED):
        raise Stale
    if rating not in range(1, 6):
        raise BrokenRule.because(N_("Choose a rating from 1 to 5."), "rating")
    last = _last_report(voucher)
    last.rating, last.rating_comment = rating, texts.trimmed(comment)


def close(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """A manager closes a confirmed voucher: everything about it is done."""
    voucher, _ = vouchers.load(voucher_uuid, actor, now)
    vouchers.step(voucher, "close", actor, now)


def _settle(
    voucher: Voucher, application: Application, action: str, reason: str, actor: Actor, now: dt.datetime
) -> None:
    last = _last_report(voucher)
    rows = db.session.execute(
        select(DeliveredValue.voucher_service_id, DeliveredValue.delivered_cents).where(
            DeliveredValue.report_id == last.id
        )
    )
    delivered = {row.voucher_service_id: row.delivered_cents for row in rows}
    spent, freed = {}, {}
    services = _services(voucher)
    for service in services:
        envelope = service.eu_cents + service.national_cents
        spent[service.id] = rules.envelope_part(envelope, delivered.get(service.id, 0), service.price_cents)
        freed[service.id] = envelope - spent[service.id]
    money = {"spent_cents": sum(spent.values()), "released_cents": sum(freed.values())}
    vouchers.step(voucher, action, actor, now, reason=reason, **money)
    for service in services:
        service.confirmed_cents = delivered.get(service.id, 0)
    last.answered_at, last.answered_by = now, actor.person_id
    application.closed_at = now
    db.session.flush()
    borne = sum(
        rules.envelope_part(service.national_cents, service.confirmed_cents, service.price_cents)
        for service in services
    )
    aid.settle(application.id, borne, actor, now)
    key = f"voucher:{voucher.id}:confirm"
    ledger.hold({service.line_id for service in services})
    ledger.spend(vouchers.parts(voucher, spent, application), key, actor, now, application_id=application.id)
    ledger.release(
        vouchers.parts(voucher, freed, application), f"{key}:rest", actor, now, application_id=application.id
    )


def _in_delivery(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> Voucher:
    if not actor.may(Permission.RECORD_DELIVERY):
        raise Forbidden
    voucher, _ = vouchers.load(voucher_uuid, actor, now)
    if voucher.status is not VoucherStatus.IN_DELIVERY:
        raise Stale
    return voucher


def _milestone(voucher_uuid: uuid.UUID, milestone_id: int, actor: Actor, now: dt.datetime) -> Milestone:
    voucher = _in_delivery(voucher_uuid, actor, now)
    milestone = db.session.get(Milestone, milestone_id)
    if milestone is None or milestone.voucher_id != voucher.id:
        raise NotFound
    return milestone


def _services(voucher: Voucher) -> list[VoucherService]:
    return list(
        db.session.scalars(
            select(VoucherService).where(VoucherService.voucher_id == voucher.id).order_by(VoucherService.id)
        )
    )


def _last_report(voucher: Voucher) -> DeliveryReport:
    report = db.session.scalars(
        select(DeliveryReport)
        .where(DeliveryReport.voucher_id == voucher.id)
        .order_by(DeliveryReport.id.desc())
        .limit(1)
    ).one_or_none()
    if report is None:
        raise Stale
    return report
