"""The consortium's institutions, their specialisms and capacity."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dih.extensions.database import Choice, Model, choice_check
from dih.partners.vocabulary import SpecialismKind


class Partner(Model):
    """An institution that delivers services and lends reviewers.

    `share_percent` is its part of the whole envelope; None where it has none of its own.
    """

    __tablename__ = "partner"
    __table_args__ = (CheckConstraint("share_percent BETWEEN 0 AND 100", name="share_percent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[dict[str, str]]
    short_name: Mapped[str] = mapped_column(String(60))
    description: Mapped[dict[str, str]]
    city: Mapped[str] = mapped_column(String(80))
    county: Mapped[str] = mapped_column(String(2))
    email: Mapped[str] = mapped_column(String(255))
    is_lead: Mapped[bool] = mapped_column(default=False)
    cui: Mapped[str] = mapped_column(String(10), default="")
    email_domain: Mapped[str] = mapped_column(String(120), default="")
    share_percent: Mapped[int | None]


class Specialism(Model):
    """A sector, area, technology or county in which a partner is at home."""

    __tablename__ = "specialism"
    __table_args__ = (
        UniqueConstraint("partner_id", "kind", "code"),
        CheckConstraint(choice_check("kind", SpecialismKind), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    kind: Mapped[SpecialismKind] = mapped_column(Choice(SpecialismKind))
    code: Mapped[str] = mapped_column(String(80))


class Capacity(Model):
    """Person-days that a partner can give in one quarter."""

    __tablename__ = "capacity"
    __table_args__ = (
        UniqueConstraint("partner_id", "year", "quarter"),
        CheckConstraint("person_days >= 0", name="person_days"),
        CheckConstraint("quarter BETWEEN 1 AND 4", name="quarter"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    year: Mapped[int]
    quarter: Mapped[int]
    person_days: Mapped[int]
