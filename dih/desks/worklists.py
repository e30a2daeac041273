"""Lists of things to do: how one is read, and all of them in one query."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, func, literal, select, union_all

from dih.extensions.database import db
from dih.shared import paging
from dih.shared.paging import Among

SHOWN = 6
MOST_COUNTED = 100
"""A desk says "100 or more" instead of counting on: the count stays quick at any size."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: the case, whose it is, and until when."""

    case_uuid: uuid.UUID
    reference: str
    words: str
    due_on: dt.date | None
    late: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A list of things to do; `href` leads to all of them."""

    title: str
    items: Sequence[Item]
    count: int
    href: str
    nothing: str

    @property
    def more(self) -> int:
        return self.count - len(self.items)

    @property
    def is_capped(self) -> bool:
        return self.count >= MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Work:
    """`wanted` selects case uuid, reference, words and a due day; `order` and `among` as `paging.first` takes them."""

    wanted: Select[*tuple[Any, ...]]
    order: tuple[Any, ...]
    among: Among | None = None


@dataclass(frozen=True, slots=True)
class WorkList:
    """A list before it is read."""

    title: str
    work: Work
    href: str
    nothing: str

    def rows(self, place: int, shown: int) -> Select[*tuple[Any, ...]]:
        """Its first rows behind its place among the lists, with how many there are, counted up to MOST_COUNTED."""
        wanted, among = self.work.wanted, self.work.among
        every = wanted if among is None else wanted.where(among[0].in_(among[1]))
        counted = select(func.count()).select_from(every.limit(MOST_COUNTED).subquery()).scalar_subquery()
        case, reference, words, due = wanted.selected_columns
        named = (case.label("case"), reference.label("reference"), words.label("words"), due.label("due"))
        first = paging.first(wanted.with_only_columns(*named), shown, *self.work.order, among=among).subquery()
        return select(literal(place, Integer), *first.c, counted)


def read(lists: Sequence[WorkList], today: dt.date, shown: int) -> list[Waiting]:
    """All lists in one query."""
    if not lists:
        return []
    found: dict[int, list[Any]] = {place: [] for place in range(len(lists))}
    for row in db.session.execute(union_all(*(one.rows(place, shown) for place, one in enumerate(lists)))):
        found[row[0]].append(row)
    return [
        Waiting(
            one.title,
            [Item(row[1], row[2] or "", row[3], row[4], row[4] is not None and row[4] < today) for row in found[place]],
            found[place][0][5] if found[place] else 0,
            one.href,
            one.nothing,
        )
        for place, one in enumerate(lists)
    ]
