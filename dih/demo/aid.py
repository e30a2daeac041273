"""Links between enterprises, their figures and earlier aid of the demo, stated and imported by the real operations."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dih.aid import operations as aid
from dih.aid.earlier import Earlier, LinkStated, PartyStated
from dih.aid.vocabulary import LinkKind, PartyKind
from dih.demo.seed import data
from dih.demo.story import paper
from dih.documents import storage
from dih.organisations import queries as organisations
from dih.shared import clock
from dih.shared.access import SYSTEM, Actor
from dih.shared.currency import EURO


def tell(owners: Mapping[str, Actor], manager: Actor, now: dt.datetime) -> None:
    """All links, figures and earlier aid, in the caller's unit of work."""
    parties = {}
    for row in data("aid.toml")["links"]:
        organisation_id = owners[row["of"]].organisation_id or 0
        actor = owners[row["of"]] if row.get("stated") else manager
        aid.state_link(organisation_id, None, _link(row, clock.day_of(now)), actor, now)
        parties[row["number"]] = row["name"]
    for row in data("aid.toml")["figures"]:
        actor = owners[row["by"]]
        party_id = aid.enrol(row["number"], parties[row["number"]], PartyKind.ENTERPRISE, now)
        organisation = organisations.own(actor)
        for year, key in zip(organisation.figures, ("last_year", "year_before"), strict=True):
            aid.enter_figures(organisation.id, party_id, replace(year, **row[key]), actor, now)
    for row in data("aid.toml")["earlier"]:
        earlier = _earlier(row, clock.day_of(now))
        if row["of"]:
            file = storage.receive(io.BytesIO(paper("Contract de finanțare")), "contract.pdf", ["pdf"], 1_000_000)
            aid.declare(owners[row["of"]].organisation_id or 0, None, earlier, file, owners[row["of"]], now)
        else:
            party = PartyStated(row["number"], parties[row["number"]])
            aid.bring_in(aid.enrol(party.number, party.name, party.kind, now), earlier, SYSTEM, now)


def _link(row: dict[str, Any], today: dt.date) -> LinkStated:
    ended = row.get("ended")
    return LinkStated(
        PartyStated(row["number"], row["name"]),
        row["other_holds"],
        LinkKind(row["kind"]),
        row.get("percent_e4"),
        today - dt.timedelta(days=row["since"]),
        today - dt.timedelta(days=ended) if ended else None,
        row["note"],
    )


def _earlier(row: dict[str, Any], today: dt.date) -> Earlier:
    day = today - dt.timedelta(days=row["ago"])
    return Earlier(row["basis"], day, row["cents"], EURO, row["authority"], row["reference"])
