"""What the worker finds to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from dih.extensions.database import db
from dih.vouchers import rules
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus


def due_to_lapse(today: dt.date) -> Sequence[int]:
    """Ids of vouchers whose last day to accept, or last day of validity before redemption, lies before `today`.

    One that expects a bank transfer waits a little longer for what the bank tells.
    """
    held = and_(Voucher.status == VoucherStatus.AWAITING_PAYMENT, Voucher.held_until >= today)
    late = and_(Voucher.lapses_on < today, or_(Voucher.held_until.is_(None), ~held))
    return db.session.scalars(select(Voucher.id).where(late).order_by(Voucher.id)).all()


def due_for_reminder(today: dt.date) -> list[tuple[int, dt.date]]:
    """Vouchers with a deadline near by of which nobody was reminded: (id, deadline)."""
    accept = today + dt.timedelta(days=rules.ACCEPT_REMINDER_DAYS)
    validity = today + dt.timedelta(days=rules.VALIDITY_REMINDER_DAYS)
    offered = Voucher.status == VoucherStatus.OFFERED
    rows = db.session.execute(
        select(Voucher.id, Voucher.lapses_on)
        .where(
            Voucher.lapses_on.between(today, max(accept, validity)),
            or_(and_(offered, Voucher.lapses_on <= accept), and_(~offered, Voucher.lapses_on <= validity)),
            Voucher.lapses_on.is_distinct_from(Voucher.reminded_of),
        )
        .order_by(Voucher.id)
    )
    return [(row.id, row.lapses_on) for row in rows]
