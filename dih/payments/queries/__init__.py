"""Reads of payments."""

from __future__ import annotations

from dih.payments.queries.bank import (
    Candidate,
    LineRow,
    StatementRow,
    barred_references,
    candidates,
    line,
    lines,
    statements,
)
from dih.payments.queries.cases import Case, Panel, case, panel
from dih.payments.queries.due import Due, due_of, refunds_due
from dih.payments.queries.invoices import InvoiceRow, Paper, invoice, invoices, lei_rate
from dih.payments.queries.lists import DisputeRow, Filters, Row, disputes, export, page
from dih.payments.queries.work import (
    RefundOrder,
    checkout_order,
    idle_pro_formas,
    open_sessions,
    refund_order,
    unmatched_lines,
    waiting_events,
)

__all__ = [
    "Candidate",
    "Case",
    "DisputeRow",
    "Due",
    "Filters",
    "InvoiceRow",
    "LineRow",
    "Panel",
    "Paper",
    "RefundOrder",
    "Row",
    "StatementRow",
    "barred_references",
    "candidates",
    "case",
    "checkout_order",
    "disputes",
    "due_of",
    "export",
    "idle_pro_formas",
    "invoice",
    "invoices",
    "lei_rate",
    "line",
    "lines",
    "open_sessions",
    "page",
    "panel",
    "refund_order",
    "refunds_due",
    "statements",
    "unmatched_lines",
    "waiting_events",
]
