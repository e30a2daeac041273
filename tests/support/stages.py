"""States of a database that many tests begin with: built once by the real operations, then laid down as rows.

A stage is what its building added to or changed in the database, so laying it down equals building it again. It is
kept only when nothing was written between the clean database and its beginning, and laid down on the same condition.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, text, update

from dih.demo.seed import seed
from dih.extensions.database import db
from dih.shared.unit_of_work import unit_of_work
from tests.support.client import WATCH

Rows = dict[str, dict[Any, Row[Any]]]


@dataclass
class Stage:
    """Rows by table, new and changed, and what the building returned, as something that can be found again."""

    added: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    changed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    result: Any = None


_REFERENCES_LATER = {
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "postgresql": "SET LOCAL session_replication_role = replica",
}
"""Some tables point at each other: their rows go in one after the other all the same."""

_KEPT: dict[Hashable, Stage] = {}


def reached(name: Hashable, build: Callable[[], Any]) -> Any:
    """Brings the database at hand from the stage before to the one of that name; returns what `build` returned.

    `build` returns plain values or tuples of them, not rows.
    """
    key = (db.engine.dialect.name, name)
    if key in _KEPT:
        _lay_down(_KEPT[key])
    else:
        before = _read()
        result = build()
        _KEPT[key] = _difference(before, _read())
        _KEPT[key].result = result
    return _KEPT[key].result


def begun(name: Hashable, build: Callable[[], Any]) -> Any:
    """`reached` where nothing was written to the clean database yet; elsewhere it is built."""
    return reached(name, build) if WATCH.writes == 0 else build()


def seeded(now: dt.datetime) -> None:
    """The hub's own catalogue, partners, lines and calls."""

    def build() -> None:
        with unit_of_work():
            seed(now)

    begun(("seeded", now), build)


def _tables() -> list[Any]:
    return db.metadata.sorted_tables


def _read() -> Rows:
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: {
                tuple(row._mapping[column] for column in table.primary_key): row
                for row in connection.execute(select(*(column for column in table.columns if column.computed is None)))
            }
            for table in _tables()
        }


def _difference(before: Rows, after: Rows) -> Stage:
    stage = Stage()
    for table, rows in after.items():
        assert not before[table].keys() - rows.keys(), f"a stage takes no rows away, not of {table} either"
        added = [dict(row._mapping) for key, row in rows.items() if key not in before[table]]
        changed = [
            dict(row._mapping) for key, row in rows.items() if key in before[table] and before[table][key] != row
        ]
        if added:
            stage.added[table] = added
        if changed:
            stage.changed[table] = changed
    return stage


def _lay_down(stage: Stage) -> None:
    with unit_of_work():
        db.session.execute(text(_REFERENCES_LATER[db.engine.dialect.name]))
        for table in _tables():
            if table.name in stage.added:
                db.session.execute(insert(table), stage.added[table.name])
        for table in _tables():
            if table.name in stage.changed:
                _change(table, stage.changed[table.name])
        if db.engine.dialect.name == "postgresql":
            _count_on([table for table in _tables() if table.name in stage.added])


def _change(table: Any, rows: list[dict[str, Any]]) -> None:
    keys = [column.name for column in table.primary_key]
    statement = update(table).where(*(table.c[key] == bindparam(f"old_{key}") for key in keys))
    db.session.connection().execute(statement, [{**row, **{f"old_{key}": row[key] for key in keys}} for row in rows])


def _count_on(tables: list[Any]) -> None:
    """PostgreSQL's counters go on after the rows laid down."""
    counted = [table for table in tables if table.autoincrement_column is not None]
    db.session.execute(
        select(
            *(
                func.setval(
                    func.pg_get_serial_sequence(table.name, table.autoincrement_column.name),
                    select(func.max(table.autoincrement_column)).scalar_subquery(),
                )
                for table in counted
            )
        )
    )
