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


class FoundBy(enum.StrEnum):
    """What the platform found a conflict by."""

    MEMBERSHIP = "membership"
    MAIL_DOMAIN = "mail_domain"
    SAME_NUMBER = "same_number"
    NAMED = "named"
    SAME_PARTNER = "same_partner"


FOUND_BY_LABELS = {
    FoundBy.MEMBERSHIP: N_("The person belongs to the organisation."),
    FoundBy.MAIL_DOMAIN: N_("The person's e-mail address has the organisation's domain."),
    FoundBy.SAME_NUMBER: N_("The person works for an institution with the organisation's number."),
    FoundBy.NAMED: N_("The applicant named the person's institution."),
    FoundBy.SAME_PARTNER: N_("The reviewer works for a partner that delivers."),
}
FOUND_BY_KINDS = {
    FoundBy.MEMBERSHIP: ConflictKind.EMPLOYER,
    FoundBy.MAIL_DOMAIN: ConflictKind.EMPLOYER,
    FoundBy.SAME_NUMBER: ConflictKind.EMPLOYER,
    FoundBy.NAMED: ConflictKind.OTHER,
    FoundBy.SAME_PARTNER: ConflictKind.DELIVERING_PARTNER,
}

DECLARABLE = tuple(kind for kind in ConflictKind if kind is not ConflictKind.DELIVERING_PARTNER)
"""The kinds that people declare; whose staff delivers is known to the platform."""


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
DECLARING = (
    Permission.REVIEW,
    Permission.ANSWER_ROUTING,
    Permission.RECORD_DELIVERY,
    Permission.MANAGE_CONFLICTS,
)
"""Holders of one of these work on cases of others, so they declare conflicts and end what they declared."""

CONFLICT_STATUS_TRANSITIONS = (
    Transition("clear", ConflictStatus.STANDING, ConflictStatus.CLEARED, Permission.MANAGE_CONFLICTS),
    *(Transition("end", ConflictStatus.STANDING, ConflictStatus.ENDED, permission) for permission in DECLARING),
    Transition("find_again", ConflictStatus.ENDED, ConflictStatus.STANDING, None),
)

AUDIT_WORDS = {
    "conflict_declared": N_("Conflict of interest declared"),
    "conflict_named": N_("Conflict of interest named by the applicant"),
    "conflict_found": N_("Conflict of interest found by the platform"),
    "conflict_find_again": N_("Conflict of interest found again"),
    "conflict_clear": N_("Conflict of interest cleared"),
    "conflict_end": N_("Conflict of interest ended"),
    "conflict_last_day": N_("Last day of a conflict of interest changed"),
    "institution_named": N_("Institution in conflict named by the applicant"),
    "conflicts_confirmed": N_("Own conflicts of interest confirmed"),
}
"""What timelines say about the audit's actions."""
