"""How a partner came to be named, and what it answered."""

from __future__ import annotations

import enum

from dih.shared.access import Permission as Can
from dih.shared.transitions import Transition
from dih.shared.wording import N_


class RoutingMode(enum.StrEnum):
    WORKER = "worker"
    LEAD_DESK = "lead_desk"
    MANAGERS_DESK = "managers_desk"
    HAND_OVER = "hand_over"
    MANAGER = "manager"
    PLAN = "plan"


DESKS = (RoutingMode.LEAD_DESK, RoutingMode.MANAGERS_DESK)
"""Where an application stands that no partner can take."""

ROUTING_MODE_LABELS = {
    RoutingMode.WORKER: N_("Best fit"),
    RoutingMode.LEAD_DESK: N_("Nobody fits: the lead partner's desk"),
    RoutingMode.MANAGERS_DESK: N_("Nobody can be asked: the hub managers' desk"),
    RoutingMode.HAND_OVER: N_("Proposed by another partner"),
    RoutingMode.MANAGER: N_("Decided by a manager"),
    RoutingMode.PLAN: N_("By the plan of the call"),
}


class ReasonKind(enum.StrEnum):
    """Why a partner does not take an application; the first two count for like needs later."""

    NO_CAPACITY = "no_capacity"
    NOT_OUR_FIELD = "not_our_field"
    OTHER = "other"


REASON_KIND_LABELS = {
    ReasonKind.NO_CAPACITY: N_("No capacity until a day"),
    ReasonKind.NOT_OUR_FIELD: N_("Not our field"),
    ReasonKind.OTHER: N_("Another reason"),
}


class RoutingStatus(enum.StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    HANDED_OVER = "handed_over"
    OVERRIDDEN = "overridden"
    ENDED = "ended"


R = RoutingStatus
ROUTING_STATUS_LABELS = {
    R.PROPOSED: N_("Waiting for an answer"),
    R.ACCEPTED: N_("Accepted"),
    R.DECLINED: N_("Declined"),
    R.HANDED_OVER: N_("Handed over"),
    R.OVERRIDDEN: N_("Moved by a manager"),
    R.ENDED: N_("Ended with the application"),
}
ROUTING_STATUS_COLOURS = {
    R.PROPOSED: "amber",
    R.ACCEPTED: "green",
    R.DECLINED: "red",
    R.HANDED_OVER: "teal",
    R.OVERRIDDEN: "grey",
    R.ENDED: "grey",
}
ROUTING_STATUS_TRANSITIONS = (
    Transition("accept", R.PROPOSED, R.ACCEPTED, Can.ANSWER_ROUTING),
    Transition("decline", R.PROPOSED, R.DECLINED, Can.ANSWER_ROUTING),
    Transition("hand_over", R.PROPOSED, R.HANDED_OVER, Can.ANSWER_ROUTING),
    Transition("override", R.PROPOSED, R.OVERRIDDEN, Can.OVERRIDE_ROUTING),
    Transition("override", R.ACCEPTED, R.OVERRIDDEN, Can.OVERRIDE_ROUTING),
    Transition("end", R.PROPOSED, R.ENDED, None),
    Transition("end", R.ACCEPTED, R.ENDED, None),
)

PART_LABELS = {
    "services": N_("Services"),
    "conflict": N_("Conflict of interest"),
    "remark": N_("Said before"),
    "sector": N_("Sector"),
    "area": N_("Area"),
    "technology": N_("Technologies"),
    "county": N_("County"),
    "capacity": N_("Free capacity"),
    "balance": N_("Share of the budget"),
}
"""What the parts of a score are called, in the order in which they are shown."""

MODE_WORDS = {
    RoutingMode.WORKER: N_("%(partner)s asked: it fits best"),
    RoutingMode.LEAD_DESK: N_("%(partner)s asked: nobody fits, so the lead partner looks after it"),
    RoutingMode.MANAGERS_DESK: N_("Nobody can be asked: the hub's managers find a partner"),
    RoutingMode.HAND_OVER: N_("%(partner)s asked: proposed by another partner"),
    RoutingMode.MANAGER: N_("%(partner)s asked by a manager"),
    RoutingMode.PLAN: N_("%(partner)s asked: a manager applied the plan of the call"),
}
ANSWER_WORDS = {
    R.ACCEPTED: N_("%(partner)s accepted"),
    R.DECLINED: N_("%(partner)s declined"),
    R.HANDED_OVER: N_("%(partner)s proposed another partner"),
    R.OVERRIDDEN: N_("A manager took it from %(partner)s"),
    R.ENDED: N_("No longer asked of %(partner)s: the application changed or ended"),
}
MANAGERS_WORDS = {
    R.OVERRIDDEN: N_("A manager found a partner"),
    R.ENDED: N_("No partner is looked for any more: the application changed or ended"),
}
"""What the story of a routing says; at the managers' desk no partner stands in it."""
