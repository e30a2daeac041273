"""The words of payments: how one pays, what becomes of a payment, a refund, a dispute, a line of a bank statement."""

from __future__ import annotations

import enum

from dih.shared.access import Permission as Can
from dih.shared.transitions import Transition
from dih.shared.wording import N_


class Method(enum.StrEnum):
    CARD = "card"
    TRANSFER = "transfer"


METHOD_LABELS = {Method.CARD: N_("Card"), Method.TRANSFER: N_("Bank transfer")}


class PaymentStatus(enum.StrEnum):
    INTENDED = "intended"
    OPEN = "open"
    EXPIRED = "expired"
    PAID = "paid"


P = PaymentStatus
PAYMENT_STATUS_LABELS = {
    P.INTENDED: N_("Begun"),
    P.OPEN: N_("Waiting for the money"),
    P.EXPIRED: N_("Ended unpaid"),
    P.PAID: N_("Paid"),
}
PAYMENT_STATUS_COLOURS = {P.INTENDED: "grey", P.OPEN: "amber", P.EXPIRED: "grey", P.PAID: "green"}
PAYMENT_STATUS_TRANSITIONS = (
    Transition("open", P.INTENDED, P.OPEN, Can.ACCEPT_VOUCHER),
    Transition("expire", P.INTENDED, P.EXPIRED, None),
    Transition("expire", P.OPEN, P.EXPIRED, None),
    Transition("receive", P.INTENDED, P.PAID, None),
    Transition("receive", P.OPEN, P.PAID, None),
    Transition("receive", P.EXPIRED, P.PAID, None),
)
"""Money that has come in counts whatever we thought before: also after the page for it had expired."""


class RefundStatus(enum.StrEnum):
    INTENDED = "intended"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


R = RefundStatus
REFUND_STATUS_LABELS = {
    R.INTENDED: N_("Ordered"),
    R.PENDING: N_("Under way"),
    R.SUCCEEDED: N_("Refunded"),
    R.FAILED: N_("Refund failed"),
}
REFUND_STATUS_COLOURS = {R.INTENDED: "amber", R.PENDING: "amber", R.SUCCEEDED: "green", R.FAILED: "red"}
REFUND_STATUS_TRANSITIONS = (
    Transition("send", R.INTENDED, R.PENDING, None),
    Transition("complete", R.INTENDED, R.SUCCEEDED, None),
    Transition("complete", R.PENDING, R.SUCCEEDED, None),
    Transition("fail", R.INTENDED, R.FAILED, None),
    Transition("fail", R.PENDING, R.FAILED, None),
    Transition("fail", R.SUCCEEDED, R.FAILED, None),
    Transition("resume", R.FAILED, R.INTENDED, None),
)
"""A bank may send a refund back days after it succeeded. Failed is the end, unless only we held it for refused and
Stripe tells of it after all."""


class DisputeState(enum.StrEnum):
    """Stripe's own states of a dispute, in the order in which they follow each other."""

    WARNING_NEEDS_RESPONSE = "warning_needs_response"
    WARNING_UNDER_REVIEW = "warning_under_review"
    WARNING_CLOSED = "warning_closed"
    PREVENTED = "prevented"
    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"


D = DisputeState
DISPUTE_STATE_LABELS = {
    D.WARNING_NEEDS_RESPONSE: N_("Inquiry: an answer is needed"),
    D.WARNING_UNDER_REVIEW: N_("Inquiry: the bank reads our answer"),
    D.WARNING_CLOSED: N_("Inquiry closed"),
    D.PREVENTED: N_("Settled before it began"),
    D.NEEDS_RESPONSE: N_("An answer is needed"),
    D.UNDER_REVIEW: N_("The bank reads our answer"),
    D.WON: N_("Won: the money stays"),
    D.LOST: N_("Lost: the money went back"),
}
DISPUTE_STATE_COLOURS = {
    D.WARNING_NEEDS_RESPONSE: "amber",
    D.WARNING_UNDER_REVIEW: "blue",
    D.WARNING_CLOSED: "grey",
    D.PREVENTED: "grey",
    D.NEEDS_RESPONSE: "red",
    D.UNDER_REVIEW: "blue",
    D.WON: "green",
    D.LOST: "grey",
}


class LineStatus(enum.StrEnum):
    UNMATCHED = "unmatched"
    PROPOSED = "proposed"
    MATCHED = "matched"
    ASIDE = "aside"


L = LineStatus
LINE_STATUS_LABELS = {
    L.UNMATCHED: N_("To be matched"),
    L.PROPOSED: N_("To be confirmed"),
    L.MATCHED: N_("Matched"),
    L.ASIDE: N_("Put aside"),
}
LINE_STATUS_COLOURS = {L.UNMATCHED: "amber", L.PROPOSED: "blue", L.MATCHED: "green", L.ASIDE: "grey"}
LINE_STATUS_TRANSITIONS = (
    Transition("match", L.UNMATCHED, L.MATCHED, None),
    Transition("propose", L.UNMATCHED, L.PROPOSED, Can.MANAGE_VOUCHERS),
    Transition("confirm", L.PROPOSED, L.MATCHED, Can.MANAGE_VOUCHERS),
    Transition("turn_down", L.PROPOSED, L.UNMATCHED, Can.MANAGE_VOUCHERS),
    Transition("put_aside", L.UNMATCHED, L.ASIDE, Can.MANAGE_VOUCHERS),
    Transition("take_up", L.ASIDE, L.UNMATCHED, Can.MANAGE_VOUCHERS),
)


class InvoiceKind(enum.StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


INVOICE_KIND_LABELS = {InvoiceKind.INVOICE: N_("Invoice"), InvoiceKind.CREDIT_NOTE: N_("Credit note")}


class EventOutcome(enum.StrEnum):
    """What became of an event that Stripe sent."""

    APPLIED = "applied"
    WAITING = "waiting"
    PASSED_OVER = "passed_over"
