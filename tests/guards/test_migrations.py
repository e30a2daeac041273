"""Migrations: up and down on both databases, equal to the models, with the triggers that keep ledgers append-only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, inspect, text

from dih.extensions.database import db
from migrations import triggers

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.fixture
def bare(databases: Any, make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """An application on a database without tables, its context open."""
    address = databases.empty()
    app = make_app(address)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)


def revisions(app: Flask) -> list[str]:
    """All revisions, oldest first."""
    script = ScriptDirectory.from_config(app.extensions["migrate"].migrate.get_config())
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


def trigger_names(connection: Connection) -> set[str]:
    return set(connection.scalars(text(TRIGGERS[connection.dialect.name])))


def test_there_is_one_head(bare: Flask) -> None:
    assert len(ScriptDirectory.from_config(bare.extensions["migrate"].migrate.get_config()).get_heads()) == 1


def test_the_triggers_stand_after_each_revision(bare: Flask) -> None:
    """A batch operation of SQLite builds a table anew and drops its triggers: the revision must set them again."""
    for revision in revisions(bare):
        upgrade(revision=revision)
        with db.engine.connect() as connection:
            tables = set(inspect(connection).get_table_names())
            wanted = {
                name for name in triggers.expected(connection.dialect.name) if name.partition("_refuses")[0] in tables
            }
            assert trigger_names(connection) == wanted, f"after {revision}"
    with db.engine.connect() as connection:
        assert trigger_names(connection) == triggers.expected(connection.dialect.name)


@pytest.mark.filterwarnings("ignore:Computed default on")  # each database writes the expression back in its own words
def test_models_and_migrations_agree(bare: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, db.metadata) == []


def test_down_and_up_again_leaves_nothing_behind(bare: Flask) -> None:
    for revision in revisions(bare):
        upgrade(revision=revision)
        downgrade(revision="-1")
        upgrade(revision=revision)
    downgrade(revision="base")
    with db.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
        assert trigger_names(connection) == set()
    upgrade()


def test_every_append_only_table_is_a_table(bare: Flask) -> None:
    assert set(triggers.APPEND_ONLY) <= set(db.metadata.tables)
