"""The list of deliveries: a page in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, select

from dih.applications.models import Application
from dih.delivery import rules
from dih.delivery.models import DeliveryReport, Milestone
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.shared import clock, paging
from dih.shared.access import Actor
from dih.shared.paging import FRONT, Page, Place
from dih.vouchers.models import Voucher
from dih.vouchers.queries.reach import no_conflict, within_reach
from dih.vouchers.vocabulary import VoucherStatus

UNDER_WAY = (VoucherStatus.IN_DELIVERY, VoucherStatus.DELIVERED, VoucherStatus.DISPUTED)
DONE = (VoucherStatus.CONFIRMED, VoucherStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to. `done`: the finished ones instead of those under way; `late`: a step is overdue."""

    done: bool = False
    late: bool = False
    status: VoucherStatus | None = None
    partner_id: int | None = None

    @property
    def count(self) -> int:
        """How many filters beside the tab are set."""
        return self.late + (self.status is not None) + (self.partner_id is not None)


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery. `next_due` is the day of the first open step of its plan."""

    id: int
    uuid: UUID
    reference: str
    title: str
    organisation: str
    partner: str
    status: VoucherStatus
    status_since: dt.datetime
    redeemed_at: dt.datetime
    value_cents: int
    milestones: int
    milestones_done: int
    next_due: dt.date | None


def page(actor: Actor, filters: Filters, now: dt.datetime, place: Place = FRONT) -> Page[Row]:
    """The deliveries within the actor's reach that fit, newest first."""
    today = clock.day_of(now)
    of_voucher = Milestone.voucher_id == Voucher.id
    still_open = and_(of_voucher, Milestone.done_on.is_(None))
    steps = select(func.count()).select_from(Milestone)
    columns: list[Any] = [
        Voucher.id,
        Voucher.uuid,
        Application.reference,
        Application.title,
        Organisation.name,
        Partner.short_name,
        Voucher.status,
        Voucher.status_since,
        Voucher.redeemed_at,
        Voucher.value_cents,
        steps.where(of_voucher).scalar_subquery(),
        steps.where(of_voucher, Milestone.done_on.is_not(None)).scalar_subquery(),
        select(func.min(Milestone.due_on)).where(still_open).scalar_subquery(),
    ]
    wanted = (
        select(*columns)
        .outerjoin(Application, Application.id == Voucher.application_id)
        .outerjoin(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Partner, Partner.id == Voucher.partner_id)
        .where(within_reach(actor), no_conflict(actor, today))
    )
    states = [status for status in (DONE if filters.done else UNDER_WAY) if filters.status in (None, status)]
    if filters.partner_id is not None:
        wanted = wanted.where(Voucher.partner_id == filters.partner_id)
    if filters.late:
        overdue = exists().where(still_open, Milestone.due_on < today)
        wanted = wanted.where(overdue)
        states = [status for status in states if status is VoucherStatus.IN_DELIVERY]
    among = (Voucher.status, states)
    return paging.read(wanted, place, Voucher.id, descending=True, among=among).each(lambda row: Row(*row))


def unanswered(today: dt.date, most: int = 200) -> Sequence[UUID]:
    """The vouchers (uuids) with a report for which a reminder is due, the one that ends first at the front."""
    rows = db.session.execute(
        select(Voucher.uuid, DeliveryReport.reported_at, DeliveryReport.answer_by, DeliveryReport.reminders)
        .join(Voucher, Voucher.id == DeliveryReport.voucher_id)
        .where(
            DeliveryReport.answered_at.is_(None),
            DeliveryReport.reminders < rules.REMINDERS,
            Voucher.status == VoucherStatus.DELIVERED,
        )
        .order_by(DeliveryReport.answer_by)
    )
    due = (
        row.uuid
        for row in rows
        if row.reminders < rules.reminders_due(clock.day_of(row.reported_at), row.answer_by, today)
    )
    return list(islice(due, most))
