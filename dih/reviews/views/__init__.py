"""Pages about reviews: the reviewer's queue and scoring, the manager's assignment and ranking, relations to a case."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("reviews", __name__)

from dih.reviews.views import assigning, conflicts, discussing, offline, people, planning, queue, ranking, scoring  # noqa: E402

__all__ = [
    "assigning",
    "blueprint",
    "conflicts",
    "discussing",
    "offline",
    "people",
    "planning",
    "queue",
    "ranking",
    "scoring",
]
