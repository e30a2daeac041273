"""Reads of vouchers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from dih.extensions.database import db
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus


def due_to_lapse(today: dt.date) -> Sequence[int]:
    """Ids of vouchers whose last day to accept, or last day of validity before redemption, lies before `today`."""
    return db.session.scalars(
        select(Voucher.id)
        .where(
            or_(
                and_(Voucher.status == VoucherStatus.OFFERED, Voucher.accept_by < today),
                and_(
                    Voucher.status.in_([VoucherStatus.AWAITING_PAYMENT, VoucherStatus.ACTIVE]),
                    Voucher.valid_until < today,
                ),
            )
        )
        .order_by(Voucher.id)
    ).all()
