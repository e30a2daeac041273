"""The entries behind each grant of aid: a grant has a first one and one more with each step; the last holds."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, select

from dih.aid.models import AidEntry, AidGrant
from dih.aid.queries.grants import HOLDS
from dih.aid.vocabulary import GRANT_STATUS_TRANSITIONS, GrantStatus
from dih.extensions.database import db
from dih.shared import audit
from dih.shared.access import SYSTEM, Actor
from dih.shared.transitions import target_of


def first(
    grant_: AidGrant, status: GrantStatus, day: dt.date, cents: int, action: str, actor: Actor, now: dt.datetime
) -> None:
    """Writes a new grant with its first entry: aid of `cents` as of `day`, which `action` names in the audit."""
    db.session.add(grant_)
    db.session.flush()
    _write(grant_, 1, status, day, cents, "", actor, now)
    audit.record(
        actor,
        now,
        ("aid_grant", grant_.id),
        action,
        after={"status": status.value, "amount_cents": cents, "basis": grant_.basis, "day": day.isoformat()},
        application_id=grant_.application_id,
    )


def enter(
    held: tuple[AidGrant, AidEntry],
    action: str,
    day: dt.date,
    cents: int,
    actor: Actor,
    now: dt.datetime,
    reason: str = "",
    by: Actor = SYSTEM,
) -> None:
    """One step more; `by` may take it. What follows from a voucher is the platform's own, whoever `actor` is."""
    grant_, entry = held
    status = GrantStatus(target_of(GRANT_STATUS_TRANSITIONS, action, entry.status, by))
    _write(grant_, entry.number + 1, status, day, cents, reason, actor, now)
    audit.record(
        actor,
        now,
        ("aid_grant", grant_.id),
        f"aid_{action}",
        before={"status": entry.status.value, "amount_cents": entry.amount_cents},
        after={"status": status.value, "amount_cents": cents},
        reason=reason,
        application_id=grant_.application_id,
    )


def _write(
    grant_: AidGrant,
    number: int,
    status: GrantStatus,
    day: dt.date,
    cents: int,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    db.session.add(
        AidEntry(
            grant_id=grant_.id,
            number=number,
            status=status,
            day=day,
            amount_cents=cents,
            at=now,
            person_id=actor.person_id,
            reason=reason,
        )
    )
    db.session.flush()


def find(*conditions: ColumnElement[bool]) -> tuple[AidGrant, AidEntry] | None:
    """The grant that the conditions name, with the entry that holds; None where there is none."""
    row = db.session.execute(
        select(AidGrant, AidEntry).join(AidEntry, AidEntry.grant_id == AidGrant.id).where(*conditions, HOLDS)
    ).one_or_none()
    return (row[0], row[1]) if row else None
