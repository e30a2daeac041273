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


V = ReviewStatus
REVIEW_STATUS_LABELS = {
    V.ASSIGNED: N_("Assigned"),
    V.IN_PROGRESS: N_("In progress"),
    V.SUBMITTED: N_("Is in"),
    V.DECLINED: N_("Declined"),
    V.CONFLICTED: N_("Closed by a conflict of interest"),
    V.RECALLED: N_("Taken back"),
}
REVIEW_STATUS_COLOURS = {
    V.ASSIGNED: "blue",
    V.IN_PROGRESS: "amber",
    V.SUBMITTED: "green",
    V.DECLINED: "grey",
    V.CONFLICTED: "red",
    V.RECALLED: "grey",
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
    Transition("recall", V.ASSIGNED, V.RECALLED, Can.ASSIGN_REVIEWERS),
    Transition("recall", V.IN_PROGRESS, V.RECALLED, Can.ASSIGN_REVIEWERS),
)

OPEN_REVIEWS = frozenset({V.ASSIGNED, V.IN_PROGRESS})
READING_REVIEWS = OPEN_REVIEWS | {V.SUBMITTED}
"""States in which the reviewer reads the application."""

AUDIT_WORDS = {
    "review_assign": N_("Reviewer assigned"),
    "review_start": N_("Review begun"),
    "review_submit": N_("Review submitted"),
    "review_decline": N_("Review declined"),
    "review_conflict": N_("Review closed by a conflict of interest"),
    "review_recall": N_("Review taken back"),
}
"""What timelines say about the audit's actions."""
