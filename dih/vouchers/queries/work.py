"""What the worker finds to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select

from dih.extensions.database import db
from dih.vouchers import rules
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus

_NOT_REDEEMED = (VoucherStatus.AWAITING_PAYMENT, VoucherStatus.ACTIVE)


def due_to_lapse(today: dt.date) -> Sequence[int]:
    """Ids of vouchers whose last day to accept, or last day of validity before redemption, lies before `today`."""
    return db.session.scalars(select(Voucher.id).where(_deadline_before(today, today)).order_by(Voucher.id)).all()


def due_for_reminder(today: dt.date) -> list[tuple[int, dt.date]]:
    """Vouchers with a deadline near by of which nobody was reminded: (id, deadline)."""
    rows = db.session.execute(
        select(Voucher.id, Voucher.status, Voucher.accept_by, Voucher.valid_until, Voucher.reminded_of)
        .where(
            _deadline_before(
                today + dt.timedelta(days=rules.ACCEPT_REMINDER_DAYS + 1),
                today + dt.timedelta(days=rules.VALIDITY_REMINDER_DAYS + 1),
            )
        )
        .order_by(Voucher.id)
    )
    found = (
        (row.id, row.accept_by if row.status is VoucherStatus.OFFERED else row.valid_until, row.reminded_of)
        for row in rows
    )
    return [(voucher_id, deadline) for voucher_id, deadline, told in found if today <= deadline != told]


def _deadline_before(accept: dt.date, validity: dt.date) -> ColumnElement[bool]:
    return or_(
        and_(Voucher.status == VoucherStatus.OFFERED, Voucher.accept_by < accept),
        and_(Voucher.status.in_(_NOT_REDEEMED), Voucher.valid_until < validity),
    )
