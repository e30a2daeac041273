"""Which partner fits an application best, and why, and by when it answers. First form: one application at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from dih.applications.vocabulary import ApplicationStatus
from dih.shared import clock
from dih.shared.errors import BrokenRule
from dih.shared.wording import N_

SECTOR_POINTS = 20
AREA_POINTS = 20
COUNTY_POINTS = 20
CAPACITY_POINTS = 20
BALANCE_POINTS = 20

ROUTABLE = frozenset({ApplicationStatus.SUBMITTED, ApplicationStatus.ELIGIBLE})
"""States of an application in which a partner is asked."""

MOVABLE = ROUTABLE | {ApplicationStatus.PLACED}
"""States in which a manager may still give the application to another partner."""

ROUTING_ENDS = frozenset(
    {ApplicationStatus.DRAFT, ApplicationStatus.INELIGIBLE, ApplicationStatus.WITHDRAWN, ApplicationStatus.EXPIRED}
)
"""States in which a routing is over, whatever its partner said: what it was about is no longer asked."""


@dataclass(frozen=True, slots=True)
class Need:
    """What an application asks of a partner; `person_days` of all its services."""

    services: frozenset[int]
    sector: str
    areas: frozenset[str]
    county: str
    person_days: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What a partner can give: `free_days` are person-days not promised.

    `used_permille` is its part of all money reserved and spent.
    """

    partner_id: int
    is_lead: bool
    services: frozenset[int]
    sectors: frozenset[str]
    areas: frozenset[str]
    counties: frozenset[str]
    free_days: int
    used_permille: int


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One reason: `points` of `most`, and the sentence that says it (an N_ message and its values)."""

    key: str
    points: int
    most: int
    message: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Score:
    """How well one partner fits, 0 to 100; `fits` is false when it lacks a service or the capacity."""

    partner_id: int
    fits: bool
    total: int
    used_permille: int
    parts: tuple[ScorePart, ...]

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def score(need: Need, offer: Offer) -> Score:
    """The score of one partner with its parts. Hard: it delivers every service and has the person-days free."""
    delivered = len(need.services & offer.services)
    parts = (
        ScorePart(
            "services",
            0,
            0,
            N_("Delivers %(delivered)s of the %(asked)s services asked for."),
            {"delivered": delivered, "asked": len(need.services)},
        ),
        _specialism("sector", SECTOR_POINTS, need.sector in offer.sectors),
        _area(need, offer),
        _specialism("county", COUNTY_POINTS, need.county in offer.counties),
        _capacity(need, offer),
        _balance(offer),
    )
    return Score(
        offer.partner_id,
        delivered == len(need.services) and offer.free_days >= need.person_days,
        sum(part.points for part in parts),
        offer.used_permille,
        parts,
    )


def rank(need: Need, offers: Sequence[Offer]) -> list[Score]:
    """All partners, best first: fitting before unfitting, then the score, the lower share of budget used, the id."""
    scores = [score(need, offer) for offer in offers]
    return sorted(scores, key=lambda s: (not s.fits, -s.total, s.used_permille, s.partner_id))


_SPECIALISM_WORDS = {
    ("sector", True): N_("At home in the applicant's sector."),
    ("sector", False): N_("The applicant's sector is not among its specialisms."),
    ("county", True): N_("Works in the applicant's county."),
    ("county", False): N_("Does not usually work in the applicant's county."),
}


def _specialism(key: str, most: int, fits: bool) -> ScorePart:
    return ScorePart(key, most if fits else 0, most, _SPECIALISM_WORDS[key, fits], {})


def _area(need: Need, offer: Offer) -> ScorePart:
    shared = len(need.areas & offer.areas)
    asked = max(len(need.areas), 1)
    return ScorePart(
        "area",
        AREA_POINTS * shared // asked,
        AREA_POINTS,
        N_("At home in %(shared)s of the %(asked)s areas of the services."),
        {"shared": shared, "asked": len(need.areas)},
    )


def _capacity(need: Need, offer: Offer) -> ScorePart:
    spare = offer.free_days - need.person_days
    points = 0 if spare < 0 else min(CAPACITY_POINTS, CAPACITY_POINTS * spare // max(need.person_days * 4, 1))
    message = (
        N_("%(free)s person-days free, %(asked)s needed.")
        if spare >= 0
        else N_("Only %(free)s person-days free, %(asked)s needed.")
    )
    return ScorePart("capacity", points, CAPACITY_POINTS, message, {"free": offer.free_days, "asked": need.person_days})


def _balance(offer: Offer) -> ScorePart:
    return ScorePart(
        "balance",
        BALANCE_POINTS * (1000 - min(offer.used_permille, 1000)) // 1000,
        BALANCE_POINTS,
        N_("Has %(percent)s%% of the money promised so far."),
        {"percent": f"{offer.used_permille / 10:.1f}"},
    )


def due_day(due_on: dt.date, pauses: Sequence[tuple[dt.date, dt.date | None]]) -> dt.date | None:
    """The day by which a partner answers: `due_on`, moved by the working days during which a clarification stood open.

    `pauses` are (day asked, day closed or None) in the order asked, none before the proposal; days of two that overlap
    count once. None while one is open that began in time: the clock stands still.
    """
    counted_to = dt.date.min
    for asked, closed in pauses:
        if asked > due_on:
            break
        if closed is None:
            return None
        first = max(asked, counted_to)
        if closed > first:
            due_on = clock.add_working_days(due_on, clock.working_days_between(first, closed))
            counted_to = closed
    return due_on


def reason_given(text: str, field: str = "reason") -> str:
    """A reason as it is kept. Raises BrokenRule when there is none."""
    kept = text.replace("\x00", "").strip()
    if not kept:
        raise BrokenRule.because(N_("Give a reason: it is kept with the application."), field)
    return kept
