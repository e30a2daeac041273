"""The database: one declarative base, the column types that every room uses, and how a connection begins.

SQLite is opened in WAL mode with full durability. A request that only reads begins DEFERRED; a business transaction
begins IMMEDIATE, because a deferred read followed by a write fails when somebody else has committed in between.
What writes without having said so (Flask-Security reads, hashes and commits by itself) begins again as a writer before
its first change. Writers take turns at a lock file beside the database: SQLite itself only lets them try again after a
while, and of eight at once some are never lucky until their time is over.
"""

from __future__ import annotations

import datetime as dt
import enum
import fcntl
import os
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Engine, MetaData, String, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

writing: ContextVar[bool] = ContextVar("writing", default=False)
"""True while a business transaction is open; decides how SQLite begins."""


class UTCDateTime(TypeDecorator[dt.datetime]):
    """An aware moment, stored in UTC; SQLite hands back naive values, this type never does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, _dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Choice(TypeDecorator[enum.StrEnum]):
    """A StrEnum stored as its string; the database refuses other strings by a CHECK that the table declares."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[enum.StrEnum]) -> None:
        self.kind = kind
        super().__init__(40)

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: Any, _dialect: Dialect) -> enum.StrEnum | None:
        return None if value is None else self.kind(value)


Json = JSON().with_variant(JSONB(), "postgresql")
Cents = BigInteger
"""Integer cents of euro."""

mapper_registry = registry(
    metadata=MetaData(naming_convention=NAMING),
    type_annotation_map={dt.datetime: UTCDateTime(), dict[str, Any]: Json, list[Any]: Json, dict[str, str]: Json},
)


class Base(DeclarativeBase):
    registry = mapper_registry


db = SQLAlchemy(model_class=Base)
migrate = Migrate()

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


def choice_check(column: str, kind: type[enum.StrEnum]) -> str:
    """SQL of a CHECK that admits only the members of `kind`; for `CheckConstraint(choice_check(...), name=...)`."""
    members = ", ".join(f"'{member.value}'" for member in kind)
    return f"{column} IN ({members})"


def tune_sqlite(engine: Engine) -> None:
    """Sets WAL, durability, foreign keys and the way a transaction begins on every connection of a SQLite engine.

    A killed process gives its turn back: the kernel holds the lock.
    """
    turn_file = f"{engine.url.database}-turn"

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        record.info["turn"] = os.open(turn_file, os.O_RDWR | os.O_CREAT)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=20000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if writing.get():
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN DEFERRED")
            connection.info["writes"] = False

    @event.listens_for(engine, "commit")
    @event.listens_for(engine, "rollback")
    def on_end(connection: Connection) -> None:
        fcntl.flock(connection.info["turn"], fcntl.LOCK_UN)

    @event.listens_for(engine, "close")
    def on_close(connection: Any, record: Any) -> None:
        os.close(record.info.pop("turn"))


@event.listens_for(Session, "before_flush")
def take_the_turn(session: Session, *_: Any) -> None:
    """Ends a transaction of SQLite that began as a reading one, and begins a writing one in its place."""
    connection = session.connection()
    if connection.info.get("writes") is False:
        connection.exec_driver_sql("COMMIT")
        _begin_writing(connection)


def _begin_writing(connection: Connection) -> None:
    fcntl.flock(connection.info["turn"], fcntl.LOCK_EX)
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    connection.info["writes"] = True


__all__ = [
    "Base",
    "Cents",
    "Choice",
    "Json",
    "Model",
    "UTCDateTime",
    "choice_check",
    "db",
    "migrate",
    "tune_sqlite",
    "writing",
]
