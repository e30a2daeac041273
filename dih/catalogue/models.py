"""Services, their prices and who delivers them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dih.extensions.database import Cents, Choice, Model, choice_check
from dih.taxonomy.vocabulary import Area, Category


class Service(Model):
    """An entry of the catalogue. The price is without VAT."""

    __tablename__ = "service"
    __table_args__ = (
        CheckConstraint("price_cents > 0", name="price"),
        CheckConstraint("person_days > 0", name="person_days"),
        CheckConstraint(choice_check("category", Category), name="category"),
        CheckConstraint(choice_check("area", Area), name="area"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    deliverables: Mapped[dict[str, Any]]
    category: Mapped[Category] = mapped_column(Choice(Category))
    area: Mapped[Area] = mapped_column(Choice(Area))
    technologies: Mapped[list[Any]]
    target_groups: Mapped[list[Any]]
    price_cents: Mapped[int] = mapped_column(Cents)
    person_days: Mapped[int]
    duration_weeks: Mapped[int]
    active: Mapped[bool] = mapped_column(default=True)


class ServicePartner(Model):
    """A partner that delivers a service."""

    __tablename__ = "service_partner"
    __table_args__ = (UniqueConstraint("service_id", "partner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
