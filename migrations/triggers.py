"""Triggers that make a table append-only: UPDATE, DELETE and, on PostgreSQL, TRUNCATE are refused.
Rows of `SEALED` tables may change until a column is filled in: a published version of a call stays as it is.
And those that hold sums together when a transaction ends: what a line has allocated is the sum of its children's
ceilings, and the entries of a move sum to zero on each line.

SQLite's batch operations build a table anew and drop its triggers: a revision that alters
one of these tables calls `renew`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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

KEPT_COLUMNS = {
    "review": ("application_id", "reviewer_id", "marks", "remarks", "comment", "submitted_at"),
    "budget_move": ("id", "kind", "key", "at", "person_id", "approved_by", "application_id", "reason"),
}
"""What of a row does not change, where not all: a review that is in may come to count no more, and again; what a move
has in `unsettled` is SQLite's own way to wait for the end of a transaction.
"""

ALL = (*APPEND_ONLY, *SEALED, "budget_line")

_UNEVEN_LINE = """
    budget_line.allocated_cents <> (SELECT coalesce(sum(part.ceiling_cents), 0)
        FROM budget_line AS part WHERE part.parent_id = budget_line.id)
"""
_UNEVEN_MOVE = """
    NOT EXISTS (SELECT 1 FROM budget_entry AS entry WHERE entry.move_id = budget_move.id)
    OR EXISTS (SELECT 1 FROM budget_entry AS entry WHERE entry.move_id = budget_move.id
        GROUP BY entry.line_id HAVING sum(entry.amount_cents) <> 0)
"""

_FUNCTIONS = {
    "refuse_change": """
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END
""",
    "refuse_uneven_line": f"""
DECLARE uneven text;
BEGIN
    SELECT code INTO uneven FROM budget_line
    WHERE id IN (NEW.id, NEW.parent_id, OLD.parent_id) AND ({_UNEVEN_LINE}) LIMIT 1;
    IF uneven IS NOT NULL THEN
        RAISE EXCEPTION 'the lines below % do not sum up to what it has allocated', uneven
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
""",
    "refuse_uneven_move": f"""
DECLARE looked_at integer; uneven text;
BEGIN
    IF TG_TABLE_NAME = 'budget_move' THEN looked_at := NEW.id; ELSE looked_at := NEW.move_id; END IF;
    SELECT key INTO uneven FROM budget_move WHERE id = looked_at AND ({_UNEVEN_MOVE});
    IF uneven IS NOT NULL THEN
        RAISE EXCEPTION 'the entries of the move % do not sum up to zero on each line', uneven
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
""",
}


@dataclass(frozen=True, slots=True)
class Sum:
    """Rows that have to add up: when one of `touched` changes, the rows of `table` with these ids are looked at.

    SQLite has no trigger that waits for the commit, but a foreign key that does: `unsettled` of an uneven row is -1,
    which names no row; PostgreSQL asks `function`. `watched` are the columns whose change counts.
    """

    table: str
    function: str
    uneven: str
    touched: Mapping[str, str]
    watched: tuple[str, ...]

    @property
    def resettle(self) -> str:
        return (
            f"BEGIN UPDATE {self.table} SET unsettled = CASE WHEN {self.uneven} THEN -1 END WHERE id IN ({{ids}}); END"
        )


_LINES = Sum(
    "budget_line",
    "refuse_uneven_line",
    _UNEVEN_LINE,
    {"insert": "NEW.id, NEW.parent_id", "update": "NEW.id, NEW.parent_id, OLD.parent_id", "delete": "OLD.parent_id"},
    ("ceiling_cents", "allocated_cents", "parent_id", "unsettled"),
)
_MOVES = Sum(
    "budget_move", "refuse_uneven_move", _UNEVEN_MOVE, {"insert": "NEW.id", "update": "NEW.id"}, ("unsettled",)
)
_ENTRIES = Sum("budget_move", "refuse_uneven_move", _UNEVEN_MOVE, {"insert": "NEW.move_id"}, ())
SUMS = {"budget_line": _LINES, "budget_move": _MOVES, "budget_entry": _ENTRIES}
"""By the table whose change may leave something uneven."""


def expected(dialect: str) -> set[str]:
    """The names of the triggers that a migrated database has."""
    return {name for table in ALL for name in _triggers(table, dialect)}


def create(connection: Connection, tables: tuple[str, ...] = ALL) -> None:
    """Makes `tables` append-only, or sealed, or rows that add up."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        for name, body in _FUNCTIONS.items():
            function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
            connection.exec_driver_sql(function.replace("%", "%%"))
    for table in tables:
        for name, rest in _triggers(table, dialect).items():
            connection.exec_driver_sql(rest.format(name=name))


def drop(connection: Connection, tables: tuple[str, ...] = ALL) -> None:
    """Takes the triggers away again."""
    dialect = connection.dialect.name
    for table in tables:
        for name in _triggers(table, dialect):
            on = "" if dialect == "sqlite" else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
    if dialect == "postgresql" and set(tables) == set(ALL):
        for function in _FUNCTIONS:
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {function}()")


def renew(connection: Connection, tables: tuple[str, ...]) -> None:
    """Sets the triggers again on tables that a batch operation has just built anew."""
    drop(connection, tables)
    create(connection, tables)


def _triggers(table: str, dialect: str) -> dict[str, str]:
    """What is held on a table: the statement of each trigger by its name, which stands in it as `{name}`."""
    held = {}
    if table in APPEND_ONLY or table in SEALED:
        # SQLite knows no TRUNCATE, and the rows of some tables are looked at one by one.
        kinds = ("update", "delete") if dialect == "sqlite" or table in SEALED else ("update", "delete", "truncate")
        held |= {f"{table}_refuses_{kind}": _refusing(table, kind, dialect) for kind in kinds}
    if sums := SUMS.get(table):
        held |= {f"{table}_refuses_uneven_{kind}": _adding_up(table, sums, kind, dialect) for kind in sums.touched}
    return held


def _refusing(table: str, kind: str, dialect: str) -> str:
    when = f"WHEN (OLD.{SEALED[table]} IS NOT NULL)" if table in SEALED else ""
    each = "STATEMENT" if kind == "truncate" else "ROW"
    deed = "EXECUTE FUNCTION refuse_change()"
    if dialect == "sqlite":
        deed = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    verb = kind.upper()
    if kind == "update" and table in KEPT_COLUMNS:
        verb = f"UPDATE OF {', '.join(KEPT_COLUMNS[table])}"
    return f"CREATE TRIGGER {{name}} BEFORE {verb} ON {table} FOR EACH {each} {when} {deed}"


def _adding_up(table: str, sums: Sum, kind: str, dialect: str) -> str:
    """A trigger that looks when the transaction ends: in its midst the sums need not agree."""
    when = ""
    if kind == "update":
        other = "IS DISTINCT FROM" if dialect == "postgresql" else "IS NOT"
        when = f"WHEN ({' OR '.join(f'OLD.{one} {other} NEW.{one}' for one in sums.watched)})"
    head = f"TRIGGER {{name}} AFTER {kind.upper()} ON {table}"
    if dialect == "postgresql":
        look = f"EXECUTE FUNCTION {sums.function}()"
        return f"CREATE CONSTRAINT {head} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {when} {look}"
    return f"CREATE {head} FOR EACH ROW {when} {sums.resettle.format(ids=sums.touched[kind])}"
