"""Who applies."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from dih.extensions.database import Cents, Choice, Model, choice_check
from dih.organisations.vocabulary import CaenRevision, LegalNature


class Organisation(Model):
    """An enterprise, public body, non-profit or sole trader, once by its CUI (digits only)."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint(choice_check("legal_nature", LegalNature), name="legal_nature"),
        CheckConstraint(choice_check("caen_revision", CaenRevision), name="caen_revision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    cui: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(250), index=True)
    legal_nature: Mapped[LegalNature] = mapped_column(Choice(LegalNature))
    economic_activity: Mapped[bool]
    onrc: Mapped[str] = mapped_column(String(20), default="")
    county: Mapped[str] = mapped_column(String(2))
    locality: Mapped[str] = mapped_column(String(120), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    caen_code: Mapped[str] = mapped_column(String(4), default="")
    caen_revision: Mapped[CaenRevision] = mapped_column(Choice(CaenRevision), default=CaenRevision.REV3)
    sector: Mapped[str] = mapped_column(String(60), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    iban: Mapped[str] = mapped_column(String(34), default="")
    created_at: Mapped[dt.datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class FiguresOfYear:
    """Staff (annual work units), turnover and balance sheet of one closed year, in cents of euro.

    Stated in another currency they keep its hundredths, and the rate (millionths for one euro) with day and source.
    """

    year: Mapped[int]
    staff: Mapped[int]
    turnover_cents: Mapped[int] = mapped_column(Cents)
    balance_cents: Mapped[int] = mapped_column(Cents)
    currency: Mapped[str | None] = mapped_column(String(3))
    turnover_minor: Mapped[int | None] = mapped_column(Cents)
    balance_minor: Mapped[int | None] = mapped_column(Cents)
    rate_micros: Mapped[int | None] = mapped_column(Cents)
    rate_day: Mapped[dt.date | None]
    rate_source: Mapped[str | None] = mapped_column(String(100))


class SizeFigures(FiguresOfYear, Model):
    """The figures of an organisation, as its people gave them."""

    __tablename__ = "size_figures"
    __table_args__ = (
        UniqueConstraint("organisation_id", "year"),
        CheckConstraint("staff >= 0 AND turnover_cents >= 0 AND balance_cents >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
