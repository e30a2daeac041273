"""Mails about an application, to those who act for the applicant; and to the manager who asked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from dih.accounts.queries import mail_recipients
from dih.applications.queries.recipients import case_recipients
from dih.shared import clock, mail
from dih.shared.access import Role, ScopeKind
from dih.shared.free_days import free_days

if TYPE_CHECKING:
    from dih.accounts.models import Person
    from dih.applications.models import Application, Clarification
    from dih.calls.queries import CallView

CHECK_WORKING_DAYS = 10
"""Within how many working days after submission the conditions are checked; told to the applicant."""


def submitted(application: Application, call: CallView, now: dt.datetime) -> None:
    by = clock.add_working_days(clock.day_of(now), CHECK_WORKING_DAYS, free_days())
    _tell(application, "submitted", now, call=call, by=by)


def withdrawn(application: Application, now: dt.datetime) -> None:
    _tell(application, "withdrawn", now)


def expired(application: Application, call: CallView, now: dt.datetime) -> None:
    _tell(application, "expired", now, call=call)


def closing_soon(application: Application, call: CallView, now: dt.datetime) -> None:
    _tell(application, "closing_soon", now, call=call)


def eligible(application: Application, now: dt.datetime) -> None:
    _tell(application, "eligible", now)


def ineligible(application: Application, reason: str, appeal_until: dt.date | None, now: dt.datetime) -> None:
    """Tells why, and until when one may appeal (None: the call has no appeals)."""
    _tell(application, "ineligible", now, reason=reason, appeal_until=appeal_until)


def clarification_asked(application: Application, clarification: Clarification, now: dt.datetime) -> None:
    _tell(application, "clarification_asked", now, clarification=clarification)


def clarification_answered(
    application: Application, clarification: Clarification, asker: Person, now: dt.datetime
) -> None:
    """To the manager who asked; where the case is closed to that one by now, to all managers who may read it."""
    managers = case_recipients(ScopeKind.HUB, 0, [Role.MANAGER], application, now)
    recipients = [one for one in managers if one[0] == asker.email] or managers
    template = _template("clarification_answered")
    mail.write_to_all(recipients, template, now, application=application, clarification=clarification)


def _tell(application: Application, about: str, now: dt.datetime, **context: Any) -> None:
    recipients = mail_recipients(ScopeKind.ORGANISATION, application.organisation_id, [Role.OWNER, Role.EDITOR])
    mail.write_to_all(recipients, _template(about), now, application=application, **context)


def _template(about: str) -> str:
    return f"applications/mail/{about}.txt"
