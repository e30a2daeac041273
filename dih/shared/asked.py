"""What the address of a page asks for, by name. What no filter knows counts as absent."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from typing import Any, TypeVar

from flask import request

from dih.shared import paging, texts

Member = TypeVar("Member", bound=enum.StrEnum)

MOST_LETTERS = 100
YEARS = range(2000, 2101)


def words(name: str, most: int = MOST_LETTERS) -> str:
    """Free text, as every database takes it, cut after `most` characters."""
    return texts.plain(request.args.get(name, ""))[:most]


def row_id(name: str) -> int | None:
    """The id of a row."""
    return paging.as_id(request.args.get(name, ""))


def member(kind: type[Member], name: str) -> Member | None:
    """One of the values of `kind`."""
    text = request.args.get(name)
    return kind(text) if text in set(kind) else None


def one_of(known: Collection[str], name: str) -> str:
    """One of the codes that are known, else ""."""
    text = request.args.get(name, "")
    return text if text in known else ""


def day(name: str) -> dt.date | None:
    """A day such as 2026-06-30, of this century."""
    try:
        found = dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if found.year in YEARS else None


def flag(name: str) -> bool:
    """Whether a box was ticked: its value is 1."""
    return request.args.get(name) == "1"


def kept(*names: str) -> dict[str, Any]:
    """What is asked under these names as it stands in the address, for links that keep it."""
    return {name: request.args[name] for name in names if request.args.get(name)}
