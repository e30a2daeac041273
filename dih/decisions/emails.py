"""Letters with the outcome, to those who may act for the applicant. An approval is told by its voucher's offer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dih.accounts.queries import mail_recipients
from dih.shared import mail
from dih.shared.access import Role, ScopeKind

if TYPE_CHECKING:
    from dih.applications.models import Application


def rejected(application: Application, reason: str, now: dt.datetime) -> None:
    _tell(application, "rejected", reason, now)


def waiting(application: Application, reason: str, now: dt.datetime) -> None:
    _tell(application, "waiting", reason, now)


def _tell(application: Application, about: str, reason: str, now: dt.datetime) -> None:
    for to, language, name in mail_recipients(ScopeKind.ORGANISATION, application.organisation_id, [Role.OWNER]):
        mail.write(to, language, f"decisions/mail/{about}.txt", now, name=name, application=application, reason=reason)
