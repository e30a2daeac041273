"""Mails about a voucher, to those who may act for the beneficiary."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dih.accounts.queries import mail_recipients
from dih.shared import mail
from dih.shared.access import Role, ScopeKind

if TYPE_CHECKING:
    from dih.applications.models import Application
    from dih.vouchers.models import Voucher


def offered(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    _tell(voucher, application, "offered", now)


def accepted(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    _tell(voucher, application, "accepted", now)
    for to, language, name in mail_recipients(ScopeKind.PARTNER, voucher.partner_id, [Role.COORDINATOR]):
        mail.write(
            to, language, "vouchers/mail/partner_accepted.txt", now, name=name, voucher=voucher, application=application
        )


def active(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    _tell(voucher, application, "active", now)


def extended(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    _tell(voucher, application, "extended", now)


def cancelled(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    _tell(voucher, application, "cancelled", now)


def lapsed(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    _tell(voucher, application, "lapsed", now)


def reminder(voucher: Voucher, application: Application, now: dt.datetime) -> None:
    _tell(voucher, application, "reminder", now)


def _tell(voucher: Voucher, application: Application, about: str, now: dt.datetime) -> None:
    for to, language, name in mail_recipients(ScopeKind.ORGANISATION, application.organisation_id, [Role.OWNER]):
        mail.write(to, language, f"vouchers/mail/{about}.txt", now, name=name, voucher=voucher, application=application)
