"""Keyset pages: rows beside a mark, in one query that reads a page's rows, however many there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, false, select, tuple_, union_all

from dih.extensions.database import db

PAGE = 50
"""Rows of a page."""
MOST_ID = 2**31
"""No id reaches it; PostgreSQL refuses to compare with larger numbers."""

Wanted = Select[*tuple[Any, ...]]
Among = tuple[Any, Collection[Any]]
Some = TypeVar("Some")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list a page begins: before a row, after a row, or at the front. What is no mark is passed over."""

    before: str = ""
    after: str = ""


FRONT = Place()


@dataclass(frozen=True, slots=True)
class Page(Generic[Some]):
    """Some rows, and the marks of the pages beside this one ("" where there is none).

    The page before is at `Place(before=page.previous)`, the one after at `Place(after=page.next)`.
    """

    rows: Sequence[Some]
    previous: str
    next: str

    def each(self, make: Callable[[Some], Other]) -> Page[Other]:
        """The same page with other rows, one made from each."""
        return Page([make(row) for row in self.rows], self.previous, self.next)


def read(
    wanted: Wanted,
    place: Place,
    *order: Any,
    descending: bool = False,
    size: int | None = None,
    among: Among | None = None,
) -> Page[Any]:
    """The page of `wanted` at `place`, its rows in the order of the columns `order`, which `wanted` selects too.

    The last of the columns is a unique id; one before it may be a day or a text. `among`: as in `first`.
    """
    size = size or PAGE
    before = _values(place.before, order)
    mark = before or _values(place.after, order)
    backwards = before is not None
    falling = descending != backwards
    if mark is not None:
        here = tuple_(*order)
        wanted = wanted.where(here < tuple_(*mark) if falling else here > tuple_(*mark))
    found = list(db.session.execute(first(wanted, size + 1, *order, descending=falling, among=among)))
    more, rows = len(found) > size, found[:size]
    if backwards:
        rows.reverse()
    has_previous, has_next = (more, True) if backwards else (mark is not None, more)
    return Page(
        rows,
        _mark(rows[0], order) if rows and has_previous else "",
        _mark(rows[-1], order) if rows and has_next else "",
    )


def first(wanted: Wanted, most: int, *order: Any, descending: bool = False, among: Among | None = None) -> Wanted:
    """`wanted` in the order of the columns `order`, up to `most` rows.

    `among` is a column and the values that it may have. The first rows of each value are found apart, in an index
    on the column and the order; with a plain IN a database reads and sorts all rows to show the first few.
    """
    by = [column.desc() if descending else column for column in order]
    if among is not None:
        column, values = among
        parts = [
            wanted.with_only_columns(order[-1].label("id")).where(column == value).order_by(*by).limit(most).subquery()
            for value in values
        ]
        wanted = (
            wanted.where(order[-1].in_(union_all(*(select(part.c.id) for part in parts))))
            if parts
            else wanted.where(false())
        )
    return wanted.order_by(*by).limit(most)


def _mark(row: Any, order: Sequence[Any]) -> str:
    return "_".join(str(row._mapping[column]) for column in order)


def _values(mark: str, order: Sequence[Any]) -> tuple[Any, ...] | None:
    parts = mark.rsplit("_", len(order) - 1)
    if len(parts) < len(order):
        return None
    try:
        return tuple(_value(part, column.type.python_type) for part, column in zip(parts, order, strict=True))
    except ValueError:
        return None


def as_id(text: str) -> int | None:
    """The id that a text is; what the database could not hold is none."""
    fits = text.isascii() and text.isdecimal() and len(text) <= len(str(MOST_ID)) and 0 < int(text) < MOST_ID
    return int(text) if fits else None


def _value(part: str, kind: type) -> Any:
    if kind is int:
        if (number := as_id(part)) is None:
            raise ValueError
        return number
    if kind is dt.date:
        return dt.date.fromisoformat(part)
    if "\x00" in part:
        raise ValueError
    return part
