"""Mails about routing: to the coordinators of the partner that is asked, to managers when it stays silent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dih.accounts.queries import scope_name
from dih.applications.queries import case_recipients
from dih.routing.queries.work import helping
from dih.shared import mail
from dih.shared.access import Role, ScopeKind

if TYPE_CHECKING:
    from dih.applications.models import Application
    from dih.routing.models import Routing


def proposed(routing: Routing, application: Application, now: dt.datetime) -> None:
    """Asks the partner's coordinators for an answer, or the managers for a partner where none can be asked."""
    _tell_partner("proposed" if routing.partner_id else "no_partner", routing, application, routing.due_on, now)


def reminder(routing: Routing, application: Application, due_on: dt.date, now: dt.datetime) -> None:
    """Tells them that the day is near."""
    _tell_partner("reminder" if routing.partner_id else "no_partner", routing, application, due_on, now)


def escalated(routing: Routing, application: Application, due_on: dt.date, now: dt.datetime) -> None:
    """Tells the hub's managers that a partner has not answered, or that there is none yet."""
    about = "escalated" if routing.partner_id else "no_partner"
    _tell(ScopeKind.HUB, 0, Role.MANAGER, about, routing, application, due_on, now)


def helpers(routing: Routing, application: Application, now: dt.datetime) -> None:
    """Tells the partners that deliver a part of it that the leader has accepted."""
    for partner_id in helping(routing.id):
        _tell(ScopeKind.PARTNER, partner_id, Role.COORDINATOR, "helper", routing, application, routing.due_on, now)


def taken_away(routing: Routing, application: Application, reason: str, now: dt.datetime) -> None:
    """Tells the partner that had it, or was asked, that a manager gives it to another one."""
    if routing.partner_id is not None:
        _tell_partner("taken_away", routing, application, routing.due_on, now, reason)


def _tell_partner(
    about: str, routing: Routing, application: Application, due_on: dt.date, now: dt.datetime, reason: str = ""
) -> None:
    if routing.partner_id is None:
        _tell(ScopeKind.HUB, 0, Role.MANAGER, about, routing, application, due_on, now, reason)
    else:
        kind, role = ScopeKind.PARTNER, Role.COORDINATOR
        _tell(kind, routing.partner_id, role, about, routing, application, due_on, now, reason)


def _tell(
    kind: ScopeKind,
    scope_id: int,
    role: Role,
    about: str,
    routing: Routing,
    application: Application,
    due_on: dt.date,
    now: dt.datetime,
    reason: str = "",
) -> None:
    for to, language, name in case_recipients(kind, scope_id, [role], application, now):
        mail.write(
            to,
            language,
            f"routing/mail/{about}.txt",
            now,
            name=name,
            application=application,
            partner=scope_name(ScopeKind.PARTNER, routing.partner_id or 0),
            due_on=due_on,
            reason=reason,
        )
