"""Reads of the envelope for screens and for the rooms above."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from dih.budget.models import BudgetEntry, BudgetLine
from dih.budget.rules import Line
from dih.budget.vocabulary import Account
from dih.extensions.database import db

_COLUMNS = [getattr(BudgetLine, name) for name in Line.__dataclass_fields__]


def lines() -> Sequence[Line]:
    """All lines with their balances at this moment, parents before children, in one query."""
    return [Line(*row) for row in db.session.execute(select(*_COLUMNS).order_by(BudgetLine.id))]


def used_by_partner() -> dict[int, int]:
    """Cents reserved and spent by partner id, at this moment."""
    return dict(
        db.session.execute(
            select(BudgetEntry.partner_id, func.sum(BudgetEntry.amount_cents))
            .where(
                BudgetEntry.account.in_([Account.RESERVED, Account.SPENT]),
                BudgetEntry.partner_id.is_not(None),
            )
            .group_by(BudgetEntry.partner_id)
        ).tuples()  # type: ignore[arg-type]
    )
