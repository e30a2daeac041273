"""Triggers that make a table append-only: UPDATE, DELETE and, on PostgreSQL, TRUNCATE are refused.
Rows of `SEALED` tables may change until a column is filled in: a published version of a call stays as it is.
And those that hold budget lines together: what a line has allocated is the sum of its children's ceilings.

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

SEALED_COLUMNS = {"review": ("application_id", "reviewer_id", "marks", "remarks", "comment", "submitted_at")}
"""What of a sealed row does not change, where not all: a review that is in may come to count no more, and again."""

TREE = "budget_line"
ALL = (*APPEND_ONLY, *SEALED, TREE)

_FUNCTIONS = {
    "refuse_change": """
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
""",
    "refuse_uneven": """
DECLARE uneven text;
BEGIN
    SELECT line.code INTO uneven FROM budget_line AS line
    WHERE line.id IN (NEW.id, NEW.parent_id, OLD.parent_id) AND line.allocated_cents <>
        (SELECT coalesce(sum(part.ceiling_cents), 0) FROM budget_line AS part WHERE part.parent_id = line.id)
    LIMIT 1;
    IF uneven IS NOT NULL THEN
        RAISE EXCEPTION 'the lines below % do not sum up to what it has allocated', uneven
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
""",
}

_RESETTLE = """
BEGIN UPDATE budget_line SET unsettled = CASE WHEN allocated_cents =
    (SELECT coalesce(sum(part.ceiling_cents), 0) FROM budget_line AS part WHERE part.parent_id = budget_line.id)
    THEN NULL ELSE -1 END WHERE id IN ({lines}); END
"""
"""SQLite has no trigger that waits for the commit, but a foreign key that does: `unsettled` names no line."""

_TOUCHED = {
    "insert": ("NEW.id", "NEW.parent_id"),
    "update": ("NEW.id", "NEW.parent_id", "OLD.parent_id"),
    "delete": ("OLD.parent_id",),
}
_WATCHED = ("ceiling_cents", "allocated_cents", "parent_id", "unsettled")


def expected(dialect: str) -> set[str]:
    """The names of the triggers that a migrated database has."""
    return {name for table in ALL for name in _names(table, dialect)}


def create(connection: Connection, tables: tuple[str, ...] = ALL) -> None:
    """Makes `tables` append-only, or sealed, or lines that add up."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        for name, body in _FUNCTIONS.items():
            function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
            connection.exec_driver_sql(function.replace("%", "%%"))
    for table in tables:
        for kind in _kinds(table, dialect):
            make = _adding_up if table == TREE else _refusing
            connection.exec_driver_sql(make(table, kind, dialect))


def drop(connection: Connection, tables: tuple[str, ...] = ALL) -> None:
    """Takes the triggers away again."""
    dialect = connection.dialect.name
    for table in tables:
        for name in _names(table, dialect):
            on = "" if dialect == "sqlite" else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
    if dialect == "postgresql" and set(tables) == set(ALL):
        for function in _FUNCTIONS:
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {function}()")


def _refusing(table: str, kind: str, dialect: str) -> str:
    when = f"WHEN (OLD.{SEALED[table]} IS NOT NULL)" if table in SEALED else ""
    each = "STATEMENT" if kind == "truncate" else "ROW"
    deed = "EXECUTE FUNCTION refuse_change()"
    if dialect == "sqlite":
        deed = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    verb = kind.upper()
    if kind == "update" and table in SEALED_COLUMNS:
        verb = f"UPDATE OF {', '.join(SEALED_COLUMNS[table])}"
    return f"CREATE TRIGGER {table}_refuses_{kind} BEFORE {verb} ON {table} FOR EACH {each} {when} {deed}"


def _adding_up(table: str, kind: str, dialect: str) -> str:
    """A trigger that looks at the lines touched when the transaction ends: in its midst the sums need not agree."""
    name, when = f"{table}_refuses_uneven_{kind}", ""
    if kind == "update":
        other = "IS DISTINCT FROM" if dialect == "postgresql" else "IS NOT"
        when = f"WHEN ({' OR '.join(f'OLD.{one} {other} NEW.{one}' for one in _WATCHED)})"
    head = f"TRIGGER {name} AFTER {kind.upper()} ON {table}"
    if dialect == "postgresql":
        ends = f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {when} EXECUTE FUNCTION refuse_uneven()"
        return f"CREATE CONSTRAINT {head} {ends}"
    return f"CREATE {head} FOR EACH ROW {when} {_RESETTLE.format(lines=', '.join(_TOUCHED[kind]))}"


def _names(table: str, dialect: str) -> list[str]:
    uneven = "uneven_" if table == TREE else ""
    return [f"{table}_refuses_{uneven}{kind}" for kind in _kinds(table, dialect)]


def _kinds(table: str, dialect: str) -> tuple[str, ...]:
    """What is looked at on a table; SQLite knows no TRUNCATE, and of some tables the rows are looked at one by one."""
    if table == TREE:
        return ("insert", "update", "delete")
    return ("update", "delete") if dialect == "sqlite" or table in SEALED else ("update", "delete", "truncate")


def renew(connection: Connection, tables: tuple[str, ...]) -> None:
    """Sets the triggers again on tables that a batch operation has just built anew."""
    drop(connection, tables)
    create(connection, tables)
