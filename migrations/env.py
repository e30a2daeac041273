"""How Alembic reaches the application's database and models; run by `flask db`."""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import JSON

from dih.extensions.database import Choice, UTCDateTime, db, writing


def written_out(kind: str, item: Any, autogen: AutogenContext) -> str | bool:
    """Writes our column types as what they are in the database, so that a revision needs no code of ours."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Choice):
        return f"sa.String(length={item.impl.length})"
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def run() -> None:
    """Runs the revisions on the application's engine, each in a transaction of its own."""
    options = current_app.extensions["migrate"].configure_args
    token = writing.set(True)
    try:
        with db.engine.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=db.metadata,
                render_item=written_out,
                transaction_per_migration=True,
                **options,
            )
            with context.begin_transaction():
                context.run_migrations()
    finally:
        writing.reset(token)


run()
