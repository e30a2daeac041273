"""What is done with reviews. Each verb takes the actor and the moment; none commits."""

from __future__ import annotations

from dih.reviews.operations.assigning import assign, count_again, recall, recall_moot
from dih.reviews.operations.conflicting import (
    Relation,
    close_conflicted,
    declare_conflict,
    find_same_partner,
    name_conflict,
    name_institution,
    reachable,
)
from dih.reviews.operations.discussing import ask_opinion, give_opinion, revise, say
from dih.reviews.operations.planning import keep_plan, publish, repair
from dih.reviews.operations.reviewing import decline, save_draft, submit
from dih.reviews.operations.telling import escalate, remind, tell_assigned
from dih.reviews.operations.terms import bid, bring_back, close_discussion, set_limit, set_terms, take_off

__all__ = [
    "Relation",
    "ask_opinion",
    "assign",
    "bid",
    "bring_back",
    "close_conflicted",
    "close_discussion",
    "count_again",
    "declare_conflict",
    "decline",
    "escalate",
    "find_same_partner",
    "give_opinion",
    "keep_plan",
    "name_conflict",
    "name_institution",
    "publish",
    "reachable",
    "recall",
    "recall_moot",
    "remind",
    "repair",
    "revise",
    "save_draft",
    "say",
    "set_limit",
    "set_terms",
    "submit",
    "take_off",
    "tell_assigned",
]
