"""How well a partner fits a need, part by part, and which partners could deliver it together."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from dih.routing.rules.remarks import LOWERED_BY, Remark
from dih.routing.vocabulary import ReasonKind
from dih.shared.money import Euro
from dih.shared.wording import N_, Text

SERVICES_POINTS = 10
SECTOR_POINTS = AREA_POINTS = TECHNOLOGY_POINTS = COUNTY_POINTS = 15
CAPACITY_POINTS = BALANCE_POINTS = 15

MOST_TEAMS = 6
"""So many ways to fill up one leader's services are compared; each has as few helpers as can be."""

Helpers = tuple[tuple[int, int], ...]
"""(service, partner) for each service that the leader does not deliver itself."""


@dataclass(frozen=True, slots=True)
class Need:
    """What an application asks of a partner: person-days by service, and `value_cents` of the envelope.

    `against` are partners in a conflict of interest with the applicant, `named` the one that is asked or has it today.
    """

    days: Mapping[int, int]
    sector: str
    areas: frozenset[str]
    technologies: frozenset[str]
    county: str
    value_cents: int = 0
    against: frozenset[int] = frozenset()
    named: int | None = None

    @property
    def person_days(self) -> int:
        return sum(self.days.values())


@dataclass(frozen=True, slots=True)
class Offer:
    """What a partner can give: `free_days` are person-days not promised, `free_cents` what its budget share leaves.

    `used_permille` is the part of its share that is reserved, spent and asked for; without a share of its own
    (`free_cents` None) its part of all that is.
    """

    partner_id: int
    is_lead: bool
    services: frozenset[int]
    sectors: frozenset[str]
    areas: frozenset[str]
    technologies: frozenset[str]
    counties: frozenset[str]
    free_days: int
    used_permille: int
    free_cents: int | None = None
    remarks: tuple[Remark, ...] = ()

    def is_barred(self, need: Need) -> bool:
        """Whether a conflict of interest or what it said before keeps it from this need, whatever its capacity."""
        return self.partner_id in need.against or any(
            remark.excludes(need.days, need.sector) for remark in self.remarks
        )


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One reason: `points` of `most`, and the sentence that says it (an N_ message and its values)."""

    key: str
    points: int
    most: int
    message: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """How well a partner fits, 0 to 100; with `helpers` for what it does not deliver itself.

    `able`: all services are delivered and nothing bars it; `fits`: it and its helpers also have the days and the money.
    """

    partner_id: int
    able: bool
    fits: bool
    total: int
    used_permille: int
    helpers: Helpers
    parts: tuple[ScorePart, ...]

    @property
    def lasting(self) -> int:
        """The points that do not change from day to day: without free capacity and share of the budget."""
        return max(sum(part.points for part in self.parts if part.key not in ("capacity", "balance")), 0)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def score(need: Need, offer: Offer, helpers: Mapping[int, Offer] | None = None) -> Score:
    """The score of one partner with its parts; `helpers` by service deliver what it does not.

    Hard: all services delivered, no conflict of interest, no remark that excludes it, the person-days, the money.
    """
    helpers = helpers or {}
    own = {service: days for service, days in need.days.items() if service in offer.services}
    covered = need.days.keys() == own.keys() | helpers.keys()
    able = bool(own) and covered and not offer.is_barred(need)
    parts = [_services(need, own, helpers)]
    if offer.partner_id in need.against:
        parts.append(ScorePart("conflict", 0, 0, N_("In a conflict of interest with the applicant.")))
    parts += [
        *_remark(need, offer),
        _one_of("sector", SECTOR_POINTS, need.sector in offer.sectors),
        _some_of("area", AREA_POINTS, need.areas, offer.areas),
        _some_of("technology", TECHNOLOGY_POINTS, need.technologies, offer.technologies),
        _one_of("county", COUNTY_POINTS, need.county in offer.counties),
        _capacity(sum(own.values()) or need.person_days, offer),
        _balance(need, offer),
    ]
    has_days = offer.free_days >= sum(own.values()) and all(
        helper.free_days >= sum(need.days[s] for s, one in helpers.items() if one.partner_id == helper.partner_id)
        for helper in helpers.values()
    )
    has_money = offer.free_cents is None or offer.free_cents >= need.value_cents
    return Score(
        offer.partner_id,
        able,
        able and has_days and has_money,
        max(sum(part.points for part in parts), 0),
        offer.used_permille,
        tuple(sorted((service, helper.partner_id) for service, helper in helpers.items())),
        tuple(parts),
    )


def rank(need: Need, offers: Sequence[Offer]) -> list[Score]:
    """All partners, each with its best team, best first: fitting before unfitting, then score, less budget used, id."""
    return sorted((min(found, key=_order) for found in ways(need, offers).values()), key=_order)


def ways(need: Need, offers: Sequence[Offer]) -> dict[int, list[Score]]:
    """By partner, the ways in which it could deliver or lead, at least one each.

    Several partners do it together only where none that may be asked delivers every service alone.
    """
    alone = any(need.days.keys() <= offer.services and not offer.is_barred(need) for offer in offers)
    return {
        offer.partner_id: [score(need, offer, team) for team in ([{}] if alone else _teams(need, offer, offers))]
        for offer in offers
    }


def _order(found: Score) -> tuple[object, ...]:
    return not found.fits, -found.total, found.used_permille, found.partner_id, found.helpers


def _teams(need: Need, leader: Offer, offers: Sequence[Offer]) -> list[dict[int, Offer]]:
    missing = sorted(need.days.keys() - leader.services)
    able = [offer for offer in offers if offer is not leader and not offer.is_barred(need)]
    able.sort(key=lambda offer: offer.partner_id)
    deliverers = [[offer for offer in able if service in offer.services] for service in missing]
    if len(missing) == len(need.days) or not all(deliverers):
        return [{}]
    # As many as three services with ten deliverers each: the product stays small, and longer lists are cut evenly.
    teams = itertools.islice(itertools.product(*deliverers), 1000)
    fewest = sorted(teams, key=lambda team: (len({one.partner_id for one in team}), [one.partner_id for one in team]))
    return [dict(zip(missing, team, strict=True)) for team in fewest[:MOST_TEAMS]]


def _services(need: Need, own: Mapping[int, int], helpers: Mapping[int, Offer]) -> ScorePart:
    asked = max(need.person_days, 1)
    points = SERVICES_POINTS * sum(own.values()) // asked
    values = {"delivered": len(own), "asked": len(need.days)}
    if helpers:
        message = N_("Delivers %(delivered)s of the %(asked)s services and leads; other partners deliver the rest.")
    else:
        message = N_("Delivers %(delivered)s of the %(asked)s services asked for.")
    return ScorePart("services", points, SERVICES_POINTS, message, values)


def _remark(need: Need, offer: Offer) -> list[ScorePart]:
    """The remark that weighs most, the latest of such; none where nothing was said about like needs."""
    like = [remark for remark in offer.remarks if remark.is_like(need.days)]
    if not like:
        return []
    said = max(like, key=lambda one: (one.excludes(need.days, need.sector), one.said_on, one.id))
    values = {"reference": said.reference, "day": said.said_on.isoformat(), "until": said.until.isoformat()}
    if said.kind is ReasonKind.NO_CAPACITY:
        message = N_("Said on %(day)s about %(reference)s: no capacity for such services until %(until)s.")
    elif said.excludes(need.days, need.sector):
        message = N_("Said on %(day)s about %(reference)s: not its field. Not asked for the like before %(until)s.")
    else:
        message = N_("Said on %(day)s about %(reference)s, of another sector: not its field. Counts until %(until)s.")
    lowered = 0 if said.excludes(need.days, need.sector) else -LOWERED_BY
    return [ScorePart("remark", lowered, 0, message, values)]


_ONE_OF_WORDS = {
    ("sector", True): N_("At home in the applicant's sector."),
    ("sector", False): N_("The applicant's sector is not among its specialisms."),
    ("county", True): N_("Works in the applicant's county."),
    ("county", False): N_("Does not usually work in the applicant's county."),
}
_SOME_OF_WORDS = {
    "area": N_("At home in %(shared)s of the %(asked)s areas of the services."),
    "technology": N_("At home in %(shared)s of the %(asked)s technologies of the services."),
}


def _one_of(key: str, most: int, fits: bool) -> ScorePart:
    return ScorePart(key, most if fits else 0, most, _ONE_OF_WORDS[key, fits])


def _some_of(key: str, most: int, asked: frozenset[str], known: frozenset[str]) -> ScorePart:
    if not asked:
        return ScorePart(key, most, most, N_("The services name none, so every partner has these points."))
    shared = len(asked & known)
    return ScorePart(
        key, most * shared // len(asked), most, _SOME_OF_WORDS[key], {"shared": shared, "asked": len(asked)}
    )


def _capacity(asked: int, offer: Offer) -> ScorePart:
    spare = offer.free_days - asked
    points = 0 if spare < 0 else min(CAPACITY_POINTS, CAPACITY_POINTS * spare // max(asked * 4, 1))
    message = (
        N_("%(free)s person-days free, %(asked)s needed.")
        if spare >= 0
        else N_("Only %(free)s person-days free, %(asked)s needed.")
    )
    return ScorePart("capacity", points, CAPACITY_POINTS, message, {"free": offer.free_days, "asked": asked})


def _balance(need: Need, offer: Offer) -> ScorePart:
    if offer.free_cents is not None and offer.free_cents < need.value_cents:
        values = {"free": offer.free_cents, "asked": need.value_cents}
        message = N_("Its share of the budget leaves %(free_cents)s, %(asked_cents)s are asked for.")
        return ScorePart(
            "balance", 0, BALANCE_POINTS, message, {f"{name}_cents": max(cents, 0) for name, cents in values.items()}
        )
    message = (
        N_("Has %(percent)s%% of the money promised so far.")
        if offer.free_cents is None
        else N_("Has used %(percent)s%% of its share of the budget.")
    )
    points = BALANCE_POINTS * (1000 - min(offer.used_permille, 1000)) // 1000
    return ScorePart("balance", points, BALANCE_POINTS, message, {"percent": f"{offer.used_permille / 10:.1f}"})


def in_words(message: str, values: Mapping[str, Any]) -> Text:
    """The sentence of a part, also of one that was stored: days, sums, percents are readable again by their names."""
    return Text(message, {name: _READABLE.get(name, _as_it_is)(value) for name, value in values.items()})


def _as_it_is(value: Any) -> object:
    return value


_READABLE: dict[str, Callable[[Any], object]] = {
    "percent": Decimal,
    "day": dt.date.fromisoformat,
    "until": dt.date.fromisoformat,
    "free_cents": Euro,
    "asked_cents": Euro,
}
