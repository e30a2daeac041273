"""Accounts, moves and the dimensions by which lines divide their parent."""

from __future__ import annotations

import enum

from dih.shared.wording import N_


class Account(enum.StrEnum):
    """Where a line's money stands. `funding` is the counterpart of the ceiling, so each line's entries sum to zero.

    `requested` and `pipeline` note what applications ask for; they never touch a line's balance.
    """

    FUNDING = "funding"
    FREE = "free"
    ALLOCATED = "allocated"
    RESERVED = "reserved"
    SPENT = "spent"
    REQUESTED = "requested"
    PIPELINE = "pipeline"


ACCOUNT_LABELS = {
    Account.FUNDING: N_("Ceiling"),
    Account.FREE: N_("Free"),
    Account.ALLOCATED: N_("Allocated to lines below"),
    Account.RESERVED: N_("Reserved"),
    Account.SPENT: N_("Spent"),
    Account.REQUESTED: N_("Requested"),
    Account.PIPELINE: N_("Applications under way"),
}


FOLDED_ACCOUNTS = (Account.RESERVED, Account.SPENT, Account.REQUESTED)
"""Accounts that dashboards sum by dimension."""


class MoveKind(enum.StrEnum):
    ALLOCATE = "allocate"
    TRANSFER = "transfer"
    RESERVE = "reserve"
    RELEASE = "release"
    SPEND = "spend"
    REVERSE = "reverse"
    REQUEST = "request"


MOVE_LABELS = {
    MoveKind.ALLOCATE: N_("Allocated"),
    MoveKind.TRANSFER: N_("Transferred"),
    MoveKind.RESERVE: N_("Reserved"),
    MoveKind.RELEASE: N_("Released"),
    MoveKind.SPEND: N_("Spent"),
    MoveKind.REVERSE: N_("Reversed"),
    MoveKind.REQUEST: N_("Requested"),
}


class Dimension(enum.StrEnum):
    """By what a line's children divide it."""

    TARGET_GROUP = "target_group"
    CATEGORY = "category"
    PARTNER = "partner"


DIMENSION_LABELS = {
    Dimension.TARGET_GROUP: N_("Target group"),
    Dimension.CATEGORY: N_("Category"),
    Dimension.PARTNER: N_("Partner"),
}
