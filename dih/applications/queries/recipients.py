"""Whom to write to about a case: the one place that leaves out staff with a conflict of interest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import select

from dih.accounts.models import Person
from dih.accounts.queries import mail_recipients
from dih.applications.models import Application
from dih.conflicts.queries import in_conflict
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.access import ScopeKind

if TYPE_CHECKING:
    from dih.shared.access import Role


def case_recipients(
    scope_kind: ScopeKind, scope_id: int, roles: Collection[Role], application: Application, now: dt.datetime
) -> list[tuple[str, str, str]]:
    """(address, language, name) of each active person in `roles` of a scope to whom the case is open at `now`.

    The applicant's own people always hear of their case; staff in conflict with it never do.
    """
    if scope_kind is ScopeKind.ORGANISATION:
        return mail_recipients(scope_kind, scope_id, roles)
    conflict = in_conflict(Person.id, clock.day_of(now), application.id, application.organisation_id)
    return mail_recipients(scope_kind, scope_id, roles, ~conflict)


def closed_cases(
    addresses: Collection[str], application_ids: Collection[int], now: dt.datetime
) -> set[tuple[str, int]]:
    """Which of these addresses are of people in conflict with which of these applications, for mails about many."""
    conflict = in_conflict(Person.id, clock.day_of(now), Application.id, Application.organisation_id)
    rows = db.session.execute(
        select(Person.email, Application.id)
        .join(Application, conflict)
        .where(Person.email.in_(addresses), Application.id.in_(application_ids))
    )
    return {(row.email, row.id) for row in rows}
