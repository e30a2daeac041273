"""Pure decisions about vouchers: the split of a price, the code, the days."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from decimal import Decimal

from dih.shared import texts
from dih.shared.errors import BrokenRule
from dih.shared.money import share, split
from dih.shared.wording import N_
from dih.vouchers.vocabulary import VoucherStatus

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0, 1, I or O: a code is read aloud and typed."""


@dataclass(frozen=True, slots=True)
class Shares:
    """A price in cents, divided; the three sum to it exactly."""

    eu_cents: int
    national_cents: int
    beneficiary_cents: int

    @property
    def envelope_cents(self) -> int:
        """What the envelope bears: EU share + national share."""
        return self.eu_cents + self.national_cents


def divide(price_cents: int, eu_percent: Decimal, national_percent: Decimal) -> Shares:
    """Divides a price by the call's percents; the beneficiary's share is the rest.

    The EU share and the envelope's whole are rounded half up to the cent, so a beneficiary with share 0 pays exactly 0.
    """
    envelope, beneficiary = split(price_cents, [eu_percent + national_percent, 100 - eu_percent - national_percent])
    eu = split(price_cents, [eu_percent, 100 - eu_percent])[0]
    return Shares(min(eu, envelope), envelope - min(eu, envelope), beneficiary)


@dataclass(frozen=True, slots=True)
class Vat:
    """What a beneficiary pays: the share in cents without VAT, and the VAT on it. Never money of the envelope.

    With an `exemption` (the provision that exempts, as the document cites it) the VAT is 0.
    """

    net_cents: int
    percent: Decimal
    vat_cents: int
    exemption: str = ""

    @property
    def gross_cents(self) -> int:
        """What has to come in: share + VAT."""
        return self.net_cents + self.vat_cents


def vat_on(net_cents: int, percent: Decimal, exemption: str = "") -> Vat:
    """VAT on a beneficiary's share of `net_cents`: `percent` of it, rounded half up to the cent, or 0 where exempt."""
    if exemption:
        return Vat(net_cents, Decimal(0), 0, exemption)
    return Vat(net_cents, percent, share(net_cents, percent))


def new_code() -> str:
    """A code such as DIH-7K3M-92QX-H4TB: about 60 random bits, so that codes cannot be guessed."""
    groups = ["".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3)]
    return "-".join(["DIH", *groups])


def clean_code(typed: str) -> str:
    """A code as people type it, in the form that is stored; empty when it cannot be one."""
    letters = "".join(character for character in typed.upper() if character.isalnum())
    letters = letters.removeprefix("DIH")
    return "-".join(["DIH", letters[:4], letters[4:8], letters[8:]]) if len(letters) == 12 else ""


ACCEPT_REMINDER_DAYS = 7
"""How many days before the last day to accept the beneficiary is reminded."""

VALIDITY_REMINDER_DAYS = 30
"""How many days before the end of the validity, while the voucher is not redeemed."""

MOST_VALIDITY_DAYS = 1100
"""How far ahead a deadline can be moved: three years. Above it a day is a typing mistake."""

_NOT_ANY_MORE = N_("This voucher was redeemed already: its delivery is in your list of deliveries.")
_ENDED = N_("This voucher has ended and cannot be redeemed any more. Write to the hub if you think it should not have.")

WHY_NOT_REDEEMED = {
    VoucherStatus.OFFERED: N_("The beneficiary has not accepted this voucher yet. Ask them to accept it first."),
    VoucherStatus.ACCEPTED: N_("This voucher is not active yet. Try again in a minute."),
    VoucherStatus.AWAITING_PAYMENT: N_("The beneficiary's share has not come in yet. The voucher becomes active then."),
    VoucherStatus.IN_DELIVERY: _NOT_ANY_MORE,
    VoucherStatus.DELIVERED: _NOT_ANY_MORE,
    VoucherStatus.CONFIRMED: _NOT_ANY_MORE,
    VoucherStatus.CLOSED: _NOT_ANY_MORE,
    VoucherStatus.DISPUTED: _NOT_ANY_MORE,
    VoucherStatus.LAPSED: _ENDED,
    VoucherStatus.CANCELLED: _ENDED,
}
"""What the partner reads whose code belongs to a voucher in another state than active."""


def extended(
    offered: bool, *, accept_by: dt.date, valid_until: dt.date, until: dt.date, today: dt.date
) -> dict[str, dt.date]:
    """The two deadlines after the one that runs was moved to `until`: to accept while offered, else the validity.

    The validity never ends before the time to accept. Raises BrokenRule for a day that is not later than the present
    deadline and today, or lies more than three years ahead.
    """
    least = max(accept_by if offered else valid_until, today)
    if until <= least:
        raise BrokenRule.because(N_("Choose a day after %(day)s."), "until", day=least)
    most = today + dt.timedelta(days=MOST_VALIDITY_DAYS)
    if until > most:
        raise BrokenRule.because(N_("Choose a day up to %(day)s."), "until", day=most)
    if offered:
        return {"accept_by": until, "valid_until": max(valid_until, until)}
    return {"accept_by": accept_by, "valid_until": until}


def reason_given(text: str, field: str = "reason") -> str:
    """A reason as it is kept. Raises BrokenRule when there is none, or a too long one."""
    return texts.needed(text, field, N_("Give a reason: the other side reads it."))
