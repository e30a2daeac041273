"""Accounts, moves and the dimensions by which lines divide their parent."""

from __future__ import annotations

import enum

from dih.shared.access import Permission
from dih.shared.transitions import Transition
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
    INCREASE = "increase"
    CUT = "cut"
    TRANSFER = "transfer"
    RESERVE = "reserve"
    RELEASE = "release"
    SPEND = "spend"
    REVERSE = "reverse"
    REQUEST = "request"


MOVE_LABELS = {
    MoveKind.ALLOCATE: N_("Allocated"),
    MoveKind.INCREASE: N_("Increased"),
    MoveKind.CUT: N_("Reduced"),
    MoveKind.TRANSFER: N_("Transferred"),
    MoveKind.RESERVE: N_("Reserved"),
    MoveKind.RELEASE: N_("Released"),
    MoveKind.SPEND: N_("Spent"),
    MoveKind.REVERSE: N_("Reversed"),
    MoveKind.REQUEST: N_("Requested"),
}


CEILING_MOVES = (MoveKind.ALLOCATE, MoveKind.INCREASE, MoveKind.CUT, MoveKind.TRANSFER)
"""Moves that change what lines may hold; the others change what is reserved and spent of it."""


class ChangeStatus(enum.StrEnum):
    """The life of a change of ceilings that a manager asks for."""

    WAITING = "waiting"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


CHANGE_STATUS_LABELS = {
    ChangeStatus.WAITING: N_("Waits for a second manager"),
    ChangeStatus.DONE: N_("In the ledger"),
    ChangeStatus.WITHDRAWN: N_("Withdrawn"),
    ChangeStatus.REFUSED: N_("Refused"),
}
CHANGE_STATUS_COLOURS = {
    ChangeStatus.WAITING: "purple",
    ChangeStatus.DONE: "green",
    ChangeStatus.WITHDRAWN: "grey",
    ChangeStatus.REFUSED: "red",
}
CHANGE_STATUS_TRANSITIONS = (
    Transition("second", ChangeStatus.WAITING, ChangeStatus.DONE, Permission.MANAGE_BUDGET),
    Transition("withdraw", ChangeStatus.WAITING, ChangeStatus.WITHDRAWN, Permission.MANAGE_BUDGET),
    Transition("refuse", ChangeStatus.WAITING, ChangeStatus.REFUSED, Permission.MANAGE_BUDGET),
)


class Dimension(enum.StrEnum):
    """By what a line's children divide it."""

    TARGET_GROUP = "target_group"
    CATEGORY = "category"
    PARTNER = "partner"

    @property
    def key(self) -> str:
        """The attribute of a line that says its part: target_group, category or partner_id."""
        return "partner_id" if self is Dimension.PARTNER else self.value


DIMENSION_LABELS = {
    Dimension.TARGET_GROUP: N_("Target group"),
    Dimension.CATEGORY: N_("Category"),
    Dimension.PARTNER: N_("Partner"),
}
