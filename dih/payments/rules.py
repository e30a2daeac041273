"""Pure decisions about payments: what is due, what comes back, which report of Stripe's is the newer one."""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from dih.payments.vocabulary import DisputeState, RefundStatus
from dih.shared.currency import MICROS
from dih.vouchers.rules import vat_on
from dih.vouchers.vocabulary import VoucherStatus

KEY_HOURS = 23
"""For how long a key surely makes the same call once. Stripe forgets it after 24 hours."""

CHECKOUT_HOURS = KEY_HOURS
"""How long a page for paying by card stays open."""

LEAST_CHECKOUT_MINUTES = 31
"""Stripe opens no page that ends sooner than in half an hour."""

SIGNATURE_SECONDS = 300
"""How far the moment under a webhook's signature may lie from ours, to either side: Stripe's own default."""

TRANSFER_DAYS = 30
"""Within how many days a pro-forma asks to be paid, never past the voucher's validity: as long as public bodies have.

Source: Law 72/2013, art. 6.
"""


def share_of_confirmed(price_cents: int, share_cents: int, confirmed_cents: int) -> int:
    """The beneficiary's part of what was confirmed of one service, in cents.

    The envelope's part is in proportion, rounded half up, as it is spent; the beneficiary's part is the rest.
    """
    envelope = price_cents - share_cents
    return confirmed_cents - (2 * envelope * confirmed_cents + price_cents) // (2 * price_cents)


def owed_cents(
    status: VoucherStatus, share_cents: int, vat_percent: Decimal, services: Iterable[tuple[int, int, int]]
) -> int:
    """What the beneficiary owes for a voucher in this state, VAT included, in cents.

    Nothing once it lapsed or was cancelled; the share of what was confirmed once it is closed; else the whole share.
    `services`: price, beneficiary's share and confirmed value of each, in cents.
    """
    if status in (VoucherStatus.LAPSED, VoucherStatus.CANCELLED):
        return 0
    if status is VoucherStatus.CLOSED:
        share_cents = sum(share_of_confirmed(*service) for service in services)
    return vat_on(share_cents, vat_percent).gross_cents


def surplus_cents(paid_cents: int, gone_cents: int, owed: int) -> int:
    """What has to go back: paid, less what has gone (back, on its way back, lost in a dispute), less what is owed."""
    return max(paid_cents - gone_cents - owed, 0)


def spread(surplus: int, refundable: Sequence[int]) -> list[int]:
    """A surplus in cents over payments by what can be refunded of each; the first ones bear it first."""
    shares = []
    for most in refundable:
        part = min(surplus, most)
        shares.append(part)
        surplus -= part
    return shares


_REFUND_ORDER = (RefundStatus.INTENDED, RefundStatus.PENDING, RefundStatus.SUCCEEDED, RefundStatus.FAILED)


def later_refund(known: RefundStatus, told: RefundStatus) -> RefundStatus:
    """The later of two states of a refund: reports may come in any order, a life goes only one way."""
    return max(known, told, key=_REFUND_ORDER.index)


_DISPUTE_ORDER = list(DisputeState)


def later_dispute(known: DisputeState, told: DisputeState) -> DisputeState:
    """The later of two states of a dispute: an inquiry may grow into a dispute, a settled one stays settled."""
    return max(known, told, key=_DISPUTE_ORDER.index)


class Signed(enum.Enum):
    """Whether the moment under a signature is near enough."""

    IN_TIME = "in_time"
    TOO_OLD = "too_old"
    AHEAD = "ahead"


def signed_when(seconds: int, now: dt.datetime) -> Signed:
    """Holds the moment under a signature (Unix seconds) against ours, in both directions."""
    age = now.timestamp() - seconds
    if age > SIGNATURE_SECONDS:
        return Signed.TOO_OLD
    return Signed.AHEAD if age < -SIGNATURE_SECONDS else Signed.IN_TIME


REFERENCE = "PLATA"


def reference(year: int, number: int) -> str:
    """The reference of a payment, such as PLATA-2026-00042."""
    return f"{REFERENCE}-{year}-{number:05d}"


def references_in(words: str) -> set[str]:
    """The references of payments in what a payer wrote, however banks changed its dashes and spaces."""
    found = re.findall(rf"{REFERENCE}[^A-Z0-9]*(\d{{4}})[^A-Z0-9]*(\d{{5,}})", words.upper())
    return {f"{REFERENCE}-{year}-{number}" for year, number in found}


def pay_by(today: dt.date, valid_until: dt.date) -> dt.date:
    """The last day that a pro-forma names."""
    return min(today + dt.timedelta(days=TRANSFER_DAYS), valid_until)


def in_currency(cents: int, micros: int) -> int:
    """Cents of euro in hundredths of a currency of which one euro is `micros` millionths, rounded half up."""
    return (2 * cents * micros + MICROS) // (2 * MICROS)


def out_of_currency(minor: int, asked_minor: int, amount_cents: int, micros: int) -> int:
    """Cents of euro that money in another currency counts, at least one: the sum asked for is exactly `amount_cents`.

    More or less than that counts by the same rate, `micros` millionths for one euro, rounded half up.
    """
    more = (2 * (minor - asked_minor) * MICROS + micros) // (2 * micros)
    return max(amount_cents + more, 1)
