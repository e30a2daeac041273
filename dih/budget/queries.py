"""Reads of the envelope for screens and for the rooms above."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from dih.budget import totals
from dih.budget.models import BudgetEntry, BudgetLine, BudgetMove
from dih.budget.rules import Line
from dih.budget.vocabulary import Account
from dih.extensions.database import db

_COLUMNS = [getattr(BudgetLine, name) for name in Line.__dataclass_fields__]

ENTRIES = (
    select(
        BudgetEntry.id,
        BudgetMove.at,
        BudgetMove.kind,
        BudgetMove.application_id,
        BudgetMove.reason,
        BudgetLine.code.label("line_code"),
        BudgetLine.name.label("line_name"),
        BudgetEntry.account,
        BudgetEntry.amount_cents,
        BudgetEntry.partner_id,
        BudgetEntry.category,
        BudgetEntry.target_group,
        BudgetEntry.county,
        BudgetEntry.month,
    )
    .join(BudgetMove, BudgetMove.id == BudgetEntry.move_id)
    .join(BudgetLine, BudgetLine.id == BudgetEntry.line_id)
    .subquery("entries")
)
"""The ledger's entries for rooms above to join and filter; they never touch the tables themselves."""


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
