"""Reads of routing: what the worker has to do, the list of what waits for an answer, one routing, the partners."""

from __future__ import annotations

from dih.routing.queries.cases import Case, Panel, Step, case, panel, requested
from dih.routing.queries.delivering import deliverers, works_for_deliverer
from dih.routing.queries.lists import Filters, Page, Row, page
from dih.routing.queries.partners import Overview, PartnerPage, partner_page, partners_overview
from dih.routing.queries.parts import Helped, OwnPart, helped, own_part
from dih.routing.queries.planning import CallToPlan, calls_to_plan, planned_call
from dih.routing.queries.work import ended, overdue, to_place, unrouted

__all__ = [
    "CallToPlan",
    "Case",
    "Filters",
    "Helped",
    "Overview",
    "OwnPart",
    "Page",
    "Panel",
    "PartnerPage",
    "Row",
    "Step",
    "calls_to_plan",
    "case",
    "deliverers",
    "ended",
    "helped",
    "overdue",
    "own_part",
    "page",
    "panel",
    "partner_page",
    "partners_overview",
    "planned_call",
    "requested",
    "to_place",
    "unrouted",
    "works_for_deliverer",
]
