"""Pure decisions about deliveries."""

from __future__ import annotations

from collections.abc import Mapping

from dih.shared.errors import Problem
from dih.shared.money import plain
from dih.shared.wording import N_, Text


def report_problems(summary: str, delivered: Mapping[int, int], prices: Mapping[int, int]) -> list[Problem]:
    """All that is wrong with a report: cents delivered by service id against the prices in cents."""
    problems = []
    if not summary.strip():
        problems.append(Problem("summary", Text(N_("Say in a few sentences what was delivered."))))
    for service_id, price in prices.items():
        cents = delivered.get(service_id)
        name = f"delivered-{service_id}"
        if cents is None:
            problems.append(Problem(name, Text(N_("Enter the value delivered, 0 if nothing was."))))
        elif not 0 <= cents <= price:
            problems.append(
                Problem(name, Text(N_("Enter at most the price of the service, %(price)s €."), {"price": plain(price)}))
            )
    return problems


def envelope_part(envelope_cents: int, delivered_cents: int, price_cents: int) -> int:
    """What the envelope bears of a partial delivery: in proportion, rounded half up; all of it when whole."""
    return (2 * envelope_cents * delivered_cents + price_cents) // (2 * price_cents)
