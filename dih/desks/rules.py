"""The one line through the lives of an application and its voucher, and what happens next in each state."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from dih.applications.vocabulary import APPLICATION_STATUS_LABELS
from dih.applications.vocabulary import ApplicationStatus as A
from dih.shared.wording import N_
from dih.vouchers.vocabulary import VOUCHER_STATUS_LABELS
from dih.vouchers.vocabulary import VoucherStatus as V


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the line: done, now, todo, or stopped (the line ends here)."""

    label: str
    state: str


_AFTER: dict[enum.StrEnum, tuple[tuple[enum.StrEnum, ...], str]] = {
    A.INELIGIBLE: ((A.DRAFT, A.SUBMITTED), "stopped"),
    A.REJECTED: ((A.DRAFT, A.SUBMITTED, A.ELIGIBLE, A.PLACED), "stopped"),
    A.WAITING_LIST: ((A.DRAFT, A.SUBMITTED, A.ELIGIBLE, A.PLACED), "now"),
    A.WITHDRAWN: ((A.DRAFT,), "stopped"),
    A.EXPIRED: ((A.DRAFT,), "stopped"),
    V.DISPUTED: ((A.DRAFT, A.SUBMITTED, A.ELIGIBLE, A.PLACED, A.APPROVED, V.ACTIVE, V.IN_DELIVERY, V.DELIVERED), "now"),
    V.LAPSED: ((A.DRAFT, A.SUBMITTED, A.ELIGIBLE, A.PLACED, A.APPROVED), "stopped"),
    V.CANCELLED: ((A.DRAFT, A.SUBMITTED, A.ELIGIBLE, A.PLACED, A.APPROVED), "stopped"),
}
"""States beside the straight line: what was passed before, and whether the line ends there."""

_REST: dict[enum.StrEnum, tuple[enum.StrEnum, ...]] = {
    A.WAITING_LIST: (A.APPROVED, V.ACTIVE, V.IN_DELIVERY, V.DELIVERED, V.CONFIRMED, V.CLOSED),
    V.DISPUTED: (V.CONFIRMED, V.CLOSED),
}

_LABELS: dict[enum.StrEnum, str] = dict((*APPLICATION_STATUS_LABELS.items(), *VOUCHER_STATUS_LABELS.items()))


def lifeline(status: A, voucher: V | None, *, reviewed: bool, pays: bool, submitted: bool) -> list[Step]:
    """The steps from draft to closed, with where the case stands.

    `reviewed`: the call has reviews; `pays`: the beneficiary pays a share; `submitted`: it was so when it ended.
    """
    present: enum.StrEnum = status if voucher is None else voucher
    if present is V.OFFERED:
        present = A.APPROVED
    if present in _AFTER:
        passed, state = _AFTER[present]
        rest = _REST.get(present, ())
        if submitted and passed == (A.DRAFT,):
            passed = (A.DRAFT, A.SUBMITTED)
        return [
            *(Step(_LABELS[one], "done") for one in passed),
            Step(_LABELS[present], state),
            *(Step(_LABELS[one], "todo") for one in rest),
        ]
    line = straight_line(reviewed=reviewed, pays=pays)
    here = line.index(present if present in line else V.ACTIVE)
    return [
        Step(_LABELS[one], "done" if place < here or one is V.CLOSED is present else "now" if place == here else "todo")
        for place, one in enumerate(line)
    ]


def straight_line(*, reviewed: bool, pays: bool) -> list[enum.StrEnum]:
    """The states of a case in which all goes well."""
    return [
        A.DRAFT,
        A.SUBMITTED,
        A.ELIGIBLE,
        A.PLACED,
        *([A.IN_REVIEW] if reviewed else []),
        A.APPROVED,
        *([V.AWAITING_PAYMENT] if pays else []),
        V.ACTIVE,
        V.IN_DELIVERY,
        V.DELIVERED,
        V.CONFIRMED,
        V.CLOSED,
    ]


NEXT: dict[enum.StrEnum, str] = {
    A.DRAFT: N_("The applicant completes the tasks and submits before the call closes."),
    A.SUBMITTED: N_("The hub checks the conditions. At the same time the partner that fits best is asked."),
    A.ELIGIBLE: N_("The partner that was asked accepts the application, or another one is found."),
    A.INELIGIBLE: N_(
        "The application does not meet the conditions of the call. The findings are on the page of the application."
    ),
    A.PLACED: N_("The partner has accepted. The hub prepares the decision."),
    A.IN_REVIEW: N_("Reviewers score the application. Then the hub decides."),
    A.APPROVED: N_("The applicant accepts the voucher before its deadline."),
    A.REJECTED: N_("The application was not approved. The reasons are below."),
    A.WAITING_LIST: N_("The application waits for money to become free. The hub writes then."),
    A.WITHDRAWN: N_("The applicant withdrew the application. Nothing more happens here."),
    A.EXPIRED: N_("The application was not completed in time. Nothing more happens here."),
    V.OFFERED: N_("The applicant accepts the voucher before its deadline."),
    V.ACCEPTED: N_("The voucher is being made active."),
    V.AWAITING_PAYMENT: N_("The beneficiary pays the own share. Then the voucher becomes active."),
    V.ACTIVE: N_("The partner redeems the voucher by its code and plans the delivery."),
    V.IN_DELIVERY: N_("The partner delivers the services and reports when they are done."),
    V.DELIVERED: N_("The beneficiary confirms the delivery or says what is wrong."),
    V.CONFIRMED: N_("All is delivered and confirmed. The hub closes the case."),
    V.CLOSED: N_("All is done. Thank you."),
    V.DISPUTED: N_("It is not agreed what was delivered. The hub settles it."),
    V.LAPSED: N_("The voucher was not used in time. Its money is free for others."),
    V.CANCELLED: N_("The voucher was cancelled. Its money is free for others."),
}
"""What happens next, said to everybody alike."""

NEXT_FOR_OWNERS: dict[enum.StrEnum, str] = {
    A.DRAFT: N_("Complete the tasks and submit before the call closes."),
    V.OFFERED: N_("Accept the voucher before its deadline."),
    V.AWAITING_PAYMENT: N_("Pay your share. Then the voucher becomes active."),
    V.ACTIVE: N_("The partner contacts you and plans the delivery. Give it the code of the voucher when you begin."),
    V.DELIVERED: N_("Confirm the delivery, or say what is wrong with it."),
}
"""The same where the next step is the applicant's own, to those who may take it."""

ASKED: str = N_("A question waits for the applicant's answer. Until then the deadlines stand still.")
ASKED_OWN: str = N_("A question waits for your answer. Until then the deadlines stand still.")


WAITED: str = N_("No money became free while the application waited. Nothing more happens here.")


def next_words(state: enum.StrEnum, *, asked: bool, own: bool, waited: bool = False) -> str:
    """What happens next in a case.

    `asked`: a clarification is open; `own`: the reader may act for the applicant; `waited`: it expired as submitted.
    """
    if asked:
        return ASKED_OWN if own else ASKED
    if state is A.EXPIRED and waited:
        return WAITED
    return NEXT_FOR_OWNERS.get(state, NEXT[state]) if own else NEXT[state]
