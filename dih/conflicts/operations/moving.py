"""The one place where a conflict is loaded, changed and recorded."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from dih.conflicts.models import Conflict
from dih.conflicts.vocabulary import CONFLICT_STATUS_TRANSITIONS, ConflictStatus
from dih.extensions.database import db
from dih.shared import audit
from dih.shared.access import Actor
from dih.shared.errors import NotFound
from dih.shared.status import take
from dih.shared.transitions import target_of


def move(conflict: Conflict, action: str, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Takes one edge of the transition table and records it. Raises Stale or Forbidden."""
    source = conflict.status
    target = ConflictStatus(target_of(CONFLICT_STATUS_TRANSITIONS, action, source, actor))
    standing_again = target is ConflictStatus.STANDING
    take(
        Conflict,
        conflict.id,
        source,
        target,
        closed_by=None if standing_again else actor.person_id,
        closed_at=None if standing_again else now,
        closed_reason=reason,
    )
    audit.record(
        actor,
        now,
        ("conflict", conflict.id),
        f"conflict_{action}",
        before={"status": source.value},
        after={"status": target.value},
        reason=reason,
        application_id=conflict.application_id,
    )


def record(conflict: Conflict, action: str, actor: Actor, now: dt.datetime) -> None:
    """Records a conflict that is new."""
    audit.record(
        actor,
        now,
        ("conflict", conflict.id),
        action,
        after={
            "status": conflict.status.value,
            "person_id": conflict.person_id,
            "organisation_id": conflict.organisation_id,
            "kind": conflict.kind.value,
        },
        application_id=conflict.application_id,
    )


def loaded(conflict_id: int) -> Conflict:
    """The conflict, locked. Raises NotFound."""
    conflict = db.session.scalar(
        select(Conflict).where(Conflict.id == conflict_id).with_for_update().execution_options(populate_existing=True)
    )
    if conflict is None:
        raise NotFound
    return conflict
