"""Sums of the ledger by any dimension, exact at every moment and quick at any size.

Entries are folded into `budget_total` up to a mark; what came after the mark is added when a sum is read.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, text, update

from dih.budget.models import BudgetEntry, BudgetFold, BudgetTotal
from dih.budget.vocabulary import Account
from dih.extensions.database import db

KEYS = ("line_id", "account", "month", "partner_id", "category", "target_group", "county")
"""The dimensions by which a sum can be asked for."""

Key = tuple[Any, ...]


def sums(by: Sequence[str], accounts: Sequence[Account], **where: Any) -> dict[Key, int]:
    """Cents by the asked dimensions, for example `sums(["partner_id"], [Account.RESERVED])`.

    `by` and `where` name dimensions of KEYS. An unset partner is 0, an unset category or target group "".
    """
    mark = db.session.scalar(select(BudgetFold.entry_id)) or 0
    found: dict[Key, int] = defaultdict(int)
    for model in (BudgetTotal, BudgetEntry):
        columns = [getattr(model, name) for name in by]
        statement = select(*columns, func.sum(model.amount_cents)).where(model.account.in_(accounts)).group_by(*columns)
        for name, value in where.items():
            statement = statement.where(getattr(model, name) == value)
        if model is BudgetEntry:
            statement = statement.where(BudgetEntry.id > mark)
        for *key, cents in db.session.execute(statement):
            found[_plain(by, key)] += int(cents)
    return {key: cents for key, cents in found.items() if cents}


def fold(now: dt.datetime) -> int:
    """Folds all entries that are there, in the caller's unit of work; returns how many. Balances are untouched.

    On PostgreSQL the table is locked against writers for that moment, so that no entry with a smaller id
    can be committed after the mark has passed it; SQLite's unit of work has no other writer.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE budget_entry IN SHARE MODE"))
    mark = db.session.scalar(select(BudgetFold.entry_id).with_for_update())
    if mark is None:
        db.session.add(BudgetFold(entry_id=0, folded_at=now))
        db.session.flush()
        mark = 0
    columns = [getattr(BudgetEntry, name) for name in KEYS]
    rows = db.session.execute(
        select(*columns, func.sum(BudgetEntry.amount_cents), func.count(), func.max(BudgetEntry.id))
        .where(BudgetEntry.id > mark)
        .group_by(*columns)
    ).all()
    for *key, cents, _count, _last in rows:
        _add(_plain(KEYS, key), int(cents))
    if rows:
        db.session.execute(update(BudgetFold).values(entry_id=max(row[-1] for row in rows), folded_at=now))
    return sum(row[-2] for row in rows)


def _add(key: Key, cents: int) -> None:
    named = dict(zip(KEYS, key, strict=True))
    done = db.session.execute(
        update(BudgetTotal)
        .where(*(getattr(BudgetTotal, name) == value for name, value in named.items()))
        .values(amount_cents=BudgetTotal.amount_cents + cents)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount == 0:  # type: ignore[attr-defined]
        db.session.add(BudgetTotal(**named, amount_cents=cents))
        db.session.flush()


def _plain(names: Sequence[str], key: Sequence[Any]) -> Key:
    """A key in which what is not set is 0 or an empty string, as the totals store it."""
    return tuple(
        (0 if name == "partner_id" else "") if value is None else value for name, value in zip(names, key, strict=True)
    )
