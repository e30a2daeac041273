"""Loaded once into the process from which racing processes are forked: the application, which each puts on its race's
database. That is quicker than making it ten times."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import configure_mappers

from dih.extensions.database import db, tune_sqlite
from dih.factory import create_app
from tests.support.settings import FOR_TESTS

_app = create_app({**FOR_TESTS, "SQLALCHEMY_DATABASE_URI": "sqlite://"})
configure_mappers()


def on(address: str) -> Flask:
    """The application on the database at an address."""
    engine = create_engine(address)
    if engine.dialect.name == "sqlite":
        tune_sqlite(engine)
    with _app.app_context():
        db.engines[None] = engine
    return _app
