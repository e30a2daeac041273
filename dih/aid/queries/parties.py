"""Who is tied to whom: the parties that links lead to, however far, as the rules want them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from dih.aid.models import Enterprise, EnterpriseLink
from dih.aid.undertakings import Link, single_undertaking
from dih.aid.vocabulary import LinkKind, PartyKind
from dih.extensions.database import db
from dih.organisations.closed import closed_to
from dih.organisations.models import Organisation
from dih.organisations.queries import OrganisationView
from dih.organisations.vocabulary import LegalNature
from dih.shared.access import Actor
from dih.shared.unit_of_work import read_once

PERCENT_PARTS = 10_000
"""A percent is kept in ten-thousandths."""


@dataclass(frozen=True, slots=True)
class Party:
    """An enterprise or public body. `id` is None for an organisation that no link or grant names yet."""

    id: int | None
    number: str
    name: str
    kind: PartyKind
    organisation_id: int | None

    @property
    def label(self) -> str:
        """As sentences name it; two parties never share it."""
        return f"{self.name} ({self.number})"


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link as it is kept."""

    id: int
    holder_id: int
    held_id: int
    kind: LinkKind
    percent_e4: int | None
    since: dt.date | None
    until: dt.date | None
    note: str
    stated_at: dt.datetime

    @property
    def percent(self) -> Decimal | None:
        """The votes in percent, without zeros at the end."""
        if self.percent_e4 is None:
            return None
        return Decimal(f"{(Decimal(self.percent_e4) / PERCENT_PARTS).normalize():f}")


@dataclass(frozen=True, slots=True)
class NamedLink:
    """A link with the two that it joins."""

    row: LinkRow
    holder: Party
    held: Party


@dataclass(frozen=True, slots=True)
class Graph:
    """All parties that links on any day lead to from where one began, with the links between them."""

    parties: Mapping[int, Party]
    links: Sequence[LinkRow]
    start: frozenset[int]

    @property
    def tied(self) -> frozenset[int]:
        """The parties that may count as one on some day: no public body, unless one began there."""
        enterprises = {one for one, party in self.parties.items() if party.kind is PartyKind.ENTERPRISE}
        return frozenset(enterprises | self.start)

    def members(self, start: int, day: dt.date) -> frozenset[int]:
        """Those who count as one with `start` on `day`, `start` among them."""
        ids = {party.label: one for one, party in self.parties.items()}
        found = single_undertaking(self.parties[start].label, self.as_links(), day, self.kinds)
        return frozenset(ids[label] for label in found.members)

    def ever_one(self, start: int) -> frozenset[int]:
        """Those who count as one with `start` by links of whatever day, `start` among them."""
        ids = {party.label: one for one, party in self.parties.items()}
        timeless = [replace(link, since=None, until=None) for link in self.as_links()]
        found = single_undertaking(self.parties[start].label, timeless, dt.date.min, self.kinds)
        return frozenset(ids[label] for label in found.members)

    def around(self, start: int) -> Graph:
        """The part of it that links lead to from one of those from which it was read."""
        found, edge = {start}, {start}
        links: list[LinkRow] = []
        while edge:
            outward = {one for one in edge if one == start or self.parties[one].kind is PartyKind.ENTERPRISE}
            ways = [row for row in self.links if row.holder_id in outward or row.held_id in outward]
            edge = {end for row in ways for end in (row.holder_id, row.held_id)} - found
            found |= edge
            links += ways
        kept = {row.id: row for row in links}
        return Graph({one: self.parties[one] for one in found}, [kept[one] for one in sorted(kept)], frozenset({start}))

    @property
    def kinds(self) -> dict[str, PartyKind]:
        """What each party is, by its label, for the rules."""
        return {party.label: party.kind for party in self.parties.values()}

    def as_links(self) -> list[Link]:
        """The links, by label, for the rules."""
        return [
            Link(
                self.parties[row.holder_id].label,
                self.parties[row.held_id].label,
                row.kind,
                row.percent,
                row.since,
                row.until,
            )
            for row in self.links
        ]


NOBODY = Graph({}, (), frozenset())
"""Around a party that no link or grant names."""

_IS_ENTERPRISE = or_(
    and_(Organisation.legal_nature.is_not(None), Organisation.legal_nature != LegalNature.PUBLIC_BODY),
    and_(Organisation.legal_nature.is_(None), Enterprise.kind == PartyKind.ENTERPRISE),
)
"""`Party.kind` in the database's words: an organisation of the platform has its own nature."""

_CONFIRMED = (EnterpriseLink.struck_at.is_(None), EnterpriseLink.confirmed_at.is_not(None))
_PARTY: tuple[Any, ...] = (
    Enterprise.id.label("party_id"),
    Enterprise.number,
    func.coalesce(Organisation.name, Enterprise.name).label("name"),
    Enterprise.kind.label("party_kind"),
    Organisation.legal_nature,
    Organisation.id.label("organisation_id"),
)
_LINK: tuple[Any, ...] = (
    EnterpriseLink.id.label("link_id"),
    *(getattr(EnterpriseLink, field.name) for field in fields(LinkRow) if field.name != "id"),
)


def graph(start: Collection[int]) -> Graph:
    """What links lead to from these parties, in one statement however far that is."""
    return _between(*_reached(Enterprise.id.in_(start)), frozenset(start))


def graph_of_numbers(numbers: Collection[str]) -> Graph:
    """The same from the parties with these numbers, as far as there are such; once where nothing changes meanwhile."""

    def find() -> Graph:
        parties, links = _reached(Enterprise.number.in_(numbers))
        return _between(parties, links, frozenset(one for one, party in parties.items() if party.number in numbers))

    return read_once(("aid_graph", frozenset(numbers)), find) or NOBODY


def _reached(begins: ColumnElement[bool]) -> tuple[dict[int, Party], list[LinkRow]]:
    """The parties that `begins` leaves and all that links lead to, with the links between them.

    Nothing is reached beyond a body that is no enterprise.
    """
    reached = select(Enterprise.id).where(begins).cte("reached", recursive=True)
    here = reached.c.id
    onward = (
        select(case((EnterpriseLink.holder_id == here, EnterpriseLink.held_id), else_=EnterpriseLink.holder_id))
        .select_from(reached)
        .join(Enterprise, Enterprise.id == here)
        .outerjoin(Organisation, Organisation.cui == Enterprise.number)
        .join(EnterpriseLink, or_(EnterpriseLink.holder_id == here, EnterpriseLink.held_id == here))
        .where(*_CONFIRMED, or_(begins, _IS_ENTERPRISE))
    )
    all_of_them = select(reached.union(onward).c.id)
    holds = and_(EnterpriseLink.holder_id == Enterprise.id, EnterpriseLink.held_id.in_(all_of_them), *_CONFIRMED)
    rows = db.session.execute(
        select(*_PARTY, *_LINK)
        .outerjoin(Organisation, Organisation.cui == Enterprise.number)
        .outerjoin(EnterpriseLink, holds)
        .where(Enterprise.id.in_(all_of_them))
        .order_by(Enterprise.id, EnterpriseLink.id)
    ).all()
    links = [LinkRow(*row[len(_PARTY) :]) for row in rows if row.link_id is not None]
    return {row.party_id: _party(row) for row in rows}, sorted(links, key=lambda link: link.id)


def _between(parties: Mapping[int, Party], links: Sequence[LinkRow], start: frozenset[int]) -> Graph:
    outward = {one for one, party in parties.items() if one in start or party.kind is PartyKind.ENTERPRISE}
    return Graph(parties, [row for row in links if outward & {row.holder_id, row.held_id}], start)


def party_of(organisation: OrganisationView) -> Party:
    """The party that an organisation is, also where no link or grant names it yet."""
    known = parties_where(Enterprise.number == organisation.facts.cui)
    return next(iter(known.values()), None) or unnamed(organisation)


def unnamed(organisation: OrganisationView) -> Party:
    """The party that an organisation is while no link or grant names it."""
    facts = organisation.facts
    return Party(None, facts.cui, facts.name, kind_of(facts.legal_nature), organisation.id)


def parties_where(*conditions: ColumnElement[bool]) -> dict[int, Party]:
    """Parties by id; an organisation of the platform has its own name and nature."""
    rows = db.session.execute(
        select(*_PARTY)
        .outerjoin(Organisation, Organisation.cui == Enterprise.number)
        .where(*conditions)
        .order_by(Enterprise.id)
    )
    return {row.party_id: _party(row) for row in rows}


def _party(row: Any) -> Party:
    kind = kind_of(row.legal_nature) if row.legal_nature else row.party_kind
    return Party(row.party_id, row.number, row.name, kind, row.organisation_id)


def kind_of(nature: LegalNature) -> PartyKind:
    """What an organisation is as a party to a link."""
    return PartyKind.PUBLIC_BODY if nature is LegalNature.PUBLIC_BODY else PartyKind.ENTERPRISE


def stated(organisation_id: int) -> list[NamedLink]:
    """The links that an organisation's people stated and nobody has confirmed or struck yet."""
    return _named(
        _links(EnterpriseLink.organisation_id == organisation_id, EnterpriseLink.confirmed_at.is_(None)),
    )


def stated_count(organisation_ids: Collection[int]) -> dict[int, int]:
    """How many links of each organisation wait to be confirmed or struck; one without such is absent."""
    rows = db.session.execute(
        select(EnterpriseLink.organisation_id, func.count())
        .where(
            EnterpriseLink.organisation_id.in_(organisation_ids),
            EnterpriseLink.confirmed_at.is_(None),
            EnterpriseLink.struck_at.is_(None),
        )
        .group_by(EnterpriseLink.organisation_id)
    )
    return {organisation_id: count for organisation_id, count in rows if organisation_id}


@dataclass(frozen=True, slots=True)
class Stating:
    """An organisation with links that wait for a manager, and how many."""

    uuid: UUID
    name: str
    count: int


def stating(actor: Actor, day: dt.date, most: int = 20) -> list[Stating]:
    """Whose stated links wait for a manager, the longest waiting first; none that a conflict closes to the actor."""
    rows = db.session.execute(
        select(Organisation.uuid, Organisation.name, func.count(EnterpriseLink.id))
        .join(EnterpriseLink, EnterpriseLink.organisation_id == Organisation.id)
        .where(
            EnterpriseLink.confirmed_at.is_(None),
            EnterpriseLink.struck_at.is_(None),
            ~closed_to(actor, day, Organisation.id),
        )
        .group_by(Organisation.id)
        .order_by(func.min(EnterpriseLink.id))
        .limit(most)
    )
    return [Stating(*row) for row in rows]


def link(link_id: int, actor: Actor, day: dt.date) -> NamedLink | None:
    """One link that is not struck, and that no conflict with the organisation that stated it closes to the actor."""
    open_ = ~closed_to(actor, day, EnterpriseLink.organisation_id)
    return next(iter(_named(_links((EnterpriseLink.id == link_id) & open_))), None)


def _named(rows: Sequence[LinkRow]) -> list[NamedLink]:
    if not rows:
        return []
    ends = parties_where(Enterprise.id.in_({end for row in rows for end in (row.holder_id, row.held_id)}))
    return [NamedLink(row, ends[row.holder_id], ends[row.held_id]) for row in rows]


def _links(*conditions: ColumnElement[bool]) -> list[LinkRow]:
    rows = db.session.execute(
        select(*_LINK).where(EnterpriseLink.struck_at.is_(None), *conditions).order_by(EnterpriseLink.id)
    )
    return [LinkRow(*row) for row in rows]
