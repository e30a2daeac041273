"""Reads of the catalogue: two queries however many services there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Select, select

from dih.catalogue.models import Service, ServicePartner
from dih.extensions.database import db
from dih.partners.models import Partner
from dih.taxonomy.vocabulary import Area, Category, TargetGroup


@dataclass(frozen=True, slots=True)
class DeliveringPartner:
    """A partner as a service shows it."""

    id: int
    code: str
    short_name: str
    name: Mapping[str, str]
    city: str


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service with the partners that deliver it, the preferred one first. The price is in cents, without VAT."""

    id: int
    code: str
    name: Mapping[str, str]
    summary: Mapping[str, str]
    deliverables: Mapping[str, Sequence[str]]
    category: Category
    area: Area
    technologies: Sequence[str]
    target_groups: Sequence[str]
    price_cents: int
    person_days: int
    duration_weeks: int
    active: bool
    partners: Sequence[DeliveringPartner]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of services is narrowed to; None lets all through. `partner` is a partner's code."""

    category: Category | None = None
    area: Area | None = None
    technology: str | None = None
    partner: str | None = None
    target_group: TargetGroup | None = None

    @property
    def count(self) -> int:
        """How many filters are set."""
        return sum(getattr(self, field.name) is not None for field in fields(self))

    def let_through(self, service: ServiceView) -> bool:
        """Whether a service fits all that is set."""
        return (
            self.category in (None, service.category)
            and self.area in (None, service.area)
            and (self.technology is None or self.technology in service.technologies)
            and (self.partner is None or any(partner.code == self.partner for partner in service.partners))
            and (self.target_group is None or self.target_group in service.target_groups)
        )


def services(filters: Filters | None = None) -> list[ServiceView]:
    """The services offered today that fit `filters` (all without), by category, area and price."""
    found = _views(select(*_COLUMNS).where(Service.active))
    return sorted((service for service in found if filters is None or filters.let_through(service)), key=_order)


def by_ids(ids: Collection[int]) -> dict[int, ServiceView]:
    """Services by id, offered today or not."""
    if not ids:
        return {}
    return {service.id: service for service in _views(select(*_COLUMNS).where(Service.id.in_(ids)))}


def by_codes(codes: Collection[str]) -> dict[str, ServiceView]:
    """Services by code, offered today or not."""
    if not codes:
        return {}
    return {service.code: service for service in _views(select(*_COLUMNS).where(Service.code.in_(codes)))}


def by_code(code: str) -> ServiceView | None:
    """One service, offered today or not; None where there is none such."""
    return by_codes([code]).get(code)


def partners() -> list[DeliveringPartner]:
    """The partners that deliver at least one service offered today, by name."""
    deliver = select(ServicePartner.partner_id).join(Service, Service.id == ServicePartner.service_id)
    rows = db.session.execute(
        select(*_PARTNER_COLUMNS)
        .where(Partner.id.in_(deliver.where(Service.active)))
        .order_by(Partner.is_lead.desc(), Partner.short_name)
    )
    return [DeliveringPartner(*row) for row in rows]


_COLUMNS = [getattr(Service, field.name) for field in fields(ServiceView) if field.name != "partners"]
_PARTNER_COLUMNS = [getattr(Partner, field.name) for field in fields(DeliveringPartner)]
_CATEGORIES, _AREAS = list(Category), list(Area)


def _order(service: ServiceView) -> tuple[int, int, int, str]:
    return _CATEGORIES.index(service.category), _AREAS.index(service.area), service.price_cents, service.code


def _views(statement: Select[*tuple[Any, ...]]) -> list[ServiceView]:
    rows = db.session.execute(statement).mappings().all()
    delivering: dict[int, list[DeliveringPartner]] = {row["id"]: [] for row in rows}
    if rows:
        links = (
            select(ServicePartner.service_id, *_PARTNER_COLUMNS)
            .join(Partner, Partner.id == ServicePartner.partner_id)
            .where(ServicePartner.service_id.in_(list(delivering)))
            .order_by(ServicePartner.service_id, ServicePartner.position, Partner.id)
        )
        for service_id, *partner in db.session.execute(links):
            delivering[service_id].append(DeliveringPartner(*partner))
    return [ServiceView(**row, partners=tuple(delivering[row["id"]])) for row in rows]
