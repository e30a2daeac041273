"""Rows for tests, made inside a unit of work of the test. Names are roles, addresses end in .test."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from stdnum.ro import cui as cuis

from dih.accounts.models import Membership, Person
from dih.accounts.operations import name_scope
from dih.accounts.rules import PERMISSIONS
from dih.applications.models import Application, RequestedService
from dih.applications.operations import move
from dih.applications.operations.moving import find_lines
from dih.applications.vocabulary import ApplicationStatus
from dih.budget.operations import open_line
from dih.calls import operations as calls
from dih.calls.content import CallContent
from dih.calls.models import Call, CallVersion
from dih.catalogue.models import Service, ServicePartner
from dih.extensions.database import db
from dih.organisations.models import Organisation, SizeFigures
from dih.organisations.vocabulary import LegalNature
from dih.partners.models import Capacity, Partner, Specialism
from dih.partners.vocabulary import SpecialismKind
from dih.shared import clock
from dih.shared.access import HUB_ROLES, ORGANISATION_ROLES, SYSTEM, Actor, Role, ScopeKind
from dih.shared.money import share
from dih.taxonomy.vocabulary import Area, Category, TargetGroup

_numbers = itertools.count(1)


def person(now: dt.datetime, **more: Any) -> Person:
    """Somebody with a confirmed address, who reads Romanian."""
    number = next(_numbers)
    made = Person(
        **{
            "email": f"person{number}@own{number}.test",
            "name": f"Person {number}",
            "language": "ro",
            "fs_uniquifier": f"uniquifier-{number}",
            "confirmed_at": now,
            "created_at": now,
            **more,
        }
    )
    db.session.add(made)
    db.session.flush()
    return made


def member(role: Role, now: dt.datetime, scope_id: int = 0, **more: Any) -> tuple[Person, Membership]:
    """A person with one membership: of the hub, or of the organisation or partner `scope_id`."""
    holder = person(now, **more)
    kind = ScopeKind.PARTNER
    if role in HUB_ROLES:
        kind = ScopeKind.HUB
    elif role in ORGANISATION_ROLES:
        kind = ScopeKind.ORGANISATION
    membership = Membership(person_id=holder.id, role=role, scope_kind=kind, scope_id=scope_id, created_at=now)
    db.session.add(membership)
    db.session.flush()
    return holder, membership


def actor(holder: Person, membership: Membership) -> Actor:
    """The Actor that a person is in a membership, for calling operations directly."""
    return Actor(
        person_id=holder.id,
        name=holder.name,
        role=membership.role,
        scope_kind=membership.scope_kind,
        scope_id=membership.scope_id,
        membership_id=membership.id,
        permissions=PERMISSIONS[membership.role],
    )


def partner(now: dt.datetime, days: int = 100, at_home: bool = True, **more: Any) -> Partner:
    """An institution with `days` in each of the four quarters from now, at home in manufacturing, robotics and Cluj."""
    number = next(_numbers)
    made = Partner(
        **{
            "code": f"partner-{number}",
            "name": {"ro": f"Partenerul {number}", "en": f"Partner {number}"},
            "short_name": f"PARTNER {number}",
            "description": {"ro": "Un partener", "en": "A partner"},
            "city": "Cluj-Napoca",
            "county": "CJ",
            "email": f"partner{number}@example.test",
            **more,
        }
    )
    db.session.add(made)
    db.session.flush()
    name_scope(ScopeKind.PARTNER, made.id, made.short_name)
    for kind, code in (
        (SpecialismKind.SECTOR, "manufacturing"),
        (SpecialismKind.AREA, Area.ROBOTICS.value),
        (SpecialismKind.COUNTY, "CJ"),
    )[: None if at_home else 0]:
        db.session.add(Specialism(partner_id=made.id, kind=kind, code=code))
    first = clock.day_of(now).year * 4 + (clock.day_of(now).month - 1) // 3
    for index in range(first, first + 4):
        db.session.add(Capacity(partner_id=made.id, year=index // 4, quarter=index % 4 + 1, person_days=days))
    db.session.flush()
    return made


def service(partners: Sequence[Partner], **more: Any) -> Service:
    """A service of ten person-days at 1,000.00 euro, delivered by `partners`."""
    number = next(_numbers)
    made = Service(
        **{
            "code": f"service-{number}",
            "name": {"ro": f"Serviciul {number}", "en": f"Service {number}"},
            "summary": {"ro": "Pe scurt", "en": "In short"},
            "deliverables": {"ro": ["Un raport"], "en": ["A report"]},
            "category": Category.TEST_BEFORE_INVEST,
            "area": Area.ROBOTICS,
            "technologies": [],
            "target_groups": [TargetGroup.PRODUCTION_SME.value],
            "price_cents": 100_000,
            "person_days": 10,
            "duration_weeks": 8,
            **more,
        }
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        ServicePartner(service_id=made.id, partner_id=one.id, position=position)
        for position, one in enumerate(partners)
    )
    db.session.flush()
    return made


def envelope(now: dt.datetime, cents: int = 400_000_000) -> int:
    """The root line ROOT with one leaf SME for all of it; returns the leaf's id."""
    name = {"ro": "Linie", "en": "Line"}
    open_line("ROOT", name, cents, SYSTEM, now)
    group = TargetGroup.PRODUCTION_SME
    return open_line("SME", name, cents, SYSTEM, now, parent_code="ROOT", target_group=group)


def call(now: dt.datetime, services: Sequence[Service], own_percent: int = 0, **more: Any) -> CallVersion:
    """A published first-come call for production SMEs, open for thirty days; needs the line SME.

    The EU bears half, the nation the rest but the beneficiary's `own_percent`. `more` replaces parts of its content.
    """
    both = {"ro": "Text", "en": "Text"}
    content = {
        "title": {"ro": "Apel", "en": "Call"},
        "summary": both,
        "description": both,
        "target_group": "production_sme",
        "method": "first_come",
        "reviews_per_application": 0,
        "services": [one.code for one in services],
        "budget_lines": ["SME"],
        "days": {
            "routing_answer_working_days": 5,
            "clarification_working_days": 5,
            "review_working_days": 10,
            "acceptance_days": 15,
            "voucher_validity_days": 180,
            "appeal_days": 10,
            "grace_minutes": 5,
        },
        "money": [
            {
                "legal_natures": [nature.value for nature in LegalNature],
                "legal_basis": "gber_28",
                "source": both,
                "eu_share_percent": "50",
                "national_share_percent": str(50 - own_percent),
                "beneficiary_share_percent": str(own_percent),
                "max_value_cents": 100_000_000,
            }
        ],
        "conditions": [
            {"key": "checked", "text": both, "source": both, "check": {"kind": "staff"}},
        ],
        "sections": [{"key": "project", "title": both}],
        "questions": [{"key": "aim", "section": "project", "label": both, "kind": "text", "max_length": 200}],
        **more,
    }
    call_id = calls.create(
        f"call-{next(_numbers)}",
        CallContent.model_validate(content),
        now - dt.timedelta(days=1),
        now + dt.timedelta(days=30),
        SYSTEM,
        now,
    )
    calls.publish(call_id, SYSTEM, now)
    return db.session.get_one(CallVersion, db.session.get_one(Call, call_id).current_version_id)


def organisation(now: dt.datetime, **more: Any) -> Organisation:
    """A small manufacturer in Cluj with a CUI whose check digit is right: by its figures of two years, micro."""
    number = next(_numbers)
    base = f"{10_000_000 + number}"
    made = Organisation(
        **{
            "cui": base + cuis.calc_check_digit(base),
            "name": f"Fabrica {number} SRL",
            "legal_nature": LegalNature.ENTERPRISE,
            "economic_activity": True,
            "county": "CJ",
            "locality": "Cluj-Napoca",
            "address": "Strada Fabricii 1",
            "caen_code": "2562",
            "sector": "manufacturing",
            "created_at": now,
            **more,
        }
    )
    db.session.add(made)
    db.session.flush()
    name_scope(ScopeKind.ORGANISATION, made.id, made.name)
    figures = {"staff": 9, "turnover_cents": 100_000_000, "balance_cents": 100_000_000}
    closed = (now.year - 2, now.year - 1)
    db.session.add_all(SizeFigures(organisation_id=made.id, year=year, **figures) for year in closed)
    db.session.flush()
    return made


def application(
    now: dt.datetime,
    of: Organisation,
    version: CallVersion,
    services: Sequence[Service],
    *,
    by: Person | None = None,
    submitted: bool = True,
    **more: Any,
) -> Application:
    """An application of `of` for `services`, submitted at `now` unless it is to stay a draft."""
    number = next(_numbers)
    made = Application(
        **{
            "organisation_id": of.id,
            "call_id": version.call_id,
            "call_version_id": version.id,
            "status": ApplicationStatus.DRAFT,
            "status_since": now,
            "title": f"Proiectul {number}",
            "target_group": version.target_group,
            "county": of.county,
            "created_at": now,
            "created_by": (by or person(now)).id,
            **more,
        }
    )
    db.session.add(made)
    db.session.flush()
    rule = CallContent.model_validate(version.content).money[0]
    percent = Decimal(rule.eu_share_percent) + Decimal(rule.national_share_percent)
    for one in services:
        borne = share(one.price_cents, percent)
        db.session.add(
            RequestedService(
                application_id=made.id, service_id=one.id, price_cents=one.price_cents, envelope_cents=borne
            )
        )
    db.session.flush()
    find_lines(made)
    if submitted:
        asked = sum(share(one.price_cents, percent) for one in services)
        move(
            made,
            "submit",
            SYSTEM,
            now,
            reference=f"DIH-2026-{number:05d}",
            submitted_at=now,
            requested_cents=asked,
        )
    db.session.flush()
    return made
