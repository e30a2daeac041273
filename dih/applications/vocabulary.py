"""The life of an application, until its voucher takes over."""

from __future__ import annotations

import enum

from dih.shared.access import Permission as P
from dih.shared.transitions import Transition
from dih.shared.wording import N_


class ApplicationStatus(enum.StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    PLACED = "placed"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    WAITING_LIST = "waiting_list"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


S = ApplicationStatus

APPLICATION_STATUS_LABELS = {
    S.DRAFT: N_("Draft"),
    S.SUBMITTED: N_("Submitted"),
    S.ELIGIBLE: N_("Eligible"),
    S.INELIGIBLE: N_("Not eligible"),
    S.PLACED: N_("With a partner"),
    S.IN_REVIEW: N_("In review"),
    S.APPROVED: N_("Approved"),
    S.REJECTED: N_("Rejected"),
    S.WAITING_LIST: N_("Waiting list"),
    S.WITHDRAWN: N_("Withdrawn"),
    S.EXPIRED: N_("Expired"),
}
APPLICATION_STATUS_COLOURS = {
    S.DRAFT: "secondary",
    S.SUBMITTED: "blue",
    S.ELIGIBLE: "azure",
    S.INELIGIBLE: "red",
    S.PLACED: "indigo",
    S.IN_REVIEW: "purple",
    S.APPROVED: "green",
    S.REJECTED: "red",
    S.WAITING_LIST: "yellow",
    S.WITHDRAWN: "secondary",
    S.EXPIRED: "secondary",
}

APPLICATION_STATUS_TRANSITIONS = (
    Transition("submit", S.DRAFT, S.SUBMITTED, P.SUBMIT_APPLICATION),
    Transition("reopen", S.SUBMITTED, S.DRAFT, P.SUBMIT_APPLICATION),
    Transition("reopen", S.ELIGIBLE, S.DRAFT, P.SUBMIT_APPLICATION),
    Transition("find_eligible", S.SUBMITTED, S.ELIGIBLE, P.DECIDE),
    Transition("find_ineligible", S.SUBMITTED, S.INELIGIBLE, P.DECIDE),
    Transition("find_ineligible", S.ELIGIBLE, S.INELIGIBLE, P.DECIDE),
    Transition("look_again", S.INELIGIBLE, S.SUBMITTED, P.DECIDE),
    Transition("place", S.ELIGIBLE, S.PLACED, P.ANSWER_ROUTING),
    Transition("place", S.ELIGIBLE, S.PLACED, P.DECIDE),
    Transition("take_back", S.PLACED, S.ELIGIBLE, P.OVERRIDE_ROUTING),
    Transition("start_review", S.PLACED, S.IN_REVIEW, P.ASSIGN_REVIEWERS),
    Transition("approve", S.PLACED, S.APPROVED, P.DECIDE),
    Transition("approve", S.IN_REVIEW, S.APPROVED, P.DECIDE),
    Transition("approve", S.WAITING_LIST, S.APPROVED, P.DECIDE),
    Transition("reject", S.PLACED, S.REJECTED, P.DECIDE),
    Transition("reject", S.IN_REVIEW, S.REJECTED, P.DECIDE),
    Transition("reject", S.WAITING_LIST, S.REJECTED, P.DECIDE),
    Transition("wait", S.PLACED, S.WAITING_LIST, P.DECIDE),
    Transition("wait", S.IN_REVIEW, S.WAITING_LIST, P.DECIDE),
    Transition("withdraw", S.DRAFT, S.WITHDRAWN, P.SUBMIT_APPLICATION),
    Transition("withdraw", S.SUBMITTED, S.WITHDRAWN, P.SUBMIT_APPLICATION),
    Transition("withdraw", S.ELIGIBLE, S.WITHDRAWN, P.SUBMIT_APPLICATION),
    Transition("withdraw", S.PLACED, S.WITHDRAWN, P.SUBMIT_APPLICATION),
    Transition("withdraw", S.IN_REVIEW, S.WITHDRAWN, P.SUBMIT_APPLICATION),
    Transition("withdraw", S.WAITING_LIST, S.WITHDRAWN, P.SUBMIT_APPLICATION),
    Transition("expire", S.DRAFT, S.EXPIRED, None),
    Transition("expire", S.WAITING_LIST, S.EXPIRED, None),
)

PIPELINE = frozenset({S.SUBMITTED, S.ELIGIBLE, S.PLACED, S.IN_REVIEW, S.WAITING_LIST})
"""States in which an application asks for money that is not decided yet."""
