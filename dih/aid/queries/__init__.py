"""Reads of the register of aid, of the links between enterprises, and of their sizes."""

from __future__ import annotations

from dih.aid.queries.advice import Advice, Asked, advices
from dih.aid.queries.grants import (
    Entry,
    Filters,
    GrantRow,
    closed_to,
    grant,
    grant_of_application,
    grants_of,
    history,
    page,
    register,
    total,
)
from dih.aid.queries.parties import Graph, LinkRow, NamedLink, Party, graph, link, party_of, stated, stating
from dih.aid.queries.sizes import figures_of, related_parties, size_within, sizes
from dih.aid.queries.windows import Standing, Window, checked, graph_of, standing

__all__ = [
    "Advice",
    "Asked",
    "Entry",
    "Filters",
    "GrantRow",
    "Graph",
    "LinkRow",
    "NamedLink",
    "Party",
    "Standing",
    "Window",
    "advices",
    "checked",
    "closed_to",
    "figures_of",
    "grant",
    "grant_of_application",
    "grants_of",
    "graph",
    "graph_of",
    "history",
    "link",
    "page",
    "party_of",
    "register",
    "related_parties",
    "size_within",
    "sizes",
    "standing",
    "stated",
    "stating",
    "total",
]
