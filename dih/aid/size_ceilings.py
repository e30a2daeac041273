"""The ceilings of the size classes as data, read from data/size_classes.toml."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from dih.aid.vocabulary import SizeClass

_FILE = Path(__file__).parent / "data" / "size_classes.toml"


@dataclass(frozen=True, slots=True)
class ClassCeilings:
    """A class fits with less staff than `staff_below` and turnover or balance sheet at most its figure, in cents."""

    size: SizeClass
    staff_below: Decimal
    turnover_cents: int
    balance_cents: int


@dataclass(frozen=True, slots=True)
class SizeCeilings:
    """The classes from the smallest, the percents that make partners and linked enterprises, and the source."""

    source: Mapping[str, str]
    partner_from_percent: Decimal
    linked_above_percent: Decimal
    public_from_percent: Decimal
    classes: tuple[ClassCeilings, ...]


@functools.cache
def size_ceilings() -> SizeCeilings:
    """The figures of the file."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)
    classes = tuple(
        ClassCeilings(
            SizeClass(entry["code"]), Decimal(entry["staff_below"]), entry["turnover_cents"], entry["balance_cents"]
        )
        for entry in data["class"]
    )
    return SizeCeilings(
        source=data["source"],
        partner_from_percent=Decimal(data["partner_from_percent"]),
        linked_above_percent=Decimal(data["linked_above_percent"]),
        public_from_percent=Decimal(data["public_from_percent"]),
        classes=classes,
    )
