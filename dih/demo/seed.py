"""The hub's own data: partners, catalogue, envelope, calls. What is there already is left alone."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from dih.accounts.operations import name_scope
from dih.aid.legal_bases import basis_on
from dih.budget import queries as budget
from dih.budget.operations import open_line
from dih.budget.settings import PROGRAMME_START
from dih.calls import operations as calls
from dih.calls.content import CallContent
from dih.calls.models import Call
from dih.catalogue.models import Service, ServicePartner
from dih.extensions.database import db
from dih.partners.models import Capacity, Partner, Specialism
from dih.partners.vocabulary import SpecialismKind
from dih.shared import clock, settings
from dih.shared.access import SYSTEM, ScopeKind

DATA = Path(__file__).parent / "data"

QUARTERS = range(-5, 13)
"""Quarters around the seeding for which partners state their capacity."""

_SPECIALISMS = {
    SpecialismKind.SECTOR: "sectors",
    SpecialismKind.AREA: "areas",
    SpecialismKind.TECHNOLOGY: "technologies",
    SpecialismKind.COUNTY: "counties",
}


@cache
def data(name: str) -> dict[str, Any]:
    """A data file by name, read once."""
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def seed(now: dt.datetime) -> None:
    """Adds what is missing; runs in the caller's unit of work. The envelope is there from the programme's first day."""
    for partner in data("partners.toml")["partners"]:
        _partner(partner, clock.day_of(now))
    for service in data("services.toml")["services"]:
        _service(service)
    since = min(now, clock.start_of_day(settings.read(PROGRAMME_START)))
    for line in data("budget.toml")["lines"]:
        _line(line, since)
    for file in sorted((DATA / "calls").glob("*.toml")):
        _call(data(f"calls/{file.name}"), now)


def _partner(row: dict[str, Any], today: dt.date) -> None:
    if db.session.scalar(select(Partner.id).where(Partner.code == row["code"])):
        return
    partner = Partner(
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        description=row["description"],
        city=row["city"],
        county=row["county"],
        email=row["email"],
        email_domain=row["email_domain"],
        is_lead=row["lead"],
        share_percent=row["share_percent"],
    )
    db.session.add(partner)
    db.session.flush()
    name_scope(ScopeKind.PARTNER, partner.id, partner.short_name)
    for kind, key in _SPECIALISMS.items():
        db.session.add_all(Specialism(partner_id=partner.id, kind=kind, code=code) for code in row[key])
    first = today.year * 4 + (today.month - 1) // 3
    for index in (first + ahead for ahead in QUARTERS):
        days = row["capacity_days_per_quarter"]
        db.session.add(Capacity(partner_id=partner.id, year=index // 4, quarter=index % 4 + 1, person_days=days))


def _service(row: dict[str, Any]) -> None:
    if db.session.scalar(select(Service.id).where(Service.code == row["code"])):
        return
    plain = ("code", "name", "summary", "category", "area", "technologies", "target_groups", "price_cents")
    service = Service(
        **{key: row[key] for key in (*plain, "person_days", "duration_weeks")}, deliverables=row["deliverables"]
    )
    db.session.add(service)
    db.session.flush()
    partners = {partner.code: partner.id for partner in db.session.execute(select(Partner.code, Partner.id))}
    db.session.add_all(
        ServicePartner(service_id=service.id, partner_id=partners[code], position=position)
        for position, code in enumerate(row["partners"])
    )


def _line(row: dict[str, Any], since: dt.datetime) -> None:
    if budget.line_id(row["code"]) is None:
        open_line(
            row["code"],
            row["name"],
            row["ceiling_cents"],
            SYSTEM,
            since,
            parent_code=row.get("parent"),
            target_group=row.get("target_group"),
            category=row.get("category"),
        )


def seeded_rule(rule: dict[str, Any], instead: dict[str, Any], day: dt.date) -> dict[str, Any]:
    """A money rule; where the law no longer has its legal basis, on the one that the call names in its stead."""
    stands = basis_on(rule["legal_basis"], day).in_force(day)
    return rule if stands else rule | instead.get(rule["legal_basis"], {})


def _call(row: dict[str, Any], now: dt.datetime) -> None:
    window = row["call"]
    if db.session.scalar(select(Call.id).where(Call.code == window["code"])):
        return
    day = clock.day_of(now)
    opens_at = clock.start_of_day(day + dt.timedelta(days=window["opens_day"]))
    money = [seeded_rule(rule, window.get("instead", {}), day) for rule in row["money"]]
    content = CallContent.model_validate({key: value for key, value in row.items() if key != "call"} | {"money": money})
    call_id = calls.create(
        window["code"],
        content,
        opens_at,
        clock.end_of_day(day + dt.timedelta(days=window["closes_day"])),
        SYSTEM,
        now,
    )
    calls.publish(call_id, SYSTEM, min(now, opens_at))
