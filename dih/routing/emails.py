"""Mails about routing, to the coordinators of the partner that is asked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from dih.accounts.queries import mail_recipients
from dih.shared import mail
from dih.shared.access import Role, ScopeKind

if TYPE_CHECKING:
    from dih.applications.models import Application
    from dih.routing.models import Routing


def proposed(routing: Routing, application: Application, now: dt.datetime) -> None:
    for to, language, name in mail_recipients(ScopeKind.PARTNER, routing.partner_id, [Role.COORDINATOR]):
        mail.write(to, language, "routing/mail/proposed.txt", now, name=name, routing=routing, application=application)
