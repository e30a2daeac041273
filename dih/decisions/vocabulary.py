"""What a decision can be."""

from __future__ import annotations

import enum

from dih.shared.wording import N_


class Outcome(enum.StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"
    WAITING_LIST = "waiting_list"


class FirstEnd(enum.StrEnum):
    """What became of a first approval."""

    SECONDED = "seconded"
    WITHDRAWN = "withdrawn"
    VOID = "void"


OUTCOME_LABELS = {
    Outcome.APPROVED: N_("Approved"),
    Outcome.REJECTED: N_("Rejected"),
    Outcome.WAITING_LIST: N_("Waiting list"),
}

OUTCOME_VERBS = {
    Outcome.APPROVED: N_("Approve"),
    Outcome.REJECTED: N_("Reject"),
    Outcome.WAITING_LIST: N_("Put on the waiting list"),
}
