"""The lock of an undertaking: every enterprise that links may lead to, in the order of their ids.

Approval, acceptance, links and earlier aid take it, so that no two of them look at one undertaking at the same moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dih.aid.earlier import PartyStated
from dih.aid.models import Enterprise
from dih.aid.queries import Graph, graph
from dih.aid.queries.parties import kind_of
from dih.aid.vocabulary import PartyKind
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.shared.errors import NotFound, Stale

ATTEMPTS = 5
"""How often an undertaking may grow between looking and locking before one gives up."""


def hold(parties: Collection[int]) -> Graph:
    """Locks all that links lead to from these enterprises and returns them as they stand under the lock.

    PostgreSQL locks row by row, so another transaction may commit a link between looking and locking: the links are
    read again, and if the undertaking grew, the locks are given back and one starts again, because locks taken late
    would be out of order. SQLite has one writer at a time. Raises Stale when it keeps growing.
    """
    wanted = graph(parties).tied
    for _ in range(ATTEMPTS):
        try:
            with db.session.begin_nested():
                return _locked(parties, wanted)
        except _Grew as grown:
            wanted = grown.tied
    raise Stale


class _Grew(Exception):
    """The undertaking has more members than were locked; leaving the savepoint gives the locks back."""

    def __init__(self, tied: frozenset[int]) -> None:
        self.tied = tied
        super().__init__()


def _locked(parties: Collection[int], wanted: frozenset[int]) -> Graph:
    lock = select(Enterprise.id).where(Enterprise.id.in_(wanted)).order_by(Enterprise.id).with_for_update()
    db.session.execute(lock).all()
    found = graph(parties)
    if not found.tied <= wanted:
        raise _Grew(found.tied)
    return found


def hold_organisations(organisation_ids: Collection[int], now: dt.datetime) -> None:
    """The same for several organisations at once: who decides on many takes all locks before the first decision."""
    hold(enrol_organisations(organisation_ids, now))


def party_of_organisation(organisation_id: int, now: dt.datetime) -> int:
    """The id of the party that an organisation is, entered where nothing named it yet. Raises NotFound."""
    found = enrol_organisations([organisation_id], now)
    if not found:
        raise NotFound
    return found[0]


def enrol_beside(organisation_id: int, other: PartyStated, now: dt.datetime) -> tuple[int, int]:
    """The ids of the party that an organisation is and of another one, entered in the order of their numbers.

    Raises NotFound for an unknown organisation.
    """
    row = db.session.execute(
        select(Organisation.cui, Organisation.name, Organisation.legal_nature).where(Organisation.id == organisation_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    both = {row.cui: (row.name, kind_of(row.legal_nature)), other.number: (other.name, other.kind)}
    ids = {number: enrol(number, *both[number], now) for number in sorted(both)}
    return ids[row.cui], ids[other.number]


def enrol_organisations(organisation_ids: Collection[int], now: dt.datetime) -> Sequence[int]:
    """The ids of the parties that these organisations are."""
    rows = db.session.execute(
        select(Organisation.cui, Organisation.name, Organisation.legal_nature)
        .where(Organisation.id.in_(set(organisation_ids)))
        .order_by(Organisation.cui)
    ).all()
    return [enrol(row.cui, row.name, kind_of(row.legal_nature), now) for row in rows]


def enrol(number: str, name: str, kind: PartyKind, now: dt.datetime) -> int:
    """The id of the party with this number, entered now where it is unknown; of two at the same moment one enters it.

    Who enters several goes in the order of their numbers.
    """
    by_number = select(Enterprise.id).where(Enterprise.number == number)
    known = db.session.scalar(by_number)
    if known is not None:
        return known
    party = Enterprise(number=number, name=name, kind=kind, created_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(party)
            db.session.flush()
    except IntegrityError:
        return db.session.scalars(by_number).one()
    return party.id
