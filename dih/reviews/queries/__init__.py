"""Reads of reviews for screens and for the rooms above, each with a constant number of queries."""

from __future__ import annotations

from dih.reviews.queries.board import Assigning, Board, CallLine, assigning, board, reviewed_calls
from dih.reviews.queries.due import Due
from dih.reviews.queries.facts import facts
from dih.reviews.queries.mending import Mendings, mendings
from dih.reviews.queries.opinions import able_to_opine, asked_of
from dih.reviews.queries.panel import Line, Panel, panel
from dih.reviews.queries.planning import Shortage, Solved, solve_for
from dih.reviews.queries.plans import Explanation, Plan, explanation, history, plan, stored_task
from dih.reviews.queries.queue import Neighbours, Queue, neighbours, open_reviews, queue
from dih.reviews.queries.ranking import Place, Ranking, Standing, ranking, standings
from dih.reviews.queries.reach import case_for_reviewer, still_writes
from dih.reviews.queries.reviewers import reviewers
from dih.reviews.queries.scores import Score, scores
from dih.reviews.queries.sheet import Judged, Saved, Sheet, application_of, saved, sheet
from dih.reviews.queries.wishes import wishes

__all__ = [
    "Assigning",
    "Board",
    "CallLine",
    "Due",
    "Explanation",
    "Judged",
    "Line",
    "Mendings",
    "Neighbours",
    "Panel",
    "Place",
    "Plan",
    "Queue",
    "Ranking",
    "Saved",
    "Score",
    "Sheet",
    "Shortage",
    "Solved",
    "Standing",
    "able_to_opine",
    "application_of",
    "asked_of",
    "assigning",
    "board",
    "case_for_reviewer",
    "explanation",
    "facts",
    "history",
    "mendings",
    "neighbours",
    "open_reviews",
    "panel",
    "plan",
    "queue",
    "ranking",
    "reviewed_calls",
    "reviewers",
    "saved",
    "scores",
    "sheet",
    "solve_for",
    "standings",
    "still_writes",
    "stored_task",
    "wishes",
]
