"""Triggers that make a table append-only: UPDATE, DELETE and, on PostgreSQL, TRUNCATE are refused.

SQLite's batch operations build a table anew and drop its triggers: a revision that alters
one of these tables calls `renew`.
"""

from __future__ import annotations

from sqlalchemy import Connection

APPEND_ONLY = ("audit_record", "budget_entry", "budget_move")
"""Tables whose rows are written once and never changed."""

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def expected(dialect: str) -> set[str]:
    """The names of the triggers that a migrated database has."""
    kinds = ("update", "delete") if dialect == "sqlite" else ("update", "delete", "truncate")
    return {f"{table}_refuses_{kind}" for table in APPEND_ONLY for kind in kinds}


def create(connection: Connection, tables: tuple[str, ...] = APPEND_ONLY) -> None:
    """Makes `tables` append-only."""
    if connection.dialect.name == "sqlite":
        for table in tables:
            for kind in ("update", "delete"):
                connection.exec_driver_sql(
                    f"CREATE TRIGGER {table}_refuses_{kind} BEFORE {kind.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    connection.exec_driver_sql(_FUNCTION.replace("%", "%%"))
    for table in tables:
        for kind, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_refuses_{kind} BEFORE {kind.upper()} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )


def drop(connection: Connection, tables: tuple[str, ...] = APPEND_ONLY) -> None:
    """Takes the triggers away again."""
    kinds = ("update", "delete") if connection.dialect.name == "sqlite" else ("update", "delete", "truncate")
    for table in tables:
        for kind in kinds:
            on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_refuses_{kind}{on}")
    if connection.dialect.name == "postgresql" and set(tables) == set(APPEND_ONLY):
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS refuse_change()")


def renew(connection: Connection, tables: tuple[str, ...]) -> None:
    """Sets the triggers again on tables that a batch operation has just built anew."""
    drop(connection, tables)
    create(connection, tables)
