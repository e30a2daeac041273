"""What the case files of `flask aid check` and `flask aid size` say, read strictly. The public endpoint reads the same.

Beyond the agreed form a case may say more: `kinds` (who is a person or a public body), `since` and `until` of a link,
`public` (public holders), and a `note` anywhere. A year without `related` has none; only a wrong one is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from dih.aid.case_values import Value
from dih.aid.legal_bases import codes_with_ceiling
from dih.aid.rules import Grant, NewGrant
from dih.aid.size import Figures, PublicHolder, Related, Year
from dih.aid.undertakings import Link
from dih.aid.vocabulary import HolderKind, LinkKind, PartyKind
from dih.shared.wording import N_

STATES = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT"),
    *("LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO"),
)
"""The Member States, Greece under both of its codes, and the other states of the European Economic Area."""


@dataclass(frozen=True, slots=True)
class AidCase:
    """One case for `rules.check`."""

    basis: str
    new: NewGrant
    prior: tuple[Grant, ...]
    links: tuple[Link, ...]
    kinds: Mapping[str, PartyKind]


@dataclass(frozen=True, slots=True)
class SizeCase:
    """One case for `size.assess`."""

    years: tuple[Year, ...]
    holders: tuple[PublicHolder, ...]


def aid_case(root: Value) -> AidCase:
    """Reads an aid case. Raises BrokenRule with the path of the first field that is wrong."""
    case = root.object(("basis", "beneficiary", "new", "prior", "links"), ("eligible_cost_cents", "kinds"))
    basis = case["basis"].one_of(codes_with_ceiling())
    beneficiary = case["beneficiary"].name()
    new = case["new"].object(("date", "amount_cents"), ("eligible_cost_cents",))
    if "eligible_cost_cents" in case and "eligible_cost_cents" in new:
        raise new["eligible_cost_cents"].refuse(N_("Give the eligible cost once."))
    cost = new.get("eligible_cost_cents") or case.get("eligible_cost_cents")
    return AidCase(
        basis,
        NewGrant(beneficiary, new["date"].day(), new["amount_cents"].whole(), cost.whole() if cost else None),
        tuple(_grant(value) for value in case["prior"].items()),
        tuple(_link(value) for value in case["links"].items()),
        {party: kind.choice(PartyKind) for party, kind in case["kinds"].members().items()} if "kinds" in case else {},
    )


def _grant(value: Value) -> Grant:
    grant = value.object(("undertaking", "member_state", "date", "amount_cents"))
    return Grant(
        grant["undertaking"].name(),
        grant["member_state"].one_of(STATES),
        grant["date"].day(),
        grant["amount_cents"].whole(),
    )


def _link(value: Value) -> Link:
    link = value.object(("from", "to", "kind"), ("percent", "since", "until"))
    kind = link["kind"].choice(LinkKind)
    percent = value.member("percent").percent() if kind is LinkKind.VOTES else None
    since = link["since"].day() if "since" in link else None
    until = link["until"].day() if "until" in link else None
    if since and until and until < since:
        raise link["until"].refuse(N_("The link ends before it begins."))
    return Link(link["from"].name(), link["to"].name(), kind, percent, since, until)


def size_case(root: Value) -> SizeCase:
    """Reads a size case. Raises BrokenRule with the path of the first field that is wrong."""
    case = root.object(("years",), ("public",))
    years: list[Year] = []
    for value in case["years"].items():
        year = _year(value)
        if any(year.year == other.year for other in years):
            raise Value(year.year, f"{value.path}.year").refuse(N_("This year stands here twice."))
        years.append(year)
    if not years:
        raise case["years"].refuse(N_("Give at least one year."))
    holders = tuple(_holder(value) for value in case["public"].items()) if "public" in case else ()
    if sum(holder.percent or 0 for holder in holders) > 100:
        raise case["public"].refuse(N_("The percents add up to more than 100."))
    return SizeCase(tuple(years), holders)


def _year(value: Value) -> Year:
    year = value.object(("year", "own"), ("related",))
    return Year(
        year["year"].whole(least=1, most=9999),
        _figures(year["own"].object(_FIGURES)),
        tuple(_related(related) for related in year["related"].items()) if "related" in year else (),
    )


_FIGURES = ("staff", "turnover_cents", "balance_cents")


def _figures(members: dict[str, Value]) -> Figures:
    return Figures(
        Fraction(members["staff"].number()),
        Fraction(members["turnover_cents"].whole()),
        Fraction(members["balance_cents"].whole()),
    )


def _related(value: Value) -> Related:
    related = value.object(("name", "percent", *_FIGURES))
    return Related(related["name"].name(), related["percent"].percent(), _figures(related))


def _holder(value: Value) -> PublicHolder:
    holder = value.object(("name", "percent", "kind"))
    return PublicHolder(holder["name"].name(), holder["percent"].percent(), holder["kind"].choice(HolderKind))
