"""The size of organisations with all their partner and linked enterprises, from the links and figures that are kept."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import false, select, true, union_all

from dih.aid.models import Enterprise, EnterpriseFigures
from dih.aid.queries.parties import NOBODY, Graph, Party, graph_of_numbers
from dih.aid.related import Relation, public_holders, relations
from dih.aid.whole_size import WholeSize, whole_size
from dih.extensions.database import db
from dih.organisations.figures import COLUMNS, YearFigures, from_row
from dih.organisations.models import Organisation, SizeFigures
from dih.organisations.queries import FIGURES, OrganisationView


def sizes(organisations: Iterable[OrganisationView], day: dt.date) -> dict[int, WholeSize]:
    """The size of each organisation by the links of `day`, by its id. Two queries, whatever is asked."""
    known = {one.facts.cui: one for one in organisations}
    tied = graph_of_numbers(known)
    by_number = {party.number: party for party in tied.parties.values()}
    figures = figures_of(tied.parties) if tied.links else {}
    found = {}
    for number, organisation in known.items():
        party = by_number.get(number)
        around = tied.around(party.id) if party is not None and party.id is not None else NOBODY
        found[organisation.id] = _size(organisation, party, around, figures, day)
    return found


def size_within(tied: Graph, organisation: OrganisationView, day: dt.date) -> WholeSize:
    """The same by a graph read already, around the party that the organisation is."""
    party = next((tied.parties[one] for one in tied.start), None)
    return _size(organisation, party, tied, figures_of(tied.parties) if tied.links else {}, day)


def _size(
    organisation: OrganisationView,
    party: Party | None,
    around: Graph,
    figures: Mapping[int, Mapping[int, YearFigures]],
    day: dt.date,
) -> WholeSize:
    if party is None:
        return whole_size(organisation.figures, (), {})
    links, kinds = around.as_links(), around.kinds
    others = {one.label: tuple(figures.get(number, {}).values()) for number, one in around.parties.items()}
    related = relations(party.label, links, day, kinds)
    return whole_size(organisation.figures, related, others, public_holders(party.label, links, day, kinds))


def related_parties(tied: Graph, day: dt.date) -> list[tuple[Party, Relation]]:
    """Who is related with the one around whom the graph is, on `day`."""
    own = next((tied.parties[one].label for one in tied.start), "")
    by_label = {party.label: party for party in tied.parties.values()}
    return [(by_label[one.party], one) for one in relations(own, tied.as_links(), day, tied.kinds)]


def figures_of(party_ids: Collection[int]) -> dict[int, dict[int, YearFigures]]:
    """The figures of parties, by id and year; those that an organisation of the platform gave itself prevail."""
    entered = select(
        EnterpriseFigures.enterprise_id, false().label("own"), *(getattr(EnterpriseFigures, name) for name in COLUMNS)
    ).where(EnterpriseFigures.enterprise_id.in_(party_ids))
    own = (
        select(Enterprise.id, true().label("own"), *FIGURES)
        .join(Organisation, Organisation.cui == Enterprise.number)
        .join(SizeFigures, SizeFigures.organisation_id == Organisation.id)
        .where(Enterprise.id.in_(party_ids))
    )
    found: dict[int, dict[int, YearFigures]] = defaultdict(dict)
    for party_id, _own, *figures in sorted(db.session.execute(union_all(entered, own)), key=lambda row: bool(row.own)):
        found[party_id][figures[0]] = from_row(figures)
    return found
