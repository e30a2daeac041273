"""Pure decisions about deliveries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from dih.shared.errors import BrokenRule, Problem
from dih.shared.money import Euro
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
                Problem(name, Text(N_("Enter at most the price of the service, %(price)s."), {"price": Euro(price)}))
            )
    return problems


def envelope_part(envelope_cents: int, delivered_cents: int, price_cents: int) -> int:
    """What the envelope bears of a partial delivery: in proportion, rounded half up; all of it when whole."""
    return (2 * envelope_cents * delivered_cents + price_cents) // (2 * price_cents)


REMINDERS = 2
"""How often a beneficiary is reminded of a report: evenly, within the time to answer."""


def reminders_due(reported_on: dt.date, answer_by: dt.date, today: dt.date) -> int:
    """How many reminders of a report should have gone out by `today`: one for each third of the time that is over."""
    gone, whole = (today - reported_on).days, (answer_by - reported_on).days
    return min((REMINDERS + 1) * gone // whole, REMINDERS)


def check_stands_in(answer_by: dt.date, today: dt.date) -> None:
    """Raises BrokenRule while the beneficiary still has time to answer itself."""
    if today <= answer_by:
        raise BrokenRule.because(N_("The beneficiary has until %(day)s to answer."), day=answer_by)


LONGEST_PLAN_DAYS = 1100
"""A step three years after the redemption is a typing mistake."""


def check_due_day(due_on: dt.date, redeemed_on: dt.date, field: str) -> None:
    """Raises BrokenRule for a step of the plan before the redemption or more than three years after it."""
    if due_on < redeemed_on:
        raise BrokenRule.because(
            N_("The delivery began on %(day)s. Choose a day from then on."), field, day=redeemed_on
        )
    latest = redeemed_on + dt.timedelta(days=LONGEST_PLAN_DAYS)
    if due_on > latest:
        raise BrokenRule.because(N_("Choose a day up to %(day)s."), field, day=latest)


def check_work(day: dt.date, tenths: int, redeemed_on: dt.date, today: dt.date) -> None:
    """Raises BrokenRule for work of no or more than 24 hours, in the future, or before the voucher was redeemed."""
    problems = []
    if not 0 < tenths <= 240:
        problems.append(Problem("hours", Text(N_("Enter between 0.1 and 24 hours."))))
    if day > today:
        problems.append(Problem("day", Text(N_("Work can be recorded up to today, not ahead."))))
    elif day < redeemed_on:
        message = N_("The delivery began on %(day)s. Choose a day from then on.")
        problems.append(Problem("day", Text(message, {"day": redeemed_on})))
    if problems:
        raise BrokenRule(*problems)


def tenths_of(typed: str, field: str = "hours") -> int:
    """Tenths of an hour from "7.5" or "7,5". Raises BrokenRule for no number, and for more than one decimal."""
    try:
        hours = Decimal(typed.strip().replace(",", ".")) if len(typed) <= 20 else Decimal("NaN")
    except InvalidOperation:
        hours = Decimal("NaN")
    if not hours.is_finite() or abs(hours) > 1000 or hours * 10 != int(hours * 10):
        raise BrokenRule.because(N_("Enter hours such as 7.5: a number with at most one decimal."), field)
    return int(hours * 10)
