"""Sums of the ledger by one dimension, exact at every moment and quick at any size.

Entries are folded into `budget_total` up to a mark; what came after the mark is added when a sum is read.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import ColumnElement, String, cast, func, select, text, union_all, update

from dih.budget.models import BudgetEntry, BudgetFold, BudgetTotal
from dih.budget.vocabulary import FOLDED_ACCOUNTS, Account
from dih.extensions.database import db

DIMENSIONS = ("partner_id", "category", "target_group", "county", "month")

Sums = Mapping[str, Mapping[str, Mapping[Account, int]]]
"""Cents by dimension, by its value as text ("" where an entry has none), by account."""


def sums() -> Sums:
    """What is reserved, spent and requested by each dimension, in two queries."""
    found: dict[tuple[str, str, Account], int] = defaultdict(int)
    for name, value, account, cents in db.session.execute(
        select(BudgetTotal.dimension, BudgetTotal.value, BudgetTotal.account, BudgetTotal.amount_cents)
    ):
        found[name, value, account] += cents
    for key, cents in _entered(after_mark=True).items():
        found[key] += cents
    nested: dict[str, dict[str, dict[Account, int]]] = {name: {} for name in DIMENSIONS}
    for (name, value, account), cents in found.items():
        if cents:
            nested[name].setdefault(value, {})[account] = cents
    return nested


def of(dimension: str) -> Mapping[str, Mapping[Account, int]]:
    """The same by one dimension alone, in one query."""
    column = getattr(BudgetEntry, dimension)
    folded = select(BudgetTotal.value, BudgetTotal.account, BudgetTotal.amount_cents)
    fresh = select(func.coalesce(cast(column, String), ""), BudgetEntry.account, func.sum(BudgetEntry.amount_cents))
    found: dict[str, dict[Account, int]] = defaultdict(lambda: defaultdict(int))
    for value, account, cents in db.session.execute(
        union_all(
            folded.where(BudgetTotal.dimension == dimension),
            fresh.where(BudgetEntry.id > _mark(), BudgetEntry.account.in_(FOLDED_ACCOUNTS)).group_by(
                column, BudgetEntry.account
            ),
        )
    ):
        found[value][account] += int(cents)
    return found


def fold(now: dt.datetime) -> int:
    """Folds all entries that are there, in the caller's unit of work, and returns the new mark. No balance changes.

    On PostgreSQL the table is locked against writers for that moment, so that no entry with a smaller id
    can be committed after the mark has passed it; SQLite's unit of work has no other writer.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE budget_entry IN SHARE MODE"))
    if db.session.scalar(select(BudgetFold.id).with_for_update()) is None:
        db.session.add(BudgetFold(entry_id=0, folded_at=now))
        db.session.flush()
    for (name, value, account), cents in sorted(_entered(after_mark=True).items()):
        _add(name, value, account, cents)
    mark = db.session.scalar(select(func.max(BudgetEntry.id))) or 0
    db.session.execute(update(BudgetFold).values(entry_id=mark, folded_at=now))
    return mark


def drift() -> list[tuple[str, str, Account, int, int]]:
    """Folded totals that differ from their entries: (dimension, value, account, folded cents, entered cents)."""
    folded = {
        (total.dimension, total.value, total.account): total.amount_cents
        for total in db.session.scalars(select(BudgetTotal))
    }
    entered = _entered(after_mark=False)
    return [
        (*key, folded.get(key, 0), entered.get(key, 0))
        for key in sorted(folded.keys() | entered.keys())
        if folded.get(key, 0) != entered.get(key, 0)
    ]


def _mark() -> ColumnElement[int]:
    return func.coalesce(select(BudgetFold.entry_id).scalar_subquery(), 0)


def _entered(*, after_mark: bool) -> dict[tuple[str, str, Account], int]:
    """Sums of the entries after the mark, or up to it."""
    mark = _mark()
    columns = [getattr(BudgetEntry, name) for name in DIMENSIONS]
    rows = db.session.execute(
        select(*columns, BudgetEntry.account, func.sum(BudgetEntry.amount_cents))
        .where(
            BudgetEntry.id > mark if after_mark else BudgetEntry.id <= mark,
            BudgetEntry.account.in_(FOLDED_ACCOUNTS),
        )
        .group_by(*columns, BudgetEntry.account)
    )
    found: dict[tuple[str, str, Account], int] = defaultdict(int)
    for *values, account, cents in rows:
        for name, value in zip(DIMENSIONS, values, strict=True):
            found[name, "" if value is None else str(value), account] += int(cents)
    return found


def _add(name: str, value: str, account: Account, cents: int) -> None:
    done = db.session.execute(
        update(BudgetTotal)
        .where(BudgetTotal.dimension == name, BudgetTotal.value == value, BudgetTotal.account == account)
        .values(amount_cents=BudgetTotal.amount_cents + cents)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]
        db.session.add(BudgetTotal(dimension=name, value=value, account=account, amount_cents=cents))
        db.session.flush()
