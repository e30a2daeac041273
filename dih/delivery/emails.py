"""Mails about a delivery."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dih.applications.queries import case_recipients
from dih.shared import mail
from dih.shared.access import Role, ScopeKind

if TYPE_CHECKING:
    from dih.applications.models import Application
    from dih.vouchers.models import Voucher


def reported(voucher: Voucher, application: Application, answer_by: dt.date, now: dt.datetime) -> None:
    """Asks the beneficiary to confirm or dispute."""
    to = (ScopeKind.ORGANISATION, application.organisation_id, Role.OWNER)
    _tell(*to, "reported", voucher, application, now, answer_by=answer_by)


def reminder(voucher: Voucher, application: Application, answer_by: dt.date, now: dt.datetime) -> None:
    """Asks the beneficiary again."""
    to = (ScopeKind.ORGANISATION, application.organisation_id, Role.OWNER)
    _tell(*to, "reminder", voucher, application, now, answer_by=answer_by)


def stood_in(voucher: Voucher, application: Application, reason: str, now: dt.datetime) -> None:
    """Tells both sides that the hub confirmed in the beneficiary's place, and why."""
    _tell(
        ScopeKind.ORGANISATION, application.organisation_id, Role.OWNER, "stood_in", voucher, application, now, reason
    )
    _tell(ScopeKind.PARTNER, voucher.partner_id, Role.COORDINATOR, "stood_in", voucher, application, now, reason)


def confirmed(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    """Tells the partner that the beneficiary agrees."""
    _tell(ScopeKind.PARTNER, voucher.partner_id, Role.COORDINATOR, "confirmed", voucher, application, now)


def disputed(voucher: Voucher, application: Application, reason: str, now: dt.datetime) -> None:
    """Tells managers and partner that the beneficiary does not agree, and why."""
    _tell(ScopeKind.HUB, 0, Role.MANAGER, "disputed", voucher, application, now, reason)
    _tell(ScopeKind.PARTNER, voucher.partner_id, Role.COORDINATOR, "disputed", voucher, application, now, reason)


def settled(voucher: Voucher, application: Application, reason: str, now: dt.datetime) -> None:
    """Tells both sides that a disputed report stands, and why."""
    _tell(ScopeKind.ORGANISATION, application.organisation_id, Role.OWNER, "settled", voucher, application, now, reason)
    _tell(ScopeKind.PARTNER, voucher.partner_id, Role.COORDINATOR, "settled", voucher, application, now, reason)


def sent_back(voucher: Voucher, application: Application, reason: str, now: dt.datetime) -> None:
    """Tells both sides that a disputed delivery goes on, and why: the partner reports again."""
    _tell(
        ScopeKind.ORGANISATION, application.organisation_id, Role.OWNER, "sent_back", voucher, application, now, reason
    )
    _tell(ScopeKind.PARTNER, voucher.partner_id, Role.COORDINATOR, "sent_back", voucher, application, now, reason)


def taken_back(voucher: Voucher, application: Application, reason: str, now: dt.datetime) -> None:
    """Tells both sides that the hub took the confirmation back, and why."""
    _tell(
        ScopeKind.ORGANISATION, application.organisation_id, Role.OWNER, "taken_back", voucher, application, now, reason
    )
    _tell(ScopeKind.PARTNER, voucher.partner_id, Role.COORDINATOR, "taken_back", voucher, application, now, reason)


def _tell(
    kind: ScopeKind,
    scope_id: int,
    role: Role,
    about: str,
    voucher: Voucher,
    application: Application,
    now: dt.datetime,
    reason: str = "",
    answer_by: dt.date | None = None,
) -> None:
    for to, language, name in case_recipients(kind, scope_id, [role], application, now):
        mail.write(
            to,
            language,
            f"delivery/mail/{about}.txt",
            now,
            name=name,
            voucher=voucher,
            application=application,
            reason=reason,
            answer_by=answer_by,
        )
