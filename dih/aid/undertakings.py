"""Single undertakings: which enterprises count as one, by a graph of dated links.

Regulation (EU) 2023/2831, Article 2(2): the four relationships (a) to (d), directly or through one or more other
enterprises. Recitals: enterprises whose only tie is the same public body are not linked through it; a natural person
is no enterprise either. The direction of a link decides who controls, not who belongs: both ends belong.

Votes that several linked enterprises hold together are not added up: each link stands for itself.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from dih.aid.vocabulary import LinkKind, PartyKind

MAJORITY_PERCENT = Decimal(50)
"""Votes above this are a majority: Article 2(2)(a). Exactly half is none."""


@dataclass(frozen=True, slots=True)
class Link:
    """`holder` holds or controls `held`. `percent` counts for votes only; `since` and `until` are both included."""

    holder: str
    held: str
    kind: LinkKind
    percent: Decimal | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    def controls(self) -> bool:
        """Whether this kind and share of holding makes one undertaking of two enterprises."""
        return self.kind is not LinkKind.VOTES or (self.percent is not None and self.percent > MAJORITY_PERCENT)

    def exists_on(self, day: dt.date) -> bool:
        """Whether the link stands on `day`."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Undertaking:
    """The enterprises that count as one, in alphabetical order.

    `ties` are the links by which each was reached. `stops` are the persons and public bodies at which a chain ended.
    """

    members: tuple[str, ...]
    ties: tuple[Link, ...]
    stops: tuple[str, ...]


def single_undertaking(
    beneficiary: str, links: Iterable[Link], day: dt.date, kinds: Mapping[str, PartyKind] | None = None
) -> Undertaking:
    """The single undertaking of `beneficiary` by the links that exist on `day`.

    `kinds` says who is no enterprise; whom it does not name is one. The beneficiary counts as an enterprise whatever
    it is, because it gets aid for an economic activity. The order of the links changes nothing.
    """
    kinds = kinds or {}
    by_party: defaultdict[str, list[Link]] = defaultdict(list)
    for link in sorted(links, key=_in_order):
        if link.controls() and link.exists_on(day):
            by_party[link.holder].append(link)
            by_party[link.held].append(link)
    members, ties, stops = {beneficiary}, [], set()
    waiting = deque([beneficiary])
    while waiting:
        party = waiting.popleft()
        for link in by_party[party]:
            other = link.held if link.holder == party else link.holder
            if other in members:
                continue
            if kinds.get(other, PartyKind.ENTERPRISE) is not PartyKind.ENTERPRISE:
                stops.add(other)
                continue
            members.add(other)
            ties.append(link)
            waiting.append(other)
    return Undertaking(tuple(sorted(members)), tuple(ties), tuple(sorted(stops)))


def _in_order(link: Link) -> tuple[object, ...]:
    dates = (link.since or dt.date.min, link.until or dt.date.max)
    return (link.holder, link.held, link.kind, link.percent or Decimal(0), *dates)
