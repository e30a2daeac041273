"""Mails about a voucher, to those who may act for the beneficiary, and to the partner's coordinators."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dih.applications.queries import case_recipients
from dih.shared import mail
from dih.shared.access import Role, ScopeKind

if TYPE_CHECKING:
    from dih.applications.models import Application
    from dih.vouchers.models import Voucher


def offered(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    """Tells of the approval and asks to accept."""
    _tell(voucher, application, "offered", now)


def accepted(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    """Tells the beneficiary what comes next, and the partner that it may begin, or when it may."""
    _tell(voucher, application, "accepted", now)
    _tell_partner(voucher, application, "partner_accepted", now)


def active(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    """Tells both that the beneficiary's share has come in."""
    _tell(voucher, application, "active", now)
    _tell_partner(voucher, application, "partner_accepted", now)


def extended(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    """Tells of a later deadline."""
    _tell(voucher, application, "extended", now)


def cancelled(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    """Tells the beneficiary that the hub ended the voucher, and why."""
    _tell(voucher, application, "cancelled", now)


def lapsed(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    """Tells the beneficiary that the time is over."""
    _tell(voucher, application, "lapsed", now)


def ended(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    """Tells the partner that nothing more is to be delivered, whoever ended the voucher."""
    _tell_partner(voucher, application, "partner_ended", now)


def reminder(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    """Reminds the beneficiary of the deadline that runs."""
    _tell(voucher, application, "reminder", now)


def _tell(voucher: Voucher, application: Application, about: str, now: dt.datetime) -> None:
    _write(ScopeKind.ORGANISATION, application.organisation_id, Role.OWNER, voucher, application, about, now)


def _tell_partner(voucher: Voucher, application: Application, about: str, now: dt.datetime) -> None:
    _write(ScopeKind.PARTNER, voucher.partner_id, Role.COORDINATOR, voucher, application, about, now)


def _write(
    kind: ScopeKind,
    scope_id: int,
    role: Role,
    voucher: Voucher,
    application: Application,
    about: str,
    now: dt.datetime,
) -> None:
    for to, language, name in case_recipients(kind, scope_id, [role], application, now):
        mail.write(to, language, f"vouchers/mail/{about}.txt", now, name=name, voucher=voucher, application=application)
