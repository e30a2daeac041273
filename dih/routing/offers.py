"""Loads what the rules weigh: the need of one application and the offers of all partners."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from sqlalchemy import and_, func, or_, select

from dih.applications.models import Application, RequestedService
from dih.applications.vocabulary import PIPELINE, ApplicationStatus
from dih.budget import queries as budget
from dih.catalogue.models import Service, ServicePartner
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Capacity, Partner, Specialism
from dih.partners.vocabulary import SpecialismKind
from dih.routing.rules import Need, Offer

QUARTERS_AHEAD = 2
"""Capacity counts in the running quarter and the next: a delivery starts within that time."""


def need_of(application: Application) -> Need:
    """What the application asks for."""
    rows = db.session.execute(
        select(Service.id, Service.area, Service.person_days)
        .join(RequestedService, RequestedService.service_id == Service.id)
        .where(RequestedService.application_id == application.id)
    ).all()
    sector = db.session.scalars(select(Organisation.sector).where(Organisation.id == application.organisation_id)).one()
    return Need(
        services=frozenset(row.id for row in rows),
        sector=sector,
        areas=frozenset(row.area.value for row in rows),
        county=application.county,
        person_days=sum(row.person_days for row in rows),
    )


def offers(today: dt.date, *, without: int | None = None) -> list[Offer]:
    """What each partner can give today; `without` is an application whose own days do not count as promised."""
    services: dict[int, set[int]] = defaultdict(set)
    for partner_id, service_id in db.session.execute(select(ServicePartner.partner_id, ServicePartner.service_id)):
        services[partner_id].add(service_id)
    special: dict[tuple[int, SpecialismKind], set[str]] = defaultdict(set)
    for row in db.session.execute(select(Specialism.partner_id, Specialism.kind, Specialism.code)):
        special[row.partner_id, row.kind].add(row.code)
    stated, taken, used = capacity(today), promised(without), budget.used_by_partner()
    whole = max(sum(used.values()), 1)
    return [
        Offer(
            partner_id=partner.id,
            is_lead=partner.is_lead,
            services=frozenset(services[partner.id]),
            sectors=frozenset(special[partner.id, SpecialismKind.SECTOR]),
            areas=frozenset(special[partner.id, SpecialismKind.AREA]),
            counties=frozenset(special[partner.id, SpecialismKind.COUNTY]),
            free_days=stated.get(partner.id, 0) - taken.get(partner.id, 0),
            used_permille=used.get(partner.id, 0) * 1000 // whole,
        )
        for partner in db.session.execute(select(Partner.id, Partner.is_lead).order_by(Partner.id))
    ]


def capacity(today: dt.date) -> dict[int, int]:
    """Person-days by partner that count for new cases: those of the running quarter and the next."""
    first = today.year * 4 + (today.month - 1) // 3
    quarters = [divmod(first + ahead, 4) for ahead in range(QUARTERS_AHEAD)]
    rows = db.session.execute(
        select(Capacity.partner_id, func.sum(Capacity.person_days))
        .where(or_(*(and_(Capacity.year == year, Capacity.quarter == index + 1) for year, index in quarters)))
        .group_by(Capacity.partner_id)
    )
    return {partner_id: int(days) for partner_id, days in rows}


def promised(without: int | None = None) -> dict[int, int]:
    """Person-days by partner of cases under way with it, named or accepted, until the voucher has ended.

    `without` is an application that does not count.
    """
    rows = db.session.execute(
        select(Application.partner_id, func.sum(Service.person_days))
        .join(RequestedService, RequestedService.application_id == Application.id)
        .join(Service, Service.id == RequestedService.service_id)
        .where(
            Application.partner_id.is_not(None),
            Application.closed_at.is_(None),
            Application.status.in_([*PIPELINE, ApplicationStatus.APPROVED]),
            Application.id != (without or 0),
        )
        .group_by(Application.partner_id)
    )
    return {partner_id: int(days) for partner_id, days in rows if partner_id is not None}
