"""The life of a call."""

from __future__ import annotations

import enum

from dih.shared.access import Permission
from dih.shared.transitions import Transition
from dih.shared.wording import N_


class CallStatus(enum.StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


CALL_STATUS_LABELS = {
    CallStatus.DRAFT: N_("Draft"),
    CallStatus.PUBLISHED: N_("Published"),
    CallStatus.CLOSED: N_("Closed"),
}
CALL_STATUS_COLOURS = {CallStatus.DRAFT: "grey", CallStatus.PUBLISHED: "green", CallStatus.CLOSED: "grey"}

CALL_STATUS_TRANSITIONS = (
    Transition("publish", CallStatus.DRAFT, CallStatus.PUBLISHED, Permission.MANAGE_CALLS),
    Transition("close", CallStatus.PUBLISHED, CallStatus.CLOSED, Permission.MANAGE_CALLS),
)


class CallPhase(enum.StrEnum):
    """Where a published call stands at a moment, as the public sees it."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


CALL_PHASE_LABELS = {
    CallPhase.COMING: N_("Opens soon"),
    CallPhase.OPEN: N_("Open"),
    CallPhase.CLOSED: N_("Closed"),
}
CALL_PHASE_COLOURS = {CallPhase.COMING: "blue", CallPhase.OPEN: "green", CallPhase.CLOSED: "grey"}


class CallMethod(enum.StrEnum):
    RANKED = "ranked"
    FIRST_COME = "first_come"


CALL_METHOD_LABELS = {
    CallMethod.RANKED: N_("Ranked by reviews"),
    CallMethod.FIRST_COME: N_("In order of arrival"),
}

LEGAL_BASIS_LABELS = {
    "gber_28": N_("Innovation aid for SMEs"),
    "de_minimis": N_("De minimis aid"),
    "none": N_("No State aid"),
}
"""How the legal bases that a money rule may name are called."""
