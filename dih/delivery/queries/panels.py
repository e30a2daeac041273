"""A delivery at a glance, for the case page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select

from dih.delivery.models import DeliveredValue, DeliveryReport, Evidence, Milestone, WorkRecord
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.access import Actor, Permission
from dih.shared.transitions import open_actions
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.vocabulary import VOUCHER_STATUS_TRANSITIONS, VoucherStatus

_OPEN = {
    "deliver": "report",
    "confirm": "confirm",
    "stand_in": "stand_in",
    "dispute": "dispute",
    "redo": "settle",
    "uphold": "settle",
    "close": "close",
    "take_back": "take_back",
}
"""Moves of the voucher by the page of the delivery that makes them."""


@dataclass(frozen=True, slots=True)
class Panel:
    """How far a delivery is. Hours in tenths, money in cents without VAT.

    `actions`: record, report, confirm, stand_in, dispute, settle, close, take_back, rate.
    """

    voucher_uuid: UUID
    status: VoucherStatus
    milestones: int
    milestones_done: int
    next_due: dt.date | None
    tenths: int
    evidence: int
    reported_at: dt.datetime | None
    answer_by: dt.date | None
    reported_cents: int
    confirmed_cents: int
    dispute_reason: str
    taken_back_reason: str
    rating: int | None
    actions: Sequence[str]

    def is_late(self, now: dt.datetime) -> bool:
        """Whether a step of the plan is overdue while the partner delivers."""
        return (
            self.status is VoucherStatus.IN_DELIVERY and self.next_due is not None and self.next_due < clock.day_of(now)
        )

    def offered(self, now: dt.datetime) -> list[str]:
        """The actions that have a button at `now`."""
        return offered(self.actions, self.answer_by, clock.day_of(now))


def offered(actions: Sequence[str], answer_by: dt.date | None, today: dt.date) -> list[str]:
    """The actions without the confirmation in the beneficiary's place while it has time to answer itself."""
    early = answer_by is None or today <= answer_by
    return [action for action in actions if not (early and action == "stand_in")]


def panel(voucher_id: int, actor: Actor) -> Panel | None:
    """The delivery of a voucher in one query; None before it is redeemed.

    The caller has made sure that the actor may see the voucher.
    """
    row = db.session.execute(_progress(voucher_id)).one_or_none()
    if row is None:
        return None
    return Panel(
        row.uuid,
        row.status,
        row.milestones,
        int(row.milestones_done or 0),
        row.next_due,
        int(row.tenths),
        row.evidence,
        row.reported_at,
        row.answer_by,
        int(row.reported),
        int(row.confirmed),
        row.dispute_reason or "",
        row.taken_back_reason or "",
        row.rating,
        actions_for(row.status, row.partner_id, actor),
    )


def actions_for(status: VoucherStatus, partner_id: int, actor: Actor) -> tuple[str, ...]:
    """What the actor may do about a delivery in this state, in the order of its pages."""
    if actor.partner_id not in (None, partner_id):
        return ()
    actions = ["record"] if status is VoucherStatus.IN_DELIVERY and actor.may(Permission.RECORD_DELIVERY) else []
    actions += [_OPEN[name] for name in open_actions(VOUCHER_STATUS_TRANSITIONS, status, actor) if name in _OPEN]
    if status in (VoucherStatus.CONFIRMED, VoucherStatus.CLOSED) and actor.may(Permission.CONFIRM_DELIVERY):
        actions.append("rate")
    return tuple(dict.fromkeys(actions))


def _progress(voucher_id: int) -> Select[Any]:
    of_voucher = Milestone.voucher_id == Voucher.id
    services = VoucherService.voucher_id == Voucher.id
    last = (
        select(func.max(DeliveryReport.id))
        .where(DeliveryReport.voucher_id == Voucher.id)
        .correlate(Voucher)
        .scalar_subquery()
    )
    done = case((Milestone.done_on.is_not(None), 1), else_=0)
    columns: list[Any] = [
        Voucher.uuid,
        Voucher.status,
        Voucher.partner_id,
        select(func.count()).select_from(Milestone).where(of_voucher).scalar_subquery().label("milestones"),
        select(func.sum(done)).where(of_voucher).scalar_subquery().label("milestones_done"),
        select(func.min(Milestone.due_on))
        .where(of_voucher, Milestone.done_on.is_(None))
        .scalar_subquery()
        .label("next_due"),
        select(func.coalesce(func.sum(WorkRecord.tenths), 0))
        .join(VoucherService, VoucherService.id == WorkRecord.voucher_service_id)
        .where(services)
        .scalar_subquery()
        .label("tenths"),
        select(func.count())
        .select_from(Evidence)
        .where(Evidence.voucher_id == Voucher.id)
        .scalar_subquery()
        .label("evidence"),
        select(func.coalesce(func.sum(VoucherService.confirmed_cents), 0))
        .where(services)
        .scalar_subquery()
        .label("confirmed"),
        DeliveryReport.reported_at,
        DeliveryReport.answer_by,
        DeliveryReport.dispute_reason,
        DeliveryReport.taken_back_reason,
        DeliveryReport.rating,
        select(func.coalesce(func.sum(DeliveredValue.delivered_cents), 0))
        .where(DeliveredValue.report_id == DeliveryReport.id)
        .scalar_subquery()
        .label("reported"),
    ]
    return (
        select(*columns)
        .select_from(Voucher)
        .outerjoin(DeliveryReport, DeliveryReport.id == last)
        .where(Voucher.id == voucher_id, Voucher.redeemed_at.is_not(None))
    )
