"""Triggers that make a table append-only: UPDATE, DELETE and, on PostgreSQL, TRUNCATE are refused.
Rows of `SEALED` tables may change until a column is filled in: a published version of a call stays as it is.

SQLite's batch operations build a table anew and drop its triggers: a revision that alters
one of these tables calls `renew`.
"""

from __future__ import annotations

from sqlalchemy import Connection

APPEND_ONLY = (
    "aid_entry",
    "aid_grant",
    "audit_record",
    "budget_entry",
    "budget_move",
    "exchange_rate",
    "invoice",
    "decision",
    "decision_voice",
    "discussion_note",
    "publication",
    "review_revision",
    "second_opinion",
)
"""Tables whose rows are written once and never changed."""

SEALED = {"call_version": "published_at", "meeting": "closed_at", "review": "submitted_at"}
"""Tables whose rows are neither changed nor deleted once this column is filled in."""

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""


def expected(dialect: str) -> set[str]:
    """The names of the triggers that a migrated database has."""
    return {f"{table}_refuses_{kind}" for table in (*APPEND_ONLY, *SEALED) for kind in _kinds(table, dialect)}


def create(connection: Connection, tables: tuple[str, ...] = (*APPEND_ONLY, *SEALED)) -> None:
    """Makes `tables` append-only, or sealed."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.exec_driver_sql(_FUNCTION.replace("%", "%%"))
    for table in tables:
        when = f"WHEN (OLD.{SEALED[table]} IS NOT NULL)" if table in SEALED else ""
        for kind in _kinds(table, dialect):
            each = "STATEMENT" if kind == "truncate" else "ROW"
            deed = "EXECUTE FUNCTION refuse_change()"
            if dialect == "sqlite":
                deed = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_refuses_{kind} BEFORE {kind.upper()} ON {table} FOR EACH {each} {when} {deed}"
            )


def drop(connection: Connection, tables: tuple[str, ...] = (*APPEND_ONLY, *SEALED)) -> None:
    """Takes the triggers away again."""
    dialect = connection.dialect.name
    for table in tables:
        for kind in _kinds(table, dialect):
            on = "" if dialect == "sqlite" else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_refuses_{kind}{on}")
    if dialect == "postgresql" and set(tables) == {*APPEND_ONLY, *SEALED}:
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS refuse_change()")


def _kinds(table: str, dialect: str) -> tuple[str, ...]:
    """What is refused on a table; SQLite knows no TRUNCATE, and a sealed table's rows are looked at one by one."""
    return ("update", "delete") if dialect == "sqlite" or table in SEALED else ("update", "delete", "truncate")


def renew(connection: Connection, tables: tuple[str, ...]) -> None:
    """Sets the triggers again on tables that a batch operation has just built anew."""
    drop(connection, tables)
    create(connection, tables)
