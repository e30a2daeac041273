"""Reads of conflicts: the bar that all upper rooms ask, the facts from which they are found, and lists."""

from __future__ import annotations

from dih.conflicts.queries.bar import in_conflict, in_conflict_with_organisation, standing
from dih.conflicts.queries.facts import Bar, bars
from dih.conflicts.queries.lists import (
    Against,
    Filters,
    Page,
    Panel,
    Row,
    for_manager,
    institutions,
    mine,
    organisation,
    organisations_named,
    own,
    page,
    panel,
    staff,
)

__all__ = [
    "Against",
    "Bar",
    "Filters",
    "Page",
    "Panel",
    "Row",
    "bars",
    "for_manager",
    "in_conflict",
    "in_conflict_with_organisation",
    "institutions",
    "mine",
    "organisation",
    "organisations_named",
    "own",
    "page",
    "panel",
    "staff",
    "standing",
]
