"""What is done about conflicts of interest. Each verb takes the actor and the moment; none commits."""

from __future__ import annotations

from dih.conflicts.operations.checking import confirm, remind, tell_of_ends
from dih.conflicts.operations.declaring import Declaration, change_last_day, clear, declare, declare_by_applicant, end
from dih.conflicts.operations.finding import end_same_partner, find_among_staff, find_for, record_same_partner
from dih.conflicts.operations.naming import name_institution

__all__ = [
    "Declaration",
    "change_last_day",
    "clear",
    "confirm",
    "declare",
    "declare_by_applicant",
    "end",
    "end_same_partner",
    "find_among_staff",
    "find_for",
    "name_institution",
    "record_same_partner",
    "remind",
    "tell_of_ends",
]
