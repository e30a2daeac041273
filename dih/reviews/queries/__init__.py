"""Reads of reviews for screens and for the rooms above, each with a constant number of queries."""

from __future__ import annotations

from dih.reviews.queries.board import Assigning, Board, CallLine, assigning, board, reviewed_calls
from dih.reviews.queries.due import Due
from dih.reviews.queries.panel import Line, Panel, panel
from dih.reviews.queries.proposal import Pair, Proposal, proposal
from dih.reviews.queries.queue import Neighbours, Queue, neighbours, queue
from dih.reviews.queries.ranking import Place, Ranking, ranking
from dih.reviews.queries.reach import case_for_reviewer
from dih.reviews.queries.sheet import Judged, Saved, Sheet, application_of, saved, sheet

__all__ = [
    "Assigning",
    "Board",
    "CallLine",
    "Due",
    "Judged",
    "Line",
    "Neighbours",
    "Pair",
    "Panel",
    "Place",
    "Proposal",
    "Queue",
    "Ranking",
    "Saved",
    "Sheet",
    "application_of",
    "assigning",
    "board",
    "case_for_reviewer",
    "neighbours",
    "panel",
    "proposal",
    "queue",
    "ranking",
    "reviewed_calls",
    "saved",
    "sheet",
]
