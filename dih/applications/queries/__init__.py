"""Reads of applications for screens and for the rooms above, each with a constant number of queries."""

from __future__ import annotations

from dih.applications.queries.cases import Case, find, within_reach
from dih.applications.queries.contents import (
    Attachment,
    Chosen,
    Clarifying,
    Contents,
    Version,
    attachment,
    clarifications,
    contents,
    earlier_answers,
    latest_check,
    versions,
)
from dih.applications.queries.lists import Filters, Page, Row, page

__all__ = [
    "Attachment",
    "Case",
    "Chosen",
    "Clarifying",
    "Contents",
    "Filters",
    "Page",
    "Row",
    "Version",
    "attachment",
    "clarifications",
    "contents",
    "earlier_answers",
    "find",
    "latest_check",
    "page",
    "versions",
    "within_reach",
]
