"""Many applications quickly: the demo's rows copied over and over by INSERT ... SELECT, straight into the tables.

A copy has organisations, applicants, reviewers, applications, vouchers, audit rows and moves of its own; managers,
partners and the catalogue are shared. Moves of money are copied whole, the allocations of the envelope too, and the
balances grow by the same factor: the books stay right. A call takes at most 500 applications, so calls are copied too.
"""

from __future__ import annotations

import sys
from typing import Any

from sqlalchemy import Column, Connection, Engine, MetaData, Table, Uuid, create_engine, func, select, text, update

PER_CALL = 500
"""Applications that a call has at most."""

OWN = (
    *("size_figures", "organisation", "scope", "person", "membership", "application", "application_answer"),
    *("requested_service", "attached_document", "stored_file", "submission", "clarification", "eligibility_check"),
    *(
        "routing",
        "reviewer_profile",
        "review",
        "conflict",
        "decision",
        "voucher",
        "voucher_service",
        "milestone",
        "work_record",
    ),
    *("evidence", "delivery_report", "delivered_value", "audit_record", "budget_move", "budget_entry"),
)
"""Tables of which each copy has rows of its own."""

BY_CALL = ("call", "call_version", "call_service")
"""Tables of which one set of rows serves several copies."""

SUBJECTS = ("application", "voucher", "review", "routing", "organisation", "person", "membership")
ONLY = {
    "person": "t.id IN ({theirs})",
    "membership": "t.person_id IN ({theirs}) AND (t.scope_kind = 'organisation' OR t.role = 'reviewer')",
    "reviewer_profile": "t.person_id IN ({theirs})",
    "scope": "t.kind = 'organisation'",
    "audit_record": "t.application_id IS NOT NULL OR t.subject_kind IN ('organisation', 'person', 'membership')",
}
"""Which rows are copied, where not all are."""

THEIRS = (
    "SELECT DISTINCT person_id FROM membership WHERE role = 'reviewer' OR person_id >="
    " (SELECT MIN(person_id) FROM membership WHERE scope_kind = 'organisation' AND role = 'owner')"
)
"""People of whom each copy has its own: applicants, and reviewers, who write a few reviews each."""

NAMES = {
    ("organisation", "name"): "t.name || ' ' || n.k",
    ("organisation", "cui"): "CAST(1000000000 + {id} AS VARCHAR(10))",
    ("scope", "name"): "t.name || ' ' || n.k",
    ("scope", "search_name"): "t.search_name || ' ' || n.k",
    ("person", "email"): "n.k || '.' || t.email",
    ("person", "fs_uniquifier"): "n.k || '-' || SUBSTR(t.fs_uniquifier, 1, 50)",
    ("person", "fs_webauthn_user_handle"): "n.k || '-' || SUBSTR(t.fs_webauthn_user_handle, 1, 50)",
    ("application", "reference"): "SUBSTR(t.reference, 1, 9) || (100000 + {id})",
    ("voucher", "code"): "'BENCH-' || {id}",
    ("stored_file", "storage_name"): "'bench-' || {id}",
    ("membership", "scope_id"): "CASE WHEN t.scope_kind = 'organisation' THEN {organisation} ELSE t.scope_id END",
    ("budget_move", "key"): "t.key || ':' || n.k",
    ("call", "code"): "t.code || '-' || n.k",
    ("call", "status"): "'closed'",
    ("call", "closed_at"): "t.created_at",
}
"""SQL of what must differ from copy to copy.

`{id}` is the id of the new row, `{organisation}` that of its organisation, `n.k` the number of the copy.
"""


class Multiplier:
    """Copies what stands in a database of demo data until it has `wanted` applications."""

    def __init__(self, engine: Engine, wanted: int) -> None:
        self.engine, self.wanted = engine, wanted
        self.tables = MetaData()
        self.tables.reflect(engine)
        self.lite = engine.dialect.name == "sqlite"

    def run(self) -> int:
        """Returns how many applications there are now: whole copies, so close to what was wanted."""
        with self.engine.connect() as connection:
            self._read(connection)
            if self.copies > 0:
                self._hurry(connection)
                for name in (*BY_CALL, *OWN):
                    self._copy(connection, self.tables.tables[name])
                self._grow_lines(connection)
                connection.commit()
        if not self.lite:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                for name in self.stride:
                    last = f'SELECT MAX(id) FROM "{name}"'
                    connection.execute(text(f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), ({last}))"))
                connection.execute(text("VACUUM ANALYZE"))
        return self.applications * (self.copies + 1)

    def _read(self, connection: Connection) -> None:
        application = self.tables.tables["application"]
        self.applications = connection.scalar(select(func.count()).select_from(application)) or 1
        fullest = connection.scalar(
            select(func.count())
            .select_from(application)
            .group_by(application.c.call_id)
            .order_by(func.count().desc())
            .limit(1)
        )
        self.copies = round(self.wanted / self.applications) - 1
        self.copies_by_call = max(1, PER_CALL // (fullest or 1))
        self.stride = {
            name: (connection.scalar(select(func.max(self.tables.tables[name].c.id))) or 0) + 1
            for name in (*OWN, *BY_CALL)
            if "id" in self.tables.tables[name].c
        }
        self.theirs = ", ".join(str(person) for person in connection.scalars(text(THEIRS)))

    def _hurry(self, connection: Connection) -> None:
        """Nothing of this needs to survive a crash, and keys are right by construction."""
        if not self.lite:
            connection.execute(text("SET session_replication_role = replica"))
            return
        raw = connection.connection.driver_connection
        raw.commit()
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1500000", "temp_store = MEMORY"):
            raw.execute(f"PRAGMA {pragma}")

    def _copy(self, connection: Connection, table: Table) -> None:
        own = [column for column in table.columns if column.computed is None]
        columns = ", ".join(f'"{column.name}"' for column in own)
        values = ", ".join(self._value(table, column) for column in own)
        where = ONLY.get(table.name, "1 = 1").format(theirs=self.theirs)
        last = self.copies // self.copies_by_call if table.name in BY_CALL else self.copies
        numbers = f"n(k) AS (SELECT 1 WHERE {last} > 0 UNION ALL SELECT k + 1 FROM n WHERE k < {last})"
        connection.execute(
            text(
                f'WITH RECURSIVE {numbers} INSERT INTO "{table.name}" ({columns})'
                f' SELECT {values} FROM n CROSS JOIN "{table.name}" t WHERE {where}'
            )
        )

    def _value(self, table: Table, column: Column[Any]) -> str:
        if (table.name, column.name) in NAMES:
            sql = NAMES[table.name, column.name]
            new = self._shifted(table.name, "t.id") if "{id}" in sql else ""
            return sql.format(id=new, organisation=self._shifted("organisation", "t.scope_id"))
        if isinstance(column.type, Uuid) or column.name == "uuid":
            return "LOWER(HEX(RANDOMBLOB(16)))" if self.lite else "gen_random_uuid()"
        target = self._target(table, column)
        return self._shifted(target, f't."{column.name}"', table) if target else f't."{column.name}"'

    def _target(self, table: Table, column: Column[Any]) -> str | None:
        """The table whose id stands in the column."""
        if column.name == "id":
            return table.name
        if (table.name, column.name) == ("scope", "scope_id"):
            return "organisation"
        if column.name == "subject_id":
            return "subject"
        if column.name == "application_id":
            return "application"
        return next((key.column.table.name for key in column.foreign_keys), None)

    def _shifted(self, target: str, sql: str, table: Table | None = None) -> str:
        if target == "subject":
            cases = " ".join(f"WHEN '{kind}' THEN {self._shifted(kind, sql)}" for kind in SUBJECTS)
            return f"CASE t.subject_kind {cases} ELSE {sql} END"
        if target == "person":
            return f"CASE WHEN {sql} IN ({self.theirs}) THEN {sql} + n.k * {self.stride[target]} ELSE {sql} END"
        if target in BY_CALL:
            group = "n.k" if table is not None and table.name in BY_CALL else f"(n.k / {self.copies_by_call})"
            return f"({sql} + {group} * {self.stride[target]})"
        return f"({sql} + n.k * {self.stride[target]})" if target in OWN else sql

    def _grow_lines(self, connection: Connection) -> None:
        line = self.tables.tables["budget_line"]
        cents = [column for column in line.columns if column.name.endswith("_cents")]
        connection.execute(update(line).values({column: column * (self.copies + 1) for column in cents}))


def main(address: str, wanted: int) -> None:
    """Multiplies the demo at `address`; then folds totals and counts rows for the planner, as the worker soon would."""
    # SQLite checks foreign keys only where a connection asks for it; the copies are right by construction.
    engine = create_engine(address)
    count = Multiplier(engine, wanted).run()
    engine.dispose()

    from dih.budget import totals
    from dih.factory import create_app
    from dih.shared import clock
    from dih.shared.unit_of_work import unit_of_work
    from dih.shared.worker import refresh_statistics

    with create_app({"SQLALCHEMY_DATABASE_URI": address}).app_context():
        with unit_of_work():
            totals.fold(clock.now())
        refresh_statistics(clock.now())
    print(count)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
