"""Making lines."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from dih.budget import ledger
from dih.budget.models import BudgetLine
from dih.extensions.database import db
from dih.shared import audit
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule
from dih.shared.wording import N_


def open_line(
    code: str,
    name: dict[str, str],
    ceiling_cents: int,
    actor: Actor,
    now: dt.datetime,
    *,
    parent_code: str | None = None,
    **keys: Any,
) -> int:
    """Makes a line with its ceiling, taken from what its parent has unallocated; without a parent it is the envelope.

    `keys` are `divides_by`, `target_group`, `category`, `partner_id`. Returns the line's id.
    Raises BrokenRule when the parent is unknown or has too little unallocated.
    """
    parent_id = db.session.scalar(select(BudgetLine.id).where(BudgetLine.code == parent_code))
    if parent_code is not None and parent_id is None:
        raise BrokenRule.because(N_("There is no budget line %(code)s."), "parent", code=parent_code)
    line = BudgetLine(code=code, name=name, parent_id=parent_id, **keys)
    db.session.add(line)
    db.session.flush()
    ledger.allocate(line.id, ceiling_cents, f"line:{line.id}:open", actor, now, reason=name["en"])
    audit.record(
        actor, now, ("budget_line", line.id), "line_opened", after={"code": code, "ceiling_cents": ceiling_cents}
    )
    return line.id
