"""Gap-free numbers such as DIH-2026-00042, taken in the transaction that uses them."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite

from dih.extensions.database import db
from dih.shared.models import NumberSeries


def next_number(name: str, year: int) -> int:
    """The next number of the series `name` in `year`; the first is 1. Holds the series until the commit."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    taken = (
        dialect.insert(NumberSeries)
        .values(name=name, year=year, last=1)
        .on_conflict_do_update(index_elements=["name", "year"], set_={"last": NumberSeries.last + 1})
        .returning(NumberSeries.last)
    )
    return db.session.execute(taken).scalar_one()
