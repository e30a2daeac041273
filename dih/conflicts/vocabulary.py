"""Kinds of conflict of interest, where they come from and what became of them."""

from __future__ import annotations

import enum

from dih.shared.access import Permission
from dih.shared.transitions import Transition
from dih.shared.wording import N_


class ConflictKind(enum.StrEnum):
    EMPLOYER = "employer"
    DELIVERING_PARTNER = "delivering_partner"
    FAMILY = "family"
    FINANCIAL = "financial"
    ADVISER = "adviser"
    COMPETITOR = "competitor"
    PERSONAL = "personal"
    OTHER = "other"


CONFLICT_KIND_LABELS = {
    ConflictKind.EMPLOYER: N_("Employer"),
    ConflictKind.DELIVERING_PARTNER: N_("Delivering partner"),
    ConflictKind.FAMILY: N_("Family"),
    ConflictKind.FINANCIAL: N_("Financial interest"),
    ConflictKind.ADVISER: N_("Adviser"),
    ConflictKind.COMPETITOR: N_("Competitor"),
    ConflictKind.PERSONAL: N_("Personal relation"),
    ConflictKind.OTHER: N_("Other"),
}


class ConflictSource(enum.StrEnum):
    DECLARED = "declared"
    APPLICANT = "applicant"
    FOUND = "found"


CONFLICT_SOURCE_LABELS = {
    ConflictSource.DECLARED: N_("Declared by the person"),
    ConflictSource.APPLICANT: N_("Declared by the applicant"),
    ConflictSource.FOUND: N_("Found by the platform"),
}


class ConflictStatus(enum.StrEnum):
    STANDING = "standing"
    CLEARED = "cleared"
    ENDED = "ended"


CONFLICT_STATUS_LABELS = {
    ConflictStatus.STANDING: N_("In force"),
    ConflictStatus.CLEARED: N_("Cleared"),
    ConflictStatus.ENDED: N_("Ended"),
}
CONFLICT_STATUS_COLOURS = {
    ConflictStatus.STANDING: "red",
    ConflictStatus.CLEARED: "green",
    ConflictStatus.ENDED: "grey",
}
CONFLICT_STATUS_TRANSITIONS = (
    Transition("clear", ConflictStatus.STANDING, ConflictStatus.CLEARED, Permission.MANAGE_CONFLICTS),
    Transition("end", ConflictStatus.STANDING, ConflictStatus.ENDED, Permission.REVIEW),
)
