"""Naming a partner, its answer, hand-overs, a manager's last word, and plans for all applications of a call."""

from __future__ import annotations

from dih.routing.operations.answering import accept, decline, hand_over, lift, override
from dih.routing.operations.naming import end, escalate, place, place_if_accepted, remind, route
from dih.routing.operations.planning import apply_plan

__all__ = [
    "accept",
    "apply_plan",
    "decline",
    "end",
    "escalate",
    "hand_over",
    "lift",
    "override",
    "place",
    "place_if_accepted",
    "remind",
    "route",
]
