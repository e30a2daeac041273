"""The life of an application, until its voucher takes over."""

from __future__ import annotations

import enum

from dih.shared.access import Permission as Can
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
    S.DRAFT: "grey",
    S.SUBMITTED: "blue",
    S.ELIGIBLE: "teal",
    S.INELIGIBLE: "red",
    S.PLACED: "purple",
    S.IN_REVIEW: "purple",
    S.APPROVED: "green",
    S.REJECTED: "red",
    S.WAITING_LIST: "amber",
    S.WITHDRAWN: "grey",
    S.EXPIRED: "grey",
}

_LIVE = (S.DRAFT, S.SUBMITTED, S.ELIGIBLE, S.PLACED, S.IN_REVIEW, S.WAITING_LIST)
_APPLICANTS = (Can.SUBMIT_APPLICATION, Can.ENTER_FOR_APPLICANT)
"""The applicant, or staff who entered the application for one."""

APPLICATION_STATUS_TRANSITIONS = (
    *(Transition("submit", S.DRAFT, S.SUBMITTED, permission) for permission in _APPLICANTS),
    *(Transition("reopen", S.SUBMITTED, S.DRAFT, permission) for permission in _APPLICANTS),
    *(Transition("reopen", S.ELIGIBLE, S.DRAFT, permission) for permission in _APPLICANTS),
    Transition("find_eligible", S.SUBMITTED, S.ELIGIBLE, Can.DECIDE),
    Transition("find_ineligible", S.SUBMITTED, S.INELIGIBLE, Can.DECIDE),
    Transition("find_ineligible", S.ELIGIBLE, S.INELIGIBLE, Can.DECIDE),
    Transition("look_again", S.INELIGIBLE, S.SUBMITTED, Can.DECIDE),
    Transition("place", S.ELIGIBLE, S.PLACED, Can.ANSWER_ROUTING),
    Transition("place", S.ELIGIBLE, S.PLACED, Can.DECIDE),
    Transition("take_back", S.PLACED, S.ELIGIBLE, Can.OVERRIDE_ROUTING),
    Transition("start_review", S.PLACED, S.IN_REVIEW, Can.ASSIGN_REVIEWERS),
    Transition("approve", S.PLACED, S.APPROVED, Can.DECIDE),
    Transition("approve", S.IN_REVIEW, S.APPROVED, Can.DECIDE),
    Transition("approve", S.WAITING_LIST, S.APPROVED, Can.DECIDE),
    Transition("reject", S.PLACED, S.REJECTED, Can.DECIDE),
    Transition("reject", S.IN_REVIEW, S.REJECTED, Can.DECIDE),
    Transition("reject", S.WAITING_LIST, S.REJECTED, Can.DECIDE),
    Transition("wait", S.PLACED, S.WAITING_LIST, Can.DECIDE),
    Transition("wait", S.IN_REVIEW, S.WAITING_LIST, Can.DECIDE),
    *(Transition("set_aside", status, S.PLACED, Can.DECIDE) for status in (S.REJECTED, S.WAITING_LIST)),
    *(Transition("set_aside_reviewed", status, S.IN_REVIEW, Can.DECIDE) for status in (S.REJECTED, S.WAITING_LIST)),
    *(Transition("withdraw", status, S.WITHDRAWN, permission) for status in _LIVE for permission in _APPLICANTS),
    Transition("expire", S.DRAFT, S.EXPIRED, None),
    Transition("expire", S.WAITING_LIST, S.EXPIRED, None),
)

PIPELINE = frozenset({S.SUBMITTED, S.ELIGIBLE, S.PLACED, S.IN_REVIEW, S.WAITING_LIST})
"""States in which an application asks for money that is not decided yet."""

ENDS = frozenset({S.INELIGIBLE, S.APPROVED, S.REJECTED, S.WITHDRAWN, S.EXPIRED})
"""States in which nothing is asked of the applicant any more, as far as the application itself goes."""

STATUS_MEANINGS = {
    S.DRAFT: N_("You can change everything until you submit."),
    S.SUBMITTED: N_("We check whether the conditions of the call are met."),
    S.ELIGIBLE: N_("The conditions are met. A partner of the hub is asked to take the case."),
    S.INELIGIBLE: N_("At least one condition of the call is not met. The reasons are below."),
    S.PLACED: N_("A partner of the hub has taken the case. The decision comes next."),
    S.IN_REVIEW: N_("Independent reviewers are reading the application."),
    S.APPROVED: N_("Approved. The voucher has its own steps from here on."),
    S.REJECTED: N_("The application was not approved. The reasons are with the decision."),
    S.WAITING_LIST: N_("Good enough to be supported, but the money does not reach this far yet."),
    S.WITHDRAWN: N_("Withdrawn by the applicant. Nothing more will happen."),
    S.EXPIRED: N_("The call closed before this application was submitted."),
}


class TaskStatus(enum.StrEnum):
    """How far one task of an application is."""

    TO_DO = "to_do"
    STARTED = "started"
    DONE = "done"
    OPTIONAL = "optional"
    BLOCKED = "blocked"


TASK_STATUS_LABELS = {
    TaskStatus.TO_DO: N_("To do"),
    TaskStatus.STARTED: N_("In progress"),
    TaskStatus.DONE: N_("Done"),
    TaskStatus.OPTIONAL: N_("Optional"),
    TaskStatus.BLOCKED: N_("Not yet possible"),
}
TASK_STATUS_COLOURS = {
    TaskStatus.TO_DO: "blue",
    TaskStatus.STARTED: "amber",
    TaskStatus.DONE: "green",
    TaskStatus.OPTIONAL: "grey",
    TaskStatus.BLOCKED: "grey",
}


class Holds(enum.StrEnum):
    """What is found about one condition of the call."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


HOLDS_LABELS = {Holds.YES: N_("Met"), Holds.NO: N_("Not met"), Holds.OPEN: N_("Not known")}
HOLDS_COLOURS = {Holds.YES: "green", Holds.NO: "red", Holds.OPEN: "grey"}

AUDIT_WORDS = {
    "start": N_("Application started"),
    "submit": N_("Application submitted"),
    "reopen": N_("Submission reopened"),
    "find_eligible": N_("Found eligible"),
    "find_ineligible": N_("Found not eligible"),
    "look_again": N_("Eligibility is looked at again"),
    "place": N_("Taken by a partner"),
    "take_back": N_("Taken back from the partner"),
    "start_review": N_("Review started"),
    "approve": N_("Approved"),
    "reject": N_("Rejected"),
    "wait": N_("Put on the waiting list"),
    "set_aside": N_("Decision set aside, to be decided again"),
    "set_aside_reviewed": N_("Decision set aside, to be decided again"),
    "withdraw": N_("Withdrawn"),
    "expire": N_("Expired"),
    "name_partner": N_("Partner named"),
    "ask_clarification": N_("Clarification asked"),
    "answer_clarification": N_("Clarification answered"),
    "withdraw_clarification": N_("Clarification no longer needed"),
    "exchange_services": N_("Other services asked for"),
}
"""What timelines say about the audit's actions."""
