"""Reads of reviews for screens and for the rooms above, each with a constant number of queries."""

from __future__ import annotations

from dih.reviews.queries.panel import Line, Panel, panel
from dih.reviews.queries.reach import case_for_reviewer

__all__ = ["Line", "Panel", "case_for_reviewer", "panel"]
