"""Reads of deliveries."""

from __future__ import annotations

from dih.delivery.queries.cases import Case, ServiceDone, case
from dih.delivery.queries.evidence import evidence_file
from dih.delivery.queries.lists import DONE, UNDER_WAY, Filters, Page, Row, page, unanswered
from dih.delivery.queries.panels import Panel, panel

__all__ = [
    "DONE",
    "UNDER_WAY",
    "Case",
    "Filters",
    "Page",
    "Panel",
    "Row",
    "ServiceDone",
    "case",
    "evidence_file",
    "page",
    "panel",
    "unanswered",
]
