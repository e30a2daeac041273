"""The demo set: invented organisations and applications in every state over a year, made by the real operations."""

from __future__ import annotations

import datetime as dt
import heapq
import random
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select, update

from dih.accounts.models import Person
from dih.accounts.operations import appoint_deputy, create_person
from dih.accounts.vocabulary import TERMS_VERSION
from dih.budget import totals
from dih.demo import aid, together
from dih.demo.people import appoint, hire
from dih.demo.plan import plots
from dih.demo.seed import DATA, data
from dih.demo.story import CALLS, Story
from dih.extensions.database import db
from dih.organisations import operations as organisations
from dih.organisations.figures import YearFigures
from dih.organisations.models import Organisation
from dih.organisations.rules import OrganisationFacts, last_closed_year
from dih.organisations.vocabulary import CaenRevision, LegalNature
from dih.shared import clock, rates
from dih.shared.access import SYSTEM, Actor, Role, ScopeKind
from dih.shared.errors import BrokenRule
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from dih.shared.wording import N_

BEGAN_DAYS_AGO = 345
AT_ONCE = 100
"""How many acts are committed together. After them the ledger's totals are folded, which routing reads: the worker
does it all the time, here nobody else does."""
MAILS_KEPT = dt.timedelta(days=2)
"""Older mails of the demo count as sent: nobody wants a year of them at once."""


def fill(now: dt.datetime, password_hash: str) -> int:
    """Fills an empty platform; returns how many applications there are.

    Raises BrokenRule in a database that has people or organisations already: demo data never mix with real ones.
    """
    if db.session.scalar(select(Person.id).limit(1)) or db.session.scalar(select(Organisation.id).limit(1)):
        raise BrokenRule.because(N_("There are people or organisations here already: demo data do not mix with them."))
    began = now - dt.timedelta(days=BEGAN_DAYS_AGO)
    rows = {row["code"]: row for row in data("organisations.toml")["organisations"]}
    with unit_of_work():
        rates.load((DATA / "rates.csv").read_text(encoding="utf-8"), clock.day_of(now))
        cast = hire(began, password_hash)
        closed = last_closed_year(clock.day_of(now))
        owners = {row["code"]: enter(row, closed, began, password_hash) for row in rows.values()}
        _colleagues(cast, owners, now)
        aid.tell(owners, cast["manager-1/manager"], now)
    open_days = {group: -data(f"calls/{code}.toml")["call"]["opens_day"] for group, code in CALLS.items()}
    planned = plots(data("projects.toml")["projects"], rows, open_days)
    chance = random.Random(7)
    by_plan, by_panel = together.planned(planned), together.decided(planned)
    stories = [Story(plot, owners[plot.organisation], cast, now, chance) for plot in planned]
    reviewed = [story for story in stories if story.plot in by_plan]
    met = [story for story in stories if story.plot in by_panel]
    _play(
        [
            *(story.acts(alone=story not in reviewed and story not in met) for story in stories),
            together.review(reviewed, cast, now, chance),
            together.meet(met, cast, now),
        ],
        now,
    )
    with unit_of_work():
        db.session.execute(update(OutboxItem).where(OutboxItem.created_at < now - MAILS_KEPT).values(done_at=now))
    return len(planned)


def _play(threads: Iterable[Iterator[dt.datetime]], now: dt.datetime) -> None:
    """All acts in the order of time; each thread yields the moment of its next act."""
    waiting = [(next(thread), number, thread) for number, thread in enumerate(threads)]
    heapq.heapify(waiting)
    while waiting:
        with unit_of_work():
            for _ in range(min(AT_ONCE, len(waiting))):
                _moment, number, thread = heapq.heappop(waiting)
                if (then := next(thread, None)) is not None:
                    heapq.heappush(waiting, (then, number, thread))
            totals.fold(now)


def enter(row: dict[str, Any], closed: int, now: dt.datetime, password_hash: str) -> Actor:
    """An organisation with its figures of the year `closed` and the one before; returns its owner as an Actor."""
    person_id = create_person(
        row["owner"],
        row["email"],
        SYSTEM,
        now,
        password_hash=password_hash,
        terms_version=TERMS_VERSION,
        confirmed=True,
    )
    entering = Actor(person_id, row["owner"], Role.GUEST)
    facts = OrganisationFacts(
        cui=row["cui"],
        name=row["name"],
        legal_nature=LegalNature(row["legal_nature"]),
        economic_activity=row["economic_activity"],
        county=row["county"],
        caen_code=row["caen_code"],
        caen_revision=CaenRevision(row["caen_revision"]),
        sector=row["sector"],
        onrc=row.get("onrc", ""),
        locality=row["locality"],
        address=row["address"],
    )
    figures = [YearFigures(closed, **row["last_year"]), YearFigures(closed - 1, **row["year_before"])]
    organisation_id, _ = organisations.enter(facts, figures, entering, now)
    return appoint(person_id, row["owner"], Role.OWNER, ScopeKind.ORGANISATION, organisation_id, now)


def _colleagues(cast: dict[str, Actor], owners: dict[str, Actor], now: dt.datetime) -> None:
    """Colleagues in organisations, and deputies from one day to another."""
    for row in data("people.toml")["people"]:
        person_id = db.session.scalars(select(Person.id).where(Person.email == row["email"])).one()
        for membership in row["memberships"]:
            if membership["scope"] == "organisation":
                scope_id = owners[membership["of"]].scope_id or 0
                appoint(person_id, row["name"], Role(membership["role"]), ScopeKind.ORGANISATION, scope_id, now)
            elif "from_day" in membership:
                _deputise(person_id, membership, cast, now)


def _deputise(person_id: int, membership: dict[str, Any], cast: dict[str, Actor], now: dt.datetime) -> None:
    held = cast[f"{membership['role']}-{membership['of']}/{membership['role']}"]
    appoint(person_id, "", Role.DELIVERER, ScopeKind.PARTNER, held.scope_id or 0, now)
    today = clock.day_of(now)
    appoint_deputy(
        held.membership_id or 0, person_id, today, today + dt.timedelta(days=membership["until_day"]), held, now
    )
