"""The voucher of an approved application. The money is reserved by the decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dih.applications.models import Application
from dih.extensions.database import db
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule
from dih.shared.wording import N_
from dih.vouchers import emails, rules
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.operations.moving import record
from dih.vouchers.rules import Shares
from dih.vouchers.vocabulary import VoucherStatus


@dataclass(frozen=True, slots=True)
class Grant:
    """One service as approved: its split and the line that bears it."""

    service_id: int
    line_id: int
    price_cents: int
    shares: Shares


def issue(
    application: Application,
    grants: Sequence[Grant],
    legal_basis: str,
    accept_by: dt.date,
    valid_until: dt.date,
    actor: Actor,
    now: dt.datetime,
) -> Voucher:
    """Issues the voucher of an approved application and tells the applicant. The money is reserved by the decision."""
    if application.partner_id is None:
        raise BrokenRule.because(N_("No partner has taken this application yet."))
    voucher = Voucher(
        application_id=application.id,
        code=rules.new_code(),
        status=VoucherStatus.OFFERED,
        status_since=now,
        partner_id=application.partner_id,
        value_cents=sum(grant.price_cents for grant in grants),
        eu_cents=sum(grant.shares.eu_cents for grant in grants),
        national_cents=sum(grant.shares.national_cents for grant in grants),
        beneficiary_cents=sum(grant.shares.beneficiary_cents for grant in grants),
        legal_basis=legal_basis,
        issued_at=now,
        accept_by=accept_by,
        valid_until=valid_until,
    )
    db.session.add(voucher)
    db.session.flush()
    db.session.add_all(
        VoucherService(
            voucher_id=voucher.id,
            service_id=grant.service_id,
            line_id=grant.line_id,
            price_cents=grant.price_cents,
            eu_cents=grant.shares.eu_cents,
            national_cents=grant.shares.national_cents,
            beneficiary_cents=grant.shares.beneficiary_cents,
        )
        for grant in grants
    )
    record(voucher, "voucher_issued", actor, now, None, VoucherStatus.OFFERED, value_cents=voucher.value_cents)
    emails.offered(voucher, application, now)
    return voucher
