"""Pure decisions about vouchers: the split of a price, the code, the days."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from decimal import Decimal

from dih.shared.money import split

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


def new_code() -> str:
    """A code such as DIH-7K3M-92QX-H4TB: about 60 random bits, so that codes cannot be guessed."""
    groups = ["".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3)]
    return "-".join(["DIH", *groups])


def clean_code(typed: str) -> str:
    """A code as people type it, in the form that is stored; empty when it cannot be one."""
    letters = "".join(character for character in typed.upper() if character.isalnum())
    letters = letters.removeprefix("DIH")
    return "-".join(["DIH", letters[:4], letters[4:8], letters[8:]]) if len(letters) == 12 else ""
