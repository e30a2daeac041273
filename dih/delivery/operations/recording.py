"""What the partner records: the plan, hours, evidence, and the report that delivery is done."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from sqlalchemy import select

from dih.delivery import emails, rules
from dih.delivery.models import DeliveredValue, DeliveryReport, Evidence, Milestone, WorkRecord
from dih.delivery.operations.loading import services_of
from dih.delivery.settings import ANSWER_DAYS
from dih.documents import operations as documents
from dih.documents.storage import Received
from dih.extensions.database import db
from dih.shared import clock, settings, texts
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.wording import N_
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher, VoucherService
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
    services = services_of(voucher)
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
