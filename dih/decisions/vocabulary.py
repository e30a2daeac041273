"""What a decision can be."""

from __future__ import annotations

import enum

from dih.shared.access import Permission as Can
from dih.shared.transitions import Transition
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
    Outcome.WAITING_LIST: N_("Put on waiting list"),
}


class MeetingStatus(enum.StrEnum):
    OPEN = "open"
    CLOSED = "closed"


MEETING_STATUS_LABELS = {
    MeetingStatus.OPEN: N_("In session"),
    MeetingStatus.CLOSED: N_("Minutes closed"),
}
MEETING_STATUS_COLOURS = {MeetingStatus.OPEN: "amber", MeetingStatus.CLOSED: "grey"}
MEETING_STATUS_TRANSITIONS = (Transition("close", MeetingStatus.OPEN, MeetingStatus.CLOSED, Can.DECIDE),)


class Voice(enum.StrEnum):
    """What a member of the panel had to do with one decision; `OUT` is in conflict and had no part in it."""

    FOR = "for"
    AGAINST = "against"
    ABSTAINED = "abstained"
    TOOK_PART = "took_part"
    OUT = "out"


VOICE_LABELS = {
    Voice.FOR: N_("For"),
    Voice.AGAINST: N_("Against"),
    Voice.ABSTAINED: N_("Abstained"),
    Voice.TOOK_PART: N_("Took part"),
    Voice.OUT: N_("Out, in conflict of interest"),
}
VOTES = (Voice.FOR, Voice.AGAINST, Voice.ABSTAINED)
"""What a member may be asked to say."""


class AppealStatus(enum.StrEnum):
    FILED = "filed"
    IN_HEARING = "in_hearing"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


_A = AppealStatus
APPEAL_STATUS_LABELS = {
    _A.FILED: N_("Filed"),
    _A.IN_HEARING: N_("In hearing"),
    _A.UPHELD: N_("Upheld"),
    _A.DISMISSED: N_("Dismissed"),
    _A.WITHDRAWN: N_("Withdrawn"),
}
APPEAL_STATUS_COLOURS = {
    _A.FILED: "amber",
    _A.IN_HEARING: "purple",
    _A.UPHELD: "green",
    _A.DISMISSED: "red",
    _A.WITHDRAWN: "grey",
}
_OPEN = (_A.FILED, _A.IN_HEARING)
APPEAL_STATUS_TRANSITIONS = (
    Transition("hand_to", _A.FILED, _A.IN_HEARING, Can.DECIDE),
    Transition("give_back", _A.IN_HEARING, _A.FILED, Can.DECIDE),
    Transition("uphold", _A.IN_HEARING, _A.UPHELD, Can.DECIDE),
    Transition("dismiss", _A.IN_HEARING, _A.DISMISSED, Can.DECIDE),
    *(
        Transition("withdraw", status, _A.WITHDRAWN, permission)
        for status in _OPEN
        for permission in (Can.SUBMIT_APPLICATION, Can.ENTER_FOR_APPLICANT)
    ),
)
APPEAL_MEANINGS = {
    _A.FILED: N_("The hub names somebody who had no part in the decision."),
    _A.IN_HEARING: N_("Somebody who had no part in the decision reads the reasons and decides."),
    _A.UPHELD: N_("The decision is set aside. The application is decided again, and the money is checked again."),
    _A.DISMISSED: N_("The decision stands. The reasons are in the letter."),
    _A.WITHDRAWN: N_("The applicant took the appeal back. The decision stands."),
}
OPEN_APPEALS = _OPEN
"""States in which an appeal waits for the hub."""
