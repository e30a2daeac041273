"""The life of a voucher."""

from __future__ import annotations

import enum

from dih.shared.access import Permission as Can
from dih.shared.transitions import Transition
from dih.shared.wording import N_


class VoucherStatus(enum.StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    AWAITING_PAYMENT = "awaiting_payment"
    ACTIVE = "active"
    IN_DELIVERY = "in_delivery"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    DISPUTED = "disputed"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"


S = VoucherStatus
VOUCHER_STATUS_LABELS = {
    S.OFFERED: N_("Offered"),
    S.ACCEPTED: N_("Accepted"),
    S.AWAITING_PAYMENT: N_("Awaiting payment"),
    S.ACTIVE: N_("Active"),
    S.IN_DELIVERY: N_("In delivery"),
    S.DELIVERED: N_("Delivered"),
    S.CONFIRMED: N_("Confirmed"),
    S.CLOSED: N_("Closed"),
    S.DISPUTED: N_("Disputed"),
    S.LAPSED: N_("Lapsed"),
    S.CANCELLED: N_("Cancelled"),
}
VOUCHER_STATUS_COLOURS = {
    S.OFFERED: "amber",
    S.ACCEPTED: "teal",
    S.AWAITING_PAYMENT: "amber",
    S.ACTIVE: "blue",
    S.IN_DELIVERY: "purple",
    S.DELIVERED: "purple",
    S.CONFIRMED: "green",
    S.CLOSED: "grey",
    S.DISPUTED: "red",
    S.LAPSED: "grey",
    S.CANCELLED: "grey",
}
VOUCHER_STATUS_TRANSITIONS = (
    Transition("accept", S.OFFERED, S.ACCEPTED, Can.ACCEPT_VOUCHER),
    Transition("refuse", S.OFFERED, S.CANCELLED, Can.ACCEPT_VOUCHER),
    Transition("await_payment", S.ACCEPTED, S.AWAITING_PAYMENT, None),
    Transition("activate", S.ACCEPTED, S.ACTIVE, None),
    Transition("pay", S.AWAITING_PAYMENT, S.ACTIVE, None),
    Transition("redeem", S.ACTIVE, S.IN_DELIVERY, Can.REDEEM_VOUCHER),
    Transition("deliver", S.IN_DELIVERY, S.DELIVERED, Can.RECORD_DELIVERY),
    Transition("confirm", S.DELIVERED, S.CONFIRMED, Can.CONFIRM_DELIVERY),
    Transition("stand_in", S.DELIVERED, S.CONFIRMED, Can.MANAGE_VOUCHERS),
    Transition("dispute", S.DELIVERED, S.DISPUTED, Can.CONFIRM_DELIVERY),
    Transition("redo", S.DISPUTED, S.IN_DELIVERY, Can.MANAGE_VOUCHERS),
    Transition("uphold", S.DISPUTED, S.CONFIRMED, Can.MANAGE_VOUCHERS),
    Transition("take_back", S.CONFIRMED, S.DISPUTED, Can.MANAGE_VOUCHERS),
    Transition("close", S.CONFIRMED, S.CLOSED, Can.MANAGE_VOUCHERS),
    Transition("lapse", S.OFFERED, S.LAPSED, None),
    Transition("lapse", S.AWAITING_PAYMENT, S.LAPSED, None),
    Transition("lapse", S.ACTIVE, S.LAPSED, None),
    Transition("cancel", S.OFFERED, S.CANCELLED, Can.MANAGE_VOUCHERS),
    Transition("cancel", S.ACCEPTED, S.CANCELLED, Can.MANAGE_VOUCHERS),
    Transition("cancel", S.AWAITING_PAYMENT, S.CANCELLED, Can.MANAGE_VOUCHERS),
    Transition("cancel", S.ACTIVE, S.CANCELLED, Can.MANAGE_VOUCHERS),
    Transition("cancel", S.IN_DELIVERY, S.CANCELLED, Can.MANAGE_VOUCHERS),
    Transition("cancel", S.DISPUTED, S.CANCELLED, Can.MANAGE_VOUCHERS),
)

STATUS_MEANINGS = {
    S.OFFERED: N_("The application is approved. The beneficiary accepts the voucher, or it lapses."),
    S.ACCEPTED: N_("Accepted by the beneficiary."),
    S.AWAITING_PAYMENT: N_("Accepted. It becomes active when the beneficiary's share has come in."),
    S.ACTIVE: N_("The partner can redeem it by its code and begin."),
    S.IN_DELIVERY: N_("The partner delivers the services."),
    S.DELIVERED: N_("The partner reports that all is delivered. The beneficiary confirms or disputes it."),
    S.CONFIRMED: N_("The delivery is confirmed and its money is spent."),
    S.CLOSED: N_("Everything about this voucher is done."),
    S.DISPUTED: N_("It is not agreed what was delivered. A hub manager settles it."),
    S.LAPSED: N_("It was not used in time. Its money is free again."),
    S.CANCELLED: N_("It was ended before delivery. Its money is free again."),
}

EXTENDABLE = frozenset({S.OFFERED, S.AWAITING_PAYMENT, S.ACTIVE})
"""States in which a deadline runs that a manager may move."""

OWN_ACTIONS = ("accept", "refuse", "redeem", "cancel")
"""The actions that people take on the voucher's own pages; the rest belongs to its delivery."""
