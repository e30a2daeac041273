"""A small hub for tests of the rooms from routing on: two partners, one service, a call, an applicant, staff."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from sqlalchemy import select

from dih.accounts.models import Membership, Person
from dih.applications import operations as applications
from dih.applications.models import Application
from dih.applications.vocabulary import Holds
from dih.calls.models import CallVersion
from dih.catalogue.models import Service
from dih.decisions import operations as decisions
from dih.delivery import operations as delivery
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.routing import jobs as routing_jobs
from dih.routing import operations as routing
from dih.routing.models import Routing
from dih.shared.access import SYSTEM, Actor, Role
from dih.shared.models import AuditRecord
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher
from tests import factories
from tests.support import stages
from tests.support.client import WATCH


def _stage(step: Callable[..., Any]) -> Callable[..., Any]:
    """A step from a hub on which nothing has happened yet: its rows are laid down where they are known already."""

    @wraps(step)
    def take(self: Hub, *values: Any, **named: Any) -> Any:
        if values or named or WATCH.writes != self.fresh:
            return step(self, *values, **named)
        kind, found = stages.reached((*self.kept, step.__name__), lambda: _name(step(self)))
        return db.session.get_one(kind, found)

    return take


def _name(made: Any) -> tuple[type[Any], int]:
    return type(made), made.id


def _build(now: dt.datetime, own_percent: int) -> tuple[Any, ...]:
    with unit_of_work():
        line = factories.envelope(now)
        lead, other = factories.partner(now, is_lead=True), factories.partner(now, days=60, at_home=False)
        services = [factories.service([lead, other]), factories.service([lead, other], price_cents=33_333)]
        version = factories.call(now, services, own_percent)
        of, elsewhere = factories.organisation(now), factories.organisation(now)
        people = {
            name: factories.member(role, now, scope)
            for name, role, scope in (
                ("owner", Role.OWNER, of.id),
                ("editor", Role.EDITOR, of.id),
                ("stranger", Role.OWNER, elsewhere.id),
                ("coordinator", Role.COORDINATOR, lead.id),
                ("deliverer", Role.DELIVERER, lead.id),
                ("other_coordinator", Role.COORDINATOR, other.id),
                ("manager", Role.MANAGER, 0),
                ("auditor", Role.AUDITOR, 0),
            )
        }
        ids = {name: (person.id, membership.id) for name, (person, membership) in people.items()}
        return line, lead.id, other.id, [one.id for one in services], version.id, of.id, ids


class Hub:
    """Rows by name and the steps of the spine; each step is one unit of work and returns what it made."""

    def __init__(self, now: dt.datetime, own_percent: int = 0) -> None:
        self.now = now
        self.kept = ("hub", now, own_percent)
        clean = WATCH.writes == 0
        made = stages.begun(self.kept, lambda: _build(now, own_percent))
        self.line, self.lead, self.other, self.services, self.version, self.organisation, people = made
        self.people: dict[str, tuple[Any, Any]] = {
            name: (db.session.get_one(Person, person), db.session.get_one(Membership, membership))
            for name, (person, membership) in people.items()
        }
        self.fresh = WATCH.writes if clean else -1

    def actor(self, name: str) -> Actor:
        person, membership = self.people[name]
        return factories.actor(person, membership)

    def application(self, **more: Any) -> Application:
        with unit_of_work():
            return factories.application(
                self.now,
                db.session.get_one(Organisation, self.organisation),
                db.session.get_one(CallVersion, self.version),
                [db.session.get_one(Service, one) for one in self.services],
                **more,
            )

    @_stage
    def routed(self) -> Application:
        """Submitted, and the lead asked: it fits best."""
        application = self.application()
        routing_jobs.route(self.now)
        return application

    @_stage
    def accepted(self) -> Application:
        application = self.routed()
        with unit_of_work():
            routing.accept(application.uuid, routing_of(application).id, self.actor("coordinator"), self.now)
        return application

    @_stage
    def placed(self) -> Application:
        application = self.accepted()
        self.find_eligible(application)
        routing_jobs.route(self.now)
        return application

    def find_eligible(self, application: Application) -> None:
        with unit_of_work():
            applications.check(application.id, {"checked": (Holds.YES, "")}, "", self.actor("manager"), self.now)

    @_stage
    def offered(self) -> Voucher:
        application = self.placed()
        with unit_of_work():
            decisions.approve(application.id, "", self.actor("manager"), self.now)
        return voucher_of(application)

    @_stage
    def active(self) -> Voucher:
        voucher = self.offered()
        with unit_of_work():
            vouchers.accept(voucher.uuid, self.actor("owner"), self.now)
        return voucher

    @_stage
    def in_delivery(self) -> Voucher:
        voucher = self.active()
        with unit_of_work():
            if voucher.beneficiary_cents:
                vouchers.paid(*vouchers.load(voucher.uuid, SYSTEM, self.now), self.now)
        with unit_of_work():
            vouchers.redeem(voucher.code, self.actor("coordinator"), self.now)
        return voucher

    @_stage
    def delivered(self, *cents: int) -> Voucher:
        voucher = self.in_delivery()
        worth = dict(zip(self.services, cents or (100_000, 33_333), strict=True))
        with unit_of_work():
            delivery.report(voucher.uuid, "All is done.", worth, self.actor("coordinator"), self.now)
        return voucher

    def disputed(self) -> Voucher:
        voucher = self.delivered()
        with unit_of_work():
            delivery.dispute(voucher.uuid, "Half is missing.", self.actor("owner"), self.now)
        return voucher

    def confirmed(self, *cents: int) -> Voucher:
        voucher = self.delivered(*cents)
        with unit_of_work():
            delivery.confirm(voucher.uuid, self.actor("owner"), self.now)
        return voucher


def routing_of(application: Application) -> Routing:
    """The last routing of an application."""
    return db.session.scalars(
        select(Routing).where(Routing.application_id == application.id).order_by(Routing.id.desc()).limit(1)
    ).one()


def voucher_of(application: Application) -> Voucher:
    """The voucher of an application."""
    return db.session.scalars(select(Voucher).where(Voucher.application_id == application.id)).one()


def audited(kind: str) -> list[str]:
    """The actions recorded about a kind of subject, in order."""
    wanted = select(AuditRecord.action).where(AuditRecord.subject_kind == kind).order_by(AuditRecord.id)
    return list(db.session.scalars(wanted))
