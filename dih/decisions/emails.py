"""Mails with an outcome and the way to its letter, to those who may act for the applicant; and about appeals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dih.accounts.queries import mail_recipients
from dih.shared import mail
from dih.shared.access import Role, ScopeKind

if TYPE_CHECKING:
    from dih.accounts.models import Person
    from dih.applications.models import Application
    from dih.decisions.models import Appeal, Decision


def decided(application: Application, decision: Decision, now: dt.datetime) -> None:
    """Tells of a decision, with the reason and until when one may appeal."""
    _tell(application, decision.outcome.value, now, decision=decision)


def appeal_filed(application: Application, appeal: Appeal, now: dt.datetime) -> None:
    """Tells the applicant that the appeal has come in, and by when it is heard."""
    _tell(application, "appeal_filed", now, appeal=appeal)


def appeal_heard(application: Application, appeal: Appeal, upheld: bool, reason: str, now: dt.datetime) -> None:
    """Tells the applicant the end of the appeal, with the reasons."""
    _tell(application, "appeal_heard", now, appeal=appeal, upheld=upheld, reason=reason)


def appeal_waits(application: Application, appeal: Appeal, able: Sequence[Person], now: dt.datetime) -> None:
    """To the managers who may hear an appeal: one waits to be given to one of them."""
    _tell_staff(application, "appeal_waits", able, now, appeal=appeal)


def appeal_yours(application: Application, appeal: Appeal, hearer: Sequence[Person], now: dt.datetime) -> None:
    """To the manager who is to hear an appeal."""
    _tell_staff(application, "appeal_yours", hearer, now, appeal=appeal)


def _tell(application: Application, about: str, now: dt.datetime, **more: Any) -> None:
    recipients = mail_recipients(ScopeKind.ORGANISATION, application.organisation_id, [Role.OWNER])
    mail.write_to_all(recipients, f"decisions/mail/{about}.txt", now, application=application, **more)


def _tell_staff(application: Application, about: str, people: Sequence[Person], now: dt.datetime, **more: Any) -> None:
    recipients = [(person.email, person.language, person.name) for person in people]
    mail.write_to_all(recipients, f"decisions/mail/{about}.txt", now, application=application, **more)
