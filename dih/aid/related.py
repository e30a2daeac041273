"""Whose figures count for the size of an enterprise: Recommendation 2003/361/EC, Annex, Articles 3 and 6.

Another graph than the single undertaking's, over the same links:

- Linked enterprises count whole: a majority of the votes or control, directly or through others (Article 3(3)).
- Partners count by their share from 25 percent up. Those who are linked with each other hold and are held together
  (Article 3(2)). With a partner come those who are linked with it, by the same share; partners of partners do not.
- Nobody is related through a natural person, whom we do not keep, or through a public body. What public bodies hold
  is another question (Article 3(4)); the holders excepted by Article 3(2) are not told apart here, only by the
  calculators, so they count as public bodies.
- Links are those of one day, for the figures of every year: a change of owners moves the size at once, it is not one
  of the changes that need two years (Commission, User guide to the SME definition, 2020).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dih.aid.size import PublicHolder
from dih.aid.undertakings import Link, single_undertaking
from dih.aid.vocabulary import HolderKind, LinkKind, PartyKind


@dataclass(frozen=True, slots=True)
class Relation:
    """An enterprise whose figures count: whole where `percent` is None, else as a share of this percent does.

    `through` is the partner with which it is linked; "" for the partner itself.
    """

    party: str
    percent: Decimal | None
    through: str = ""


def relations(
    own: str, links: Iterable[Link], day: dt.date, kinds: Mapping[str, PartyKind] | None = None
) -> tuple[Relation, ...]:
    """The linked enterprises and partners of `own` on `day`, linked ones first, each group in alphabetical order.

    Partners below 25 percent are among them, so that the form can say that they do not count.
    """
    kinds = kinds or {}
    standing = [link for link in links if link.exists_on(day)]
    ours = single_undertaking(own, standing, day, kinds).members
    found = [Relation(one, None) for one in ours if one != own]
    seen = set(ours)
    for outsider in sorted({end for link in standing for end in (link.holder, link.held)}):
        if outsider in seen or kinds.get(outsider, PartyKind.ENTERPRISE) is not PartyKind.ENTERPRISE:
            continue
        theirs = single_undertaking(outsider, standing, day, kinds).members
        seen.update(theirs)
        percent = max(_most_held(ours, theirs, standing), _most_held(theirs, ours, standing))
        if percent:
            found += _group(theirs, ours, percent, standing)
    return tuple(found)


def public_holders(
    own: str, links: Iterable[Link], day: dt.date, kinds: Mapping[str, PartyKind]
) -> tuple[PublicHolder, ...]:
    """The public bodies that hold or control `own` on `day`, and the enterprises that such bodies control and that do.

    None is found for a public body: it has no size of its own.
    """
    if kinds.get(own) is PartyKind.PUBLIC_BODY:
        return ()
    standing = [link for link in links if link.exists_on(day)]
    bodies = {party for party, kind in kinds.items() if kind is PartyKind.PUBLIC_BODY}
    ruled = set(bodies)
    while more := {link.held for link in standing if link.holder in ruled and link.controls()} - ruled - {own}:
        ruled |= more
    by_holder: defaultdict[str, list[Link]] = defaultdict(list)
    for link in standing:
        if link.held == own and link.holder in ruled:
            by_holder[link.holder].append(link)
    return tuple(
        PublicHolder(
            holder,
            None if any(one.kind is not LinkKind.VOTES for one in held) else _votes(held),
            HolderKind.PUBLIC_BODY if holder in bodies else HolderKind.STATE_OWNED,
        )
        for holder, held in sorted(by_holder.items())
    )


def _group(theirs: Sequence[str], ours: Collection[str], percent: Decimal, standing: Sequence[Link]) -> list[Relation]:
    """Outsiders who are linked with each other: those tied to us themselves first, the others through the first."""
    tied = [one for one in theirs if _most_held([one], ours, standing) or _most_held(ours, [one], standing)]
    others = [one for one in theirs if one not in tied]
    return [Relation(one, percent) for one in tied] + [Relation(one, percent, tied[0]) for one in others]


def _most_held(holders: Collection[str], helds: Collection[str], standing: Sequence[Link]) -> Decimal:
    """The most that `holders` together hold of the votes in one of `helds`."""
    by_held: defaultdict[str, list[Link]] = defaultdict(list)
    for link in standing:
        if link.holder in holders and link.held in helds:
            by_held[link.held].append(link)
    return max((_votes(links) for links in by_held.values()), default=Decimal(0))


def _votes(links: Iterable[Link]) -> Decimal:
    return sum((link.percent for link in links if link.percent is not None), Decimal(0))
