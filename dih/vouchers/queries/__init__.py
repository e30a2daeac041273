"""Reads of vouchers."""

from __future__ import annotations

from dih.vouchers.queries.cases import Case, Panel, Service, case, panel, vat_due
from dih.vouchers.queries.lists import Filters, Page, Row, export, page
from dih.vouchers.queries.reach import within_reach
from dih.vouchers.queries.work import due_for_reminder, due_to_lapse

__all__ = [
    "Case",
    "Filters",
    "Page",
    "Panel",
    "Row",
    "Service",
    "case",
    "due_for_reminder",
    "due_to_lapse",
    "export",
    "page",
    "panel",
    "vat_due",
    "within_reach",
]
