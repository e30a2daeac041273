"""Pure decisions of routing: which partner fits and why, what it said before, and by when it answers."""

from __future__ import annotations

from dih.routing.rules.clocks import MOVABLE, ROUTABLE, ROUTING_ENDS, due_day, reason_given
from dih.routing.rules.remarks import Refusal, Remark, counts_until
from dih.routing.rules.scoring import Need, Offer, Score, ScorePart, in_words, rank, score, ways

__all__ = [
    "MOVABLE",
    "ROUTABLE",
    "ROUTING_ENDS",
    "Need",
    "Offer",
    "Refusal",
    "Remark",
    "Score",
    "ScorePart",
    "counts_until",
    "due_day",
    "in_words",
    "rank",
    "reason_given",
    "score",
    "ways",
]
