"""Gap-free numbers such as DIH-2026-00042, taken in the transaction that uses them."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from dih.extensions.database import db
from dih.shared.models import NumberSeries


def next_number(name: str, year: int) -> int:
    """The next number of the series `name` in `year`; the first is 1. Holds the series until the commit."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    db.session.execute(dialect.insert(NumberSeries).values(name=name, year=year, last=0).on_conflict_do_nothing())
    db.session.execute(
        update(NumberSeries)
        .where(NumberSeries.name == name, NumberSeries.year == year)
        .values(last=NumberSeries.last + 1)
        .execution_options(synchronize_session=False)
    )
    return db.session.scalars(
        select(NumberSeries.last).where(NumberSeries.name == name, NumberSeries.year == year)
    ).one()
