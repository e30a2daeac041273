"""Addresses of the application for tests that walk all of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule

from dih.extensions.database import db


def rules(app: Flask) -> Iterator[Rule]:
    return app.url_map.iter_rules()


def address_of(app: Flask, rule: Rule, **values: Any) -> str:
    """An address for a rule: numbers are 1, identifiers nobody's, words `x` or the first that fits; or `values`."""
    made = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        word = min(getattr(converter, "items", ("x",)))
        made[name] = {"IntegerConverter": 1, "UUIDConverter": uuid.UUID(int=1)}.get(kind, word)
    with app.test_request_context():
        return rule.build({**made, **values})[1]  # type: ignore[index]


def count_rows() -> dict[str, int]:
    """The number of rows of every table."""
    return {
        name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in db.metadata.tables.items()
    }
