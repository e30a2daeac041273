"""Mails about payments: how to pay by transfer, what went back, and to managers what needs their eye."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from dih.applications.queries import case_recipients
from dih.payments.settings import ISSUER_BANK, ISSUER_IBAN, ISSUER_NAME
from dih.shared import mail, settings
from dih.shared.access import Role, ScopeKind

if TYPE_CHECKING:
    from dih.applications.models import Application
    from dih.payments.models import Payment, Refund
    from dih.vouchers.models import Voucher


def transfer(payment: Payment, application: Application, now: dt.datetime) -> None:
    """Tells the beneficiary where to send the money, and with which reference."""
    values = settings.read_all()
    account = {one.name: values[one.name] for one in (ISSUER_NAME, ISSUER_IBAN, ISSUER_BANK)}
    _tell_payer("transfer", payment, application, now, **account)


def closed(payment: Payment, voucher: Voucher, application: Application, now: dt.datetime) -> None:
    """Tells the beneficiary not to pay a pro-forma any more: the voucher has ended, or was paid another way."""
    ended = voucher.ended_at is not None
    _tell_payer("closed", payment, application, now, ended=ended)


def goes_back(payment: Payment, cents: int, application: Application, now: dt.datetime) -> None:
    """Tells the beneficiary that money for which there was no need has come in, and goes back."""
    _tell_payer("goes_back", payment, application, now, cents=cents)


def refunded(payment: Payment, refund: Refund, application: Application, now: dt.datetime) -> None:
    """Tells the beneficiary what went back."""
    _tell_payer("refunded", payment, application, now, refund=refund)


def refund_failed(payment: Payment, refund: Refund, application: Application, now: dt.datetime) -> None:
    """Tells managers that a refund did not arrive: it is due again."""
    _tell_managers("refund_failed", payment, application, now, refund=refund)


def disputed(payment: Payment, answer_by: dt.datetime | None, application: Application, now: dt.datetime) -> None:
    """Tells managers that a payer objects to a card payment."""
    _tell_managers("disputed", payment, application, now, answer_by=answer_by)


def _tell_payer(about: str, payment: Payment, application: Application, now: dt.datetime, **more: Any) -> None:
    people = case_recipients(ScopeKind.ORGANISATION, application.organisation_id, [Role.OWNER], application, now)
    _write(people, about, payment, application, now, more)


def _tell_managers(about: str, payment: Payment, application: Application, now: dt.datetime, **more: Any) -> None:
    people = case_recipients(ScopeKind.HUB, 0, [Role.MANAGER], application, now)
    _write(people, about, payment, application, now, more)


def _write(
    people: Any, about: str, payment: Payment, application: Application, now: dt.datetime, more: dict[str, Any]
) -> None:
    context = {"payment": payment, "application": application, **more}
    mail.write_to_all(people, f"payments/mail/{about}.txt", now, **context)
