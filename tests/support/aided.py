"""Links and earlier aid around an organisation of a test."""

from __future__ import annotations

import datetime as dt

from stdnum.ro import cui as cuis

from dih.aid import operations
from dih.aid.earlier import Earlier, read_link
from dih.aid.models import Enterprise, EnterpriseFigures
from dih.aid.queries import Party
from dih.aid.queries.parties import parties_where
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.access import SYSTEM
from dih.shared.unit_of_work import unit_of_work
from tests.support.hub import Hub

HOLDING = "20000001" + cuis.calc_check_digit("20000001")


def linked(
    hub: Hub,
    now: dt.datetime,
    *,
    by: str = "manager",
    name: str = "Holding SRL",
    kind: str = "enterprise",
    figures: bool = True,
    percent: str = "60",
) -> Party:
    """An enterprise outside the platform, `percent` of the organisation its own; micro, if its `figures` are in."""
    fields = {"number": HOLDING, "name": name, "kind": kind, "direction": "holds", "link": "votes", "percent": percent}
    with unit_of_work():
        operations.state_link(hub.organisation, None, read_link(fields, clock.day_of(now)), hub.actor(by), now)
    found = party(HOLDING)
    if figures:
        small(found, now)
    return found


def small(of: Party, now: dt.datetime) -> None:
    """Enters the figures of a micro-enterprise for the two years that count."""
    figures = {"staff": 9, "turnover_cents": 100_000_000, "balance_cents": 100_000_000, "entered_at": now}
    with unit_of_work():
        closed = (now.year - 2, now.year - 1)
        db.session.add_all(EnterpriseFigures(enterprise_id=of.id, year=year, **figures) for year in closed)


def party(number: str) -> Party:
    """The party with this number."""
    return next(iter(parties_where(Enterprise.number == number).values()))


def bring(to: Party, cents: int, day: dt.date, now: dt.datetime, basis: str = "gber_28") -> None:
    """Aid of another hub for a party."""
    earlier = Earlier(basis, day, cents, "EUR", "Another hub", f"{to.number}-{cents}")
    with unit_of_work():
        assert to.id is not None
        operations.bring_in(to.id, earlier, SYSTEM, now)
