"""What is done with reviews. Each verb takes the actor and the moment; none commits."""

from __future__ import annotations

from dih.reviews.operations.assigning import assign, recall, recall_moot
from dih.reviews.operations.conflicting import (
    Relation,
    close_conflicted,
    declare_conflict,
    find_same_partner,
    name_conflict,
    reachable,
)
from dih.reviews.operations.reviewing import decline, save_draft, submit
from dih.reviews.operations.telling import remind, tell_assigned

__all__ = [
    "Relation",
    "assign",
    "close_conflicted",
    "declare_conflict",
    "decline",
    "find_same_partner",
    "name_conflict",
    "reachable",
    "recall",
    "recall_moot",
    "remind",
    "save_draft",
    "submit",
    "tell_assigned",
]
