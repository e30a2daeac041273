"""Loads what the rules weigh: what applications need, and what the partners offer. Constant in queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Result, String, and_, cast, func, literal, null, select, union_all

from dih.accounts.models import Membership
from dih.applications.models import Application, RequestedService
from dih.applications.vocabulary import PIPELINE, ApplicationStatus
from dih.budget import queries as budget
from dih.budget import totals
from dih.budget.vocabulary import Account
from dih.catalogue.models import Service, ServicePartner
from dih.conflicts.queries import in_conflict
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Capacity, Partner, Specialism
from dih.partners.rules import Quarter, quarter_of, quarters_from
from dih.partners.vocabulary import SpecialismKind
from dih.routing.models import Routing, RoutingHelper, RoutingRemark
from dih.routing.rules import Need, Offer, Remark
from dih.routing.vocabulary import RoutingStatus
from dih.shared.access import Role, ScopeKind

QUARTERS_AHEAD = 2
"""Capacity counts in the running quarter and the next: a delivery starts within that time."""

COMMITTED = (Account.RESERVED, Account.SPENT, Account.REQUESTED)


@dataclass(frozen=True, slots=True)
class Means:
    """What a partner has in all: person-days by counted quarter, days and cents that cases under way take.

    `share_cents` is its share of the envelope, None where it has none of its own.
    """

    name: str
    is_lead: bool
    stated: tuple[int, ...]
    taken_days: int
    taken_cents: int
    share_cents: int | None


def counted_quarters(today: dt.date) -> list[Quarter]:
    """The quarters whose person-days count for new cases."""
    return quarters_from(quarter_of(today), QUARTERS_AHEAD)


def needs(application_ids: Collection[int], today: dt.date) -> dict[int, Need]:
    """What applications ask for, by id, in two queries."""
    days: dict[int, dict[int, int]] = defaultdict(dict)
    areas: dict[int, set[str]] = defaultdict(set)
    technologies: dict[int, set[str]] = defaultdict(set)
    ids = list(application_ids)
    rows = db.session.execute(
        select(
            Application.id,
            Application.county,
            Application.requested_cents,
            Application.partner_id,
            Organisation.sector,
            Partner.id.label("applicant"),
            Service.id.label("service_id"),
            Service.area,
            Service.person_days,
            Service.technologies,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Partner, and_(Partner.cui == Organisation.cui, Partner.cui != ""))
        .outerjoin(RequestedService, RequestedService.application_id == Application.id)
        .outerjoin(Service, Service.id == RequestedService.service_id)
        .where(Application.id.in_(ids))
    ).all()
    against = partners_in_conflict(ids, today)
    for row in rows:
        if row.service_id is not None:
            days[row.id][row.service_id] = row.person_days
            areas[row.id].add(row.area.value)
            technologies[row.id].update(row.technologies)
        if row.applicant is not None:
            against[row.id].add(row.applicant)
    return {
        row.id: Need(
            days=days[row.id],
            sector=row.sector,
            areas=frozenset(areas[row.id]),
            technologies=frozenset(technologies[row.id]),
            county=row.county,
            value_cents=row.requested_cents,
            against=frozenset(against[row.id]),
            named=row.partner_id,
        )
        for row in {row.id: row for row in rows}.values()
    }


def partners_in_conflict(application_ids: Collection[int], today: dt.date) -> dict[int, set[int]]:
    """By application, the partners whose every coordinator is in conflict of interest with it."""
    found: dict[int, set[int]] = defaultdict(set)
    coordinator = and_(
        Membership.role == Role.COORDINATOR,
        Membership.scope_kind == ScopeKind.PARTNER,
        Membership.ended_at.is_(None),
    )
    barred = in_conflict(Membership.person_id, today, Application.id, Application.organisation_id)
    counts = select(Membership.scope_id.label("partner_id"), func.count().label("people")).where(coordinator)
    people = counts.group_by(Membership.scope_id).subquery()
    closed = (
        select(Application.id, Membership.scope_id)
        .join(Membership, coordinator)
        .join(people, people.c.partner_id == Membership.scope_id)
        .where(Application.id.in_(application_ids), barred)
        .group_by(Application.id, Membership.scope_id, people.c.people)
        .having(func.count() == people.c.people)
    )
    for application_id, partner_id in db.session.execute(closed):
        found[application_id].add(partner_id)
    return found


def offers(today: dt.date, found: Mapping[int, Means]) -> list[Offer]:
    """What each partner can give today out of what it has (`means`), in two queries."""
    services: dict[int, set[int]] = defaultdict(set)
    special: dict[tuple[int, str], set[str]] = defaultdict(set)
    delivered = select(
        ServicePartner.partner_id, ServicePartner.service_id, null().label("kind"), literal("").label("code")
    )
    at_home = select(Specialism.partner_id, null(), cast(Specialism.kind, String), Specialism.code)
    rows: Result[Any] = db.session.execute(union_all(delivered, at_home))
    for row in rows:
        if row.kind is None:
            services[row.partner_id].add(row.service_id)
        else:
            special[row.partner_id, row.kind].add(row.code)
    said = remarks(today)
    whole = max(sum(one.taken_cents for one in found.values()), 1)

    def offer(partner_id: int, has: Means) -> Offer:
        return Offer(
            partner_id=partner_id,
            is_lead=has.is_lead,
            services=frozenset(services[partner_id]),
            sectors=frozenset(special[partner_id, SpecialismKind.SECTOR]),
            areas=frozenset(special[partner_id, SpecialismKind.AREA]),
            technologies=frozenset(special[partner_id, SpecialismKind.TECHNOLOGY]),
            counties=frozenset(special[partner_id, SpecialismKind.COUNTY]),
            free_days=sum(has.stated) - has.taken_days,
            used_permille=has.taken_cents * 1000 // max(whole if has.share_cents is None else has.share_cents, 1),
            free_cents=None if has.share_cents is None else has.share_cents - has.taken_cents,
            remarks=tuple(said.get(partner_id, ())),
        )

    return [offer(partner_id, has) for partner_id, has in found.items()]


def means(today: dt.date, *, without: Mapping[int, Need] = MappingProxyType({})) -> dict[int, Means]:
    """By partner in the order of ids, what it has and what cases under way take, in four queries.

    Left out is what the applications in `without` take of the one that is named for them.
    """
    counted = counted_quarters(today)
    rows = db.session.execute(
        select(
            Partner.id,
            Partner.short_name,
            Partner.is_lead,
            Partner.share_percent,
            Capacity.year,
            Capacity.quarter,
            Capacity.person_days,
        )
        .outerjoin(
            Capacity,
            and_(Capacity.partner_id == Partner.id, Capacity.year.in_({quarter.year for quarter in counted})),
        )
        .order_by(Partner.id)
    ).all()
    stated = {(row.id, row.year, row.quarter): row.person_days for row in rows}
    days, cents = promised(without), _committed(without.values())
    ceiling = sum(line.ceiling_cents for line in budget.lines() if line.parent_id is None)
    return {
        row.id: Means(
            name=row.short_name,
            is_lead=row.is_lead,
            stated=tuple(stated.get((row.id, quarter.year, quarter.number), 0) for quarter in counted),
            taken_days=days.get(row.id, 0),
            taken_cents=cents.get(row.id, 0),
            share_cents=None if row.share_percent is None else ceiling * row.share_percent // 100,
        )
        for row in {row.id: row for row in rows}.values()
    }


def promised(without: Collection[int] = ()) -> dict[int, int]:
    """Person-days by partner of cases under way with it, named or accepted, until the voucher has ended.

    A service that another partner delivers for the leader counts for that one.
    """
    deliverer = func.coalesce(RoutingHelper.partner_id, Application.partner_id)
    rows = db.session.execute(
        select(deliverer, func.sum(Service.person_days))
        .select_from(Application)
        .join(RequestedService, RequestedService.application_id == Application.id)
        .join(Service, Service.id == RequestedService.service_id)
        .outerjoin(
            Routing,
            and_(
                Routing.application_id == Application.id,
                Routing.status.in_([RoutingStatus.PROPOSED, RoutingStatus.ACCEPTED]),
            ),
        )
        .outerjoin(RoutingHelper, and_(RoutingHelper.routing_id == Routing.id, RoutingHelper.service_id == Service.id))
        .where(
            Application.partner_id.is_not(None),
            Application.closed_at.is_(None),
            Application.status.in_([*PIPELINE, ApplicationStatus.APPROVED]),
            Application.id.not_in(list(without)),
        )
        .group_by(deliverer)
    )
    return {partner_id: int(days) for partner_id, days in rows if partner_id is not None}


def _committed(without: Iterable[Need]) -> dict[int, int]:
    """Cents by partner that are reserved, spent or asked for in its name; what `without` asks for is left out."""
    found = {
        int(partner_id): sum(accounts.get(account, 0) for account in COMMITTED)
        for partner_id, accounts in totals.of("partner_id").items()
        if partner_id
    }
    for need in without:
        if need.named is not None:
            found[need.named] = found.get(need.named, 0) - need.value_cents
    return found


def remarks(today: dt.date) -> Mapping[int, list[Remark]]:
    """By partner, what it said that counts on `today`, in one query."""
    rows = db.session.execute(
        select(
            RoutingRemark.id,
            RoutingRemark.partner_id,
            RoutingRemark.kind,
            RoutingRemark.sector,
            RoutingRemark.said_on,
            RoutingRemark.until,
            Application.reference,
            RequestedService.service_id,
        )
        .join(Routing, Routing.id == RoutingRemark.routing_id)
        .join(Application, Application.id == Routing.application_id)
        .outerjoin(RequestedService, RequestedService.application_id == Application.id)
        .where(RoutingRemark.until > today, RoutingRemark.lifted_at.is_(None))
        .order_by(RoutingRemark.id)
    ).all()
    services: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        services[row.id] |= set() if row.service_id is None else {row.service_id}
    found: dict[int, list[Remark]] = defaultdict(list)
    for row in {row.id: row for row in rows}.values():
        found[row.partner_id].append(
            Remark(
                row.id,
                row.partner_id,
                row.kind,
                frozenset(services[row.id]),
                row.sector,
                row.said_on,
                row.until,
                row.reference or "",
            )
        )
    return found
