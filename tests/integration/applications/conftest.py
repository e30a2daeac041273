"""A small world: one open call, two services in it and one outside, two organisations, and the people around them."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from dih.shared.access import SYSTEM, Actor, Role
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.small_call import both, small_call

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
ANSWERS = {"project_title": "Ghișeu mai rapid", "staff": "12", "wishes": ""}


@dataclass
class World:
    """What tests start from: ids, and (person, membership) pairs."""

    now: dt.datetime
    organisation: int
    other_organisation: int
    call_id: int
    services: list[int]
    outside: int
    partner: int
    line: int
    people: dict[str, tuple[Any, Any]]

    def actor(self, who: str) -> Actor:
        """The Actor that one of the people is."""
        return factories.actor(*self.people[who])


@pytest.fixture
def world(context: Flask, now: dt.datetime) -> World:
    from dih.accounts.operations import name_scope
    from dih.budget.operations import open_line
    from dih.calls import operations as calls
    from dih.catalogue.models import Service
    from dih.extensions.database import db
    from dih.organisations.models import Organisation
    from dih.partners.models import Partner
    from dih.shared.access import ScopeKind

    def add(row: Any) -> int:
        db.session.add(row)
        db.session.flush()
        return int(row.id)

    def service(code: str, price: int) -> int:
        plain = {"name": both(code), "summary": both(code), "deliverables": {}, "technologies": [], "target_groups": []}
        words = {"category": "skills", "area": "digital_skills"}
        return add(Service(code=code, price_cents=price, person_days=2, duration_weeks=2, **plain, **words))

    def organisation(cui: str, name: str) -> int:
        facts = {"legal_nature": "public_body", "economic_activity": False, "county": "CJ", "created_at": now}
        made = add(Organisation(cui=cui, name=name, **facts))
        name_scope(ScopeKind.ORGANISATION, made, name)
        return made

    with unit_of_work():
        own, other = organisation("14399840", "Primăria Exemplu"), organisation("1590082", "Școala Exemplu")
        place = {"city": "Cluj-Napoca", "county": "CJ", "email": "lead@partner.test", "is_lead": True}
        partner = add(Partner(code="lead", name=both("Lead"), short_name="Lead", description=both("x"), **place))
        services = [service("S-ONE", 400_005), service("S-TWO", 500_000)]
        outside = service("S-OUT", 100_000)
        line = open_line("L-ONE", both("Line"), 10_000_000, SYSTEM, now, category="skills")
        content = small_call(services=["S-ONE", "S-TWO"])
        call_id = calls.create("small", content, now - dt.timedelta(days=10), now + dt.timedelta(days=30), SYSTEM, now)
        calls.publish(call_id, SYSTEM, now)
        people = {
            "owner": factories.member(Role.OWNER, now, own),
            "editor": factories.member(Role.EDITOR, now, own),
            "reader": factories.member(Role.READER, now, own),
            "stranger": factories.member(Role.OWNER, now, other),
            "manager": factories.member(Role.MANAGER, now),
            "auditor": factories.member(Role.AUDITOR, now),
            "coordinator": factories.member(Role.COORDINATOR, now, partner),
        }
    return World(now, own, other, call_id, services, outside, partner, line, people)


@pytest.fixture
def visitor(world: World, new_client: Callable[[], Any], sign_in: Callable[..., Any]) -> Callable[[str], Any]:
    """Makes a signed-in visitor: `visitor("owner")`."""
    return lambda who: sign_in(new_client(), *world.people[who])


@pytest.fixture
def draft(world: World) -> uuid.UUID:
    """A draft that lacks nothing but the declarations and the submission; asks for the first service."""
    from dih.applications import operations

    owner = world.actor("owner")
    with unit_of_work():
        made = operations.start(world.organisation, "small", owner, world.now, asked={"funded": False})
        operations.save_answers(made, ANSWERS, {}, owner, world.now)
        operations.choose_services(made, [world.services[0]], [], owner, world.now)
        operations.attach(made, "mandate", stored_file(world), owner, world.now)
    return made


@pytest.fixture
def submitted(world: World, draft: uuid.UUID) -> uuid.UUID:
    """A submitted application."""
    from dih.applications import operations

    with unit_of_work():
        operations.submit(draft, ["true_data"], world.actor("owner"), world.now)
    return draft


def stored_file(world: World) -> int:
    """A stored PDF; inside a unit of work."""
    from dih.documents import operations as documents

    return documents.store(io.BytesIO(PDF), "hotărâre.pdf", ["pdf"], 5_000_000, world.actor("owner"), world.now)


def application(application_uuid: uuid.UUID) -> Any:
    """The row as it stands."""
    from dih.applications.models import Application
    from dih.extensions.database import db

    db.session.rollback()
    return db.session.query(Application).where(Application.uuid == application_uuid).one()


def requested() -> int:
    """Cents that applications ask for, by the ledger."""
    from dih.budget.models import BudgetEntry
    from dih.extensions.database import db

    db.session.rollback()
    entries = db.session.query(BudgetEntry).where(BudgetEntry.account == "requested")
    return sum(entry.amount_cents for entry in entries)


def actions(application_id: int) -> list[str]:
    """What the audit says happened to an application, in order."""
    from dih.extensions.database import db
    from dih.shared.models import AuditRecord

    found = db.session.query(AuditRecord).where(AuditRecord.application_id == application_id).order_by(AuditRecord.id)
    return [record.action for record in found]


def mails() -> list[tuple[str, str]]:
    """(address, subject) of the mails written so far."""
    from dih.extensions.database import db
    from dih.shared.models import OutboxItem

    items = db.session.query(OutboxItem).where(OutboxItem.kind == "mail").order_by(OutboxItem.id)
    return [(item.payload["to"], item.payload["subject"]) for item in items]


def shown_version(client: Any) -> str:
    """What the page at hand says it shows, as its form sends it back."""
    return str(client.page.select_one("input[name=version]")["value"])


def seen(client: Any) -> dict[str, Any]:
    """The same, read."""
    return dict(json.loads(shown_version(client)))
