"""What an application asks for, in cents without VAT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dih.calls.content import MoneyRule
from dih.shared.money import share


@dataclass(frozen=True, slots=True)
class Wanted:
    """A service asked for, with its price in cents without VAT, and whether the call offers it today."""

    service_id: int
    price_cents: int
    offered: bool = True


def total(services: Sequence[Wanted]) -> int:
    """The value of the services."""
    return sum(service.price_cents for service in services)


def envelope_cents(price_cents: int, rule: MoneyRule) -> int:
    """The part of a price that the envelope bears: EU share + national share, rounded half up to the cent."""
    return share(price_cents, rule.eu_share_percent + rule.national_share_percent)


def aid_cents(price_cents: int, rule: MoneyRule) -> int:
    """The part of a price that is aid: the national share, as a voucher divides the price."""
    return max(envelope_cents(price_cents, rule) - share(price_cents, rule.eu_share_percent), 0)
