"""Counties, sectors and technologies, which are many: read once from data/taxonomy.toml, referred to by code."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dih.taxonomy.vocabulary import Category

_FILE = Path(__file__).parent / "data" / "taxonomy.toml"
_REGION = "north_west"


@dataclass(frozen=True, slots=True)
class Term:
    """A sector or technology: its name in both languages (filter `local`) and the EU reporting tool's exact string."""

    code: str
    label: Mapping[str, str]
    edih: str


@dataclass(frozen=True, slots=True)
class County:
    """A county of Romania; the six with `in_region` are the hub's own. Its name is the same in both languages."""

    code: str
    name: str
    nuts: str
    in_region: bool


@functools.cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@functools.cache
def all_counties() -> tuple[County, ...]:
    """All counties and Bucharest, those of the North-West region first, each part by name."""
    return tuple(
        County(entry["code"], entry["name"], entry["nuts"], entry.get("region") == _REGION)
        for entry in _data()["counties"]
    )


@functools.cache
def counties() -> tuple[County, ...]:
    """The six counties of the North-West region."""
    return tuple(county for county in all_counties() if county.in_region)


@functools.cache
def sectors() -> tuple[Term, ...]:
    """The sectors of customers, in the order of the EU's reporting tool."""
    return tuple(_term(entry) for entry in _data()["sectors"])


@functools.cache
def technologies() -> tuple[Term, ...]:
    """The technology types, in the order of the EU's reporting tool."""
    return tuple(_term(entry) for entry in _data()["technologies"])


@functools.cache
def edih_category(category: Category) -> str:
    """The exact string by which the EU's reporting tool names a category."""
    return next(entry["edih"] for entry in _data()["categories"] if entry["code"] == category.value)


def county_name(code: str) -> str:
    """The name of a county, or the code itself where there is none such."""
    return _county_names().get(code, code)


def sector_label(code: str) -> Mapping[str, str]:
    """The name of a sector in both languages, or the code itself where there is none such."""
    return _labels("sectors").get(code) or {"ro": code, "en": code}


def sector_of(activity_code: str) -> str:
    """The sector to which a CAEN code (digits only) belongs; "" where none claims it."""
    fitting = ((len(prefix), code) for prefix, code in _prefixes() if activity_code.startswith(prefix))
    return max(fitting, default=(0, ""))[1]


def technology_label(code: str) -> Mapping[str, str]:
    """The name of a technology in both languages, or the code itself where there is none such."""
    return _labels("technologies").get(code) or {"ro": code, "en": code}


def _term(entry: Mapping[str, Any]) -> Term:
    return Term(entry["code"], entry["name"], entry["edih"])


@functools.cache
def _prefixes() -> tuple[tuple[str, str], ...]:
    return tuple((prefix, entry["code"]) for entry in _data()["sectors"] for prefix in entry.get("caen", ()))


@functools.cache
def _county_names() -> Mapping[str, str]:
    return {county.code: county.name for county in all_counties()}


@functools.cache
def _labels(kind: str) -> Mapping[str, Mapping[str, str]]:
    return {entry["code"]: entry["name"] for entry in _data()[kind]}
