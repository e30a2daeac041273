"""The audit: one record for each change of status, money, role and setting; timelines are read from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from dih.extensions.database import db
from dih.shared.access import Actor
from dih.shared.models import AuditRecord


def record(
    actor: Actor,
    now: dt.datetime,
    subject: tuple[str, int],
    action: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    application_id: int | None = None,
) -> None:
    """Adds one record about `subject` (kind, id) to the transaction at hand.

    `application_id` puts it on the timeline of that application's case page too. `before` and `after` hold
    what changed, as JSON values; money in cents.
    """
    db.session.add(
        AuditRecord(
            at=now,
            person_id=actor.person_id,
            person_name=actor.name,
            role=actor.role,
            deputy_for=actor.deputy_for,
            subject_kind=subject[0],
            subject_id=subject[1],
            application_id=application_id,
            action=action,
            before=dict(before or {}),
            after=dict(after or {}),
            reason=reason,
        )
    )


def case_timeline(application_id: int, limit: int = 200) -> Sequence[AuditRecord]:
    """All that happened to one application and its voucher, newest first."""
    return db.session.scalars(
        select(AuditRecord)
        .where(AuditRecord.application_id == application_id)
        .order_by(AuditRecord.id.desc())
        .limit(limit)
    ).all()
