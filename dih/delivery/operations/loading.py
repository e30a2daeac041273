"""What the verbs of a delivery read first."""

from __future__ import annotations

from sqlalchemy import select

from dih.delivery.models import DeliveryReport
from dih.extensions.database import db
from dih.shared.errors import Stale
from dih.vouchers.models import Voucher, VoucherService


def services_of(voucher: Voucher) -> list[VoucherService]:
    """The services of a voucher, in the order of their entry."""
    return list(
        db.session.scalars(
            select(VoucherService).where(VoucherService.voucher_id == voucher.id).order_by(VoucherService.id)
        )
    )


def last_report(voucher: Voucher) -> DeliveryReport:
    """The report that counts. Raises Stale before there is one."""
    report = db.session.scalars(
        select(DeliveryReport)
        .where(DeliveryReport.voucher_id == voucher.id)
        .order_by(DeliveryReport.id.desc())
        .limit(1)
    ).one_or_none()
    if report is None:
        raise Stale
    return report
