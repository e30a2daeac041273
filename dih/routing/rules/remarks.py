"""What a partner said when it declined, and for which later needs it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from dih.routing.vocabulary import ReasonKind
from dih.shared.errors import BrokenRule
from dih.shared.wording import N_

LOWERED_BY = 20
"""Points that a remark about another sector takes from the score."""

FIELD_DAYS = 365
"""For so long "not our field" counts: a partner may learn a field."""

LONGEST_DAYS = 366
"""At most so far ahead a partner may say that it has no capacity: its stated person-days say the rest."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What a partner said about an application with these `services`, of this `sector`; counts before `until`.

    `reference` and `said_on` are its source.
    """

    id: int
    partner_id: int
    kind: ReasonKind
    services: frozenset[int]
    sector: str
    said_on: dt.date
    until: dt.date
    reference: str

    def excludes(self, services: Collection[int], sector: str) -> bool:
        """Whether the partner is not asked for such a need: it shares a service and, for a field, the sector too."""
        return self.is_like(services) and (self.kind is ReasonKind.NO_CAPACITY or self.sector == sector)

    def is_like(self, services: Collection[int]) -> bool:
        """Whether the need shares a service with what was declined."""
        return not self.services.isdisjoint(services)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a partner does not take an application; `until`: the day from which it has capacity again."""

    kind: ReasonKind = ReasonKind.OTHER
    until: dt.date | None = None


def counts_until(refusal: Refusal, today: dt.date) -> dt.date | None:
    """The day before which a refusal counts for like needs; None when it says nothing about others.

    Raises BrokenRule at the field `until` for a lack of capacity without a day, or with one that lies today, before,
    or more than a year ahead.
    """
    if refusal.kind is ReasonKind.NOT_OUR_FIELD:
        return today + dt.timedelta(days=FIELD_DAYS)
    if refusal.kind is ReasonKind.OTHER:
        return None
    if refusal.until is None or refusal.until <= today:
        raise BrokenRule.because(N_("Enter the day from which you have capacity again, after today."), "until")
    if refusal.until > today + dt.timedelta(days=LONGEST_DAYS):
        raise BrokenRule.because(N_("Enter a day within the next year, or change your stated capacity."), "until")
    return refusal.until
