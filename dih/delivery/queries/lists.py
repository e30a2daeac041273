"""The list of deliveries: keyset pages in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, select

from dih.applications.models import Application
from dih.delivery.models import Milestone
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.shared import clock
from dih.shared.access import Actor
from dih.vouchers.models import Voucher
from dih.vouchers.queries.reach import no_conflict, within_reach
from dih.vouchers.vocabulary import VoucherStatus

PAGE = 50
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


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, newest first, with the ids from which the pages beside this one are read, where there are any."""

    rows: Sequence[Row]
    newer: int | None
    older: int | None


def page(
    actor: Actor, filters: Filters, now: dt.datetime, *, before: int | None = None, after: int | None = None
) -> Page:
    """The deliveries within the actor's reach that fit; those older than id `before`, or newer than id `after`."""
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
        .join(Application, Application.id == Voucher.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Partner, Partner.id == Voucher.partner_id)
        .where(
            Voucher.status.in_(DONE if filters.done else UNDER_WAY),
            within_reach(actor),
            no_conflict(actor, today),
        )
        .limit(PAGE + 1)
    )
    if filters.status is not None:
        wanted = wanted.where(Voucher.status == filters.status)
    if filters.partner_id is not None:
        wanted = wanted.where(Voucher.partner_id == filters.partner_id)
    if filters.late:
        overdue = exists().where(still_open, Milestone.due_on < today)
        wanted = wanted.where(Voucher.status == VoucherStatus.IN_DELIVERY, overdue)
    if after is not None:
        wanted = wanted.where(Voucher.id > after).order_by(Voucher.id)
    else:
        wanted = wanted.order_by(Voucher.id.desc())
        if before is not None:
            wanted = wanted.where(Voucher.id < before)
    found = [Row(*row) for row in db.session.execute(wanted)]
    more, rows = len(found) > PAGE, found[:PAGE]
    if after is not None:
        rows.reverse()
    newer = more if after is not None else before is not None
    older = more if after is None else True
    return Page(rows, rows[0].id if rows and newer else None, rows[-1].id if rows and older else None)
