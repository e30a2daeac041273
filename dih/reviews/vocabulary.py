"""The life of a review."""

from __future__ import annotations

import enum

from dih.shared.access import Permission as Can
from dih.shared.transitions import Transition
from dih.shared.wording import N_


class ReviewStatus(enum.StrEnum):
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    DECLINED = "declined"
    CONFLICTED = "conflicted"
    RECALLED = "recalled"
    SET_ASIDE = "set_aside"


V = ReviewStatus
REVIEW_STATUS_LABELS = {
    V.ASSIGNED: N_("Assigned"),
    V.IN_PROGRESS: N_("In progress"),
    V.SUBMITTED: N_("Is in"),
    V.DECLINED: N_("Declined"),
    V.CONFLICTED: N_("Closed by a conflict of interest"),
    V.RECALLED: N_("Taken back"),
    V.SET_ASIDE: N_("Set aside: conflict of interest"),
}
REVIEW_STATUS_COLOURS = {
    V.ASSIGNED: "blue",
    V.IN_PROGRESS: "amber",
    V.SUBMITTED: "green",
    V.DECLINED: "grey",
    V.CONFLICTED: "red",
    V.RECALLED: "grey",
    V.SET_ASIDE: "red",
}
REVIEW_STATUS_TRANSITIONS = (
    Transition("assign", V.RECALLED, V.ASSIGNED, Can.ASSIGN_REVIEWERS),
    Transition("assign", V.CONFLICTED, V.ASSIGNED, Can.ASSIGN_REVIEWERS),
    Transition("start", V.ASSIGNED, V.IN_PROGRESS, Can.REVIEW),
    Transition("submit", V.IN_PROGRESS, V.SUBMITTED, Can.REVIEW),
    Transition("submit", V.ASSIGNED, V.SUBMITTED, Can.REVIEW),
    Transition("decline", V.ASSIGNED, V.DECLINED, Can.REVIEW),
    Transition("decline", V.IN_PROGRESS, V.DECLINED, Can.REVIEW),
    Transition("conflict", V.ASSIGNED, V.CONFLICTED, Can.REVIEW),
    Transition("conflict", V.IN_PROGRESS, V.CONFLICTED, Can.REVIEW),
    Transition("set_aside", V.SUBMITTED, V.SET_ASIDE, Can.REVIEW),
    Transition("count_again", V.SET_ASIDE, V.SUBMITTED, Can.ASSIGN_REVIEWERS),
    Transition("recall", V.ASSIGNED, V.RECALLED, Can.ASSIGN_REVIEWERS),
    Transition("recall", V.IN_PROGRESS, V.RECALLED, Can.ASSIGN_REVIEWERS),
)

OPEN_REVIEWS = frozenset({V.ASSIGNED, V.IN_PROGRESS})
READING_REVIEWS = OPEN_REVIEWS | {V.SUBMITTED}
"""States in which the reviewer reads the application."""
HANDED_IN = frozenset({V.SUBMITTED, V.SET_ASIDE})
"""States in which what was written is sealed; only `SUBMITTED` counts."""


class Bid(enum.StrEnum):
    """What a reviewer says about an application before it is given to anybody."""

    WANT = "want"
    CAN = "can"
    RATHER_NOT = "rather_not"


BID_LABELS = {
    Bid.WANT: N_("I would like to review it"),
    Bid.CAN: N_("I can review it"),
    Bid.RATHER_NOT: N_("Rather not"),
}


class Spread(enum.StrEnum):
    """How much a plan cares that the work is spread: what each further review of a reviewer costs more."""

    NONE = "none"
    LIGHT = "light"
    STRONG = "strong"


SPREAD_LABELS = {
    Spread.NONE: N_("Not at all: only the limits count"),
    Spread.LIGHT: N_("A little: each further review of a reviewer costs 2 points of fit more"),
    Spread.STRONG: N_("Much: each further review of a reviewer costs 10 points of fit more"),
}


class PlanKind(enum.StrEnum):
    """A plan gives out what is missing; a repair mends a published plan."""

    PLAN = "plan"
    REPAIR = "repair"


PLAN_KIND_LABELS = {PlanKind.PLAN: N_("Plan"), PlanKind.REPAIR: N_("Repair")}


class PlanStatus(enum.StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


PLAN_STATUS_LABELS = {
    PlanStatus.DRAFT: N_("Not published"),
    PlanStatus.PUBLISHED: N_("Published"),
    PlanStatus.SUPERSEDED: N_("Overtaken by another plan"),
}
PLAN_STATUS_TRANSITIONS = (
    Transition("publish", PlanStatus.DRAFT, PlanStatus.PUBLISHED, Can.ASSIGN_REVIEWERS),
    Transition("supersede", PlanStatus.DRAFT, PlanStatus.SUPERSEDED, Can.ASSIGN_REVIEWERS),
)
PLAN_STATUS_COLOURS = {PlanStatus.DRAFT: "blue", PlanStatus.PUBLISHED: "green", PlanStatus.SUPERSEDED: "grey"}


class Phase(enum.StrEnum):
    """Where the reviews of one application stand, for one reviewer."""

    INDIVIDUAL = "individual"
    DISCUSSION = "discussion"
    CLOSED = "closed"


PHASE_LABELS = {
    Phase.INDIVIDUAL: N_("Individual, sealed"),
    Phase.DISCUSSION: N_("Discussion"),
    Phase.CLOSED: N_("Phase closed"),
}

AUDIT_WORDS = {
    "review_assign": N_("Reviewer assigned"),
    "review_start": N_("Review begun"),
    "review_submit": N_("Review submitted"),
    "review_decline": N_("Review declined"),
    "review_conflict": N_("Review closed by a conflict of interest"),
    "review_recall": N_("Review taken back"),
    "review_set_aside": N_("Review set aside because of a conflict of interest"),
    "review_count_again": N_("Review counts again"),
    "review_revise": N_("Scores changed in the discussion"),
    "review_opinion": N_("Second opinion given"),
    "review_opinion_asked": N_("Second opinion asked for"),
    "review_terms": N_("Terms of review set"),
    "review_third": N_("Scores far apart: one more review asked for"),
    "review_close": N_("Discussion of reviews closed"),
    "reviewer_limit": N_("Reviewer's limit set"),
    "reviewer_away": N_("Reviewer taken off"),
    "reviewer_back": N_("Reviewer is back"),
    "plan_publish": N_("Plan of reviewers published"),
    "plan_repair": N_("Plan of reviewers repaired"),
}
"""What timelines say about the audit's actions."""
