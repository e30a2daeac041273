"""Reads of the envelope for screens and for the rooms above."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from dih.budget import totals
from dih.budget.models import BudgetLine
from dih.budget.rules import Line
from dih.budget.vocabulary import Account
from dih.extensions.database import db

_COLUMNS = [getattr(BudgetLine, name) for name in Line.__dataclass_fields__]


def lines() -> Sequence[Line]:
    """All lines with their balances at this moment, parents before children, in one query."""
    return [Line(*row) for row in db.session.execute(select(*_COLUMNS).order_by(BudgetLine.id))]


def used_by_partner() -> dict[int, int]:
    """Cents reserved and spent by partner id, at this moment."""
    return {
        int(partner_id): by_account.get(Account.RESERVED, 0) + by_account.get(Account.SPENT, 0)
        for partner_id, by_account in totals.sums()["partner_id"].items()
        if partner_id
    }


def line_id(code: str) -> int | None:
    """The id of the line with this code, if there is one."""
    return db.session.scalar(select(BudgetLine.id).where(BudgetLine.code == code))
