"""Reads of applications for screens and for the rooms above, each with a constant number of queries."""

from __future__ import annotations

from dih.applications.queries.aid import aid_advice, aid_asked
from dih.applications.queries.cases import Case, closed_to, find, find_within, open_to, within_reach
from dih.applications.queries.contents import (
    Attachment,
    Chosen,
    Contents,
    attachment,
    contents_of,
    earlier_answers,
    facts_of,
    stored_answers,
)
from dih.applications.queries.lists import Filters, Page, Row, drafts_past_the_end, drafts_to_remind, found_by, page
from dih.applications.queries.recipients import case_recipients, closed_cases
from dih.applications.queries.records import Clarifying, Version, clarifications, latest_check, versions

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
    "aid_advice",
    "aid_asked",
    "attachment",
    "case_recipients",
    "clarifications",
    "closed_cases",
    "closed_to",
    "contents_of",
    "drafts_past_the_end",
    "drafts_to_remind",
    "earlier_answers",
    "facts_of",
    "find",
    "find_within",
    "found_by",
    "latest_check",
    "open_to",
    "page",
    "stored_answers",
    "versions",
    "within_reach",
]
