"""How the timeline says what happened, and what of it an applicant reads."""

from __future__ import annotations

from dih.conflicts.vocabulary import AUDIT_WORDS as CONFLICT_WORDS
from dih.reviews.vocabulary import AUDIT_WORDS as REVIEW_WORDS
from dih.shared.wording import N_

ACTION_LABELS = {
    "start": N_("Application started"),
    "submit": N_("Submitted"),
    "reopen": N_("Submission reopened"),
    "find_eligible": N_("Found eligible"),
    "find_ineligible": N_("Found not eligible"),
    "look_again": N_("Eligibility looked at again"),
    "place": N_("Placed with the partner"),
    "take_back": N_("Taken back from the partner"),
    "start_review": N_("Reviews started"),
    "approve": N_("Approved"),
    "reject": N_("Rejected"),
    "wait": N_("Put on the waiting list"),
    "withdraw": N_("Withdrawn"),
    "expire": N_("Expired"),
    "ask_clarification": N_("Clarification asked"),
    "answer_clarification": N_("Clarification answered"),
    "withdraw_clarification": N_("Clarification taken back"),
    "routing_proposed": N_("Partner proposed"),
    "routing_accept": N_("Accepted by the partner"),
    "routing_decline": N_("Declined by the partner"),
    "routing_hand_over": N_("Handed over to another partner"),
    "routing_override": N_("Moved by a manager"),
    "routing_end": N_("Routing ended"),
    "review_assign": N_("Reviewer assigned"),
    "review_start": N_("Review begun"),
    "review_submit": N_("Review submitted"),
    "review_decline": N_("Review declined"),
    "review_conflict": N_("Review closed by a conflict of interest"),
    "review_recall": N_("Review taken back"),
    "conflict_declared": N_("Conflict of interest declared"),
    "conflict_named": N_("Conflict of interest named by the applicant"),
    "conflict_found": N_("Conflict of interest found"),
    "conflict_find_again": N_("Conflict of interest found again"),
    "conflict_clear": N_("Conflict of interest cleared"),
    "conflict_end": N_("Conflict of interest ended"),
    "voucher_issued": N_("Voucher offered"),
    "voucher_accept": N_("Voucher accepted"),
    "voucher_refuse": N_("Voucher refused"),
    "voucher_await_payment": N_("Voucher awaits payment"),
    "voucher_activate": N_("Voucher active"),
    "voucher_pay": N_("Share paid"),
    "voucher_redeem": N_("Voucher redeemed"),
    "voucher_deliver": N_("Delivery reported"),
    "voucher_confirm": N_("Delivery confirmed"),
    "voucher_dispute": N_("Delivery disputed"),
    "voucher_redo": N_("Delivery sent back"),
    "voucher_uphold": N_("Delivery upheld"),
    "voucher_close": N_("Closed"),
    "voucher_lapse": N_("Voucher lapsed"),
    "voucher_cancel": N_("Voucher cancelled"),
    "voucher_extended": N_("Deadline extended"),
    "call_created": N_("Call made"),
    "call_published": N_("Call published"),
    "line_opened": N_("Budget line opened"),
    "partner_specialisms": N_("Specialisms changed"),
    "partner_capacity": N_("Capacity changed"),
    "organisation_entered": N_("Organisation entered"),
    "organisation_changed": N_("Organisation changed"),
    "person_created": N_("Account made"),
    "setting_changed": N_("Setting changed"),
}
"""The words for each action of the audit. A guard holds them against the actions that the code records."""

HIDDEN_FROM_APPLICANTS = frozenset({"routing", "review", "conflict"})
"""Kinds of subjects whose records an applicant does not read: the hub's own work on the case."""

SUBJECT_LABELS = {
    "application": N_("Application"),
    "routing": N_("Routing"),
    "review": N_("Review"),
    "conflict": N_("Conflict of interest"),
    "voucher": N_("Voucher"),
    "call": N_("Call"),
    "budget_line": N_("Budget line"),
    "partner": N_("Partner"),
    "organisation": N_("Organisation"),
    "person": N_("Person"),
    "membership": N_("Role"),
    "invitation": N_("Invitation"),
    "deputy": N_("Deputy"),
    "setting": N_("Setting"),
}
"""What a record of the audit is about."""
