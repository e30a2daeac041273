"""Rebuilds every line from its entries and lists every difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select

from dih.budget import totals
from dih.budget.models import BudgetEntry, BudgetLine, BudgetMove
from dih.budget.vocabulary import Account
from dih.extensions.database import db
from dih.shared.money import plain

_BALANCES = {
    "ceiling_cents": (Account.FUNDING, -1),
    "allocated_cents": (Account.ALLOCATED, 1),
    "reserved_cents": (Account.RESERVED, 1),
    "spent_cents": (Account.SPENT, 1),
}


def differences() -> list[str]:
    """One sentence for each thing that is not as the entries say; empty when the books are right."""
    sums: dict[int, dict[Account, int]] = defaultdict(lambda: defaultdict(int))
    for line_id, account, cents in db.session.execute(
        select(BudgetEntry.line_id, BudgetEntry.account, func.sum(BudgetEntry.amount_cents)).group_by(
            BudgetEntry.line_id, BudgetEntry.account
        )
    ):
        sums[line_id][account] = int(cents)
    lines = db.session.scalars(select(BudgetLine).order_by(BudgetLine.id)).all()
    return [*_lines(lines, sums), *_children(lines), *_moves(), *_totals()]


def _lines(lines: Sequence[BudgetLine], sums: dict[int, dict[Account, int]]) -> list[str]:
    found = []
    for line in lines:
        for column, (account, sign) in _BALANCES.items():
            stored, entered = getattr(line, column), sign * sums[line.id][account]
            if stored != entered:
                name = column.removesuffix("_cents")
                found.append(f"{line.code}: {name} is {plain(stored)}, its entries say {plain(entered)}")
        free = line.ceiling_cents - line.allocated_cents - line.reserved_cents - line.spent_cents
        if free != sums[line.id][Account.FREE]:
            found.append(f"{line.code}: free is {plain(free)}, its entries say {plain(sums[line.id][Account.FREE])}")
    return found


def _children(lines: Sequence[BudgetLine]) -> list[str]:
    below: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.parent_id is not None:
            below[line.parent_id] += line.ceiling_cents
    return [
        f"{line.code}: allocated is {plain(line.allocated_cents)}, its children have {plain(below[line.id])}"
        for line in lines
        if line.allocated_cents != below[line.id]
    ]


def _moves() -> list[str]:
    unbalanced = db.session.execute(
        select(BudgetEntry.move_id, BudgetEntry.line_id, func.sum(BudgetEntry.amount_cents))
        .group_by(BudgetEntry.move_id, BudgetEntry.line_id)
        .having(func.sum(BudgetEntry.amount_cents) != 0)
        .order_by(BudgetEntry.move_id)
    )
    empty = db.session.scalars(
        select(BudgetMove.key)
        .outerjoin(BudgetEntry, BudgetEntry.move_id == BudgetMove.id)
        .where(BudgetEntry.id.is_(None))
    )
    return [
        *(
            f"move {move}: its entries on line {line} sum to {plain(int(cents))} instead of 0"
            for move, line, cents in unbalanced
        ),
        *(f"move {key}: has no entries" for key in empty),
    ]


def _totals() -> list[str]:
    return [
        f"total of {account} by {dimension} {value!r}: is {plain(folded)}, the entries say {plain(entered)}"
        for dimension, value, account, folded, entered in totals.drift()
    ]
