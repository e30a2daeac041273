"""Tables that every room uses: the audit, the outbox, stored settings, number series and exchange rates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dih.extensions.database import Choice, Json, Model
from dih.shared.access import Role


class AuditRecord(Model):
    """One change of status, money, role or setting. Append-only: triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit_record"
    __table_args__ = (
        Index("ix_audit_record_subject", "subject_kind", "subject_id", "id"),
        Index("ix_audit_record_application", "application_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(Choice(Role))
    deputy_for: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    application_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(80))
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")


class OutboxItem(Model):
    """Work to do after the commit: a mail to send or a job to run, claimed with a lease."""

    __tablename__ = "outbox_item"
    __table_args__ = (
        Index(
            "ix_outbox_item_due",
            "run_at",
            "id",
            postgresql_where=text("done_at IS NULL AND dead_at IS NULL"),
            sqlite_where=text("done_at IS NULL AND dead_at IS NULL"),
        ),
        CheckConstraint("attempts >= 0", name="attempts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[dt.datetime]
    run_at: Mapped[dt.datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    done_at: Mapped[dt.datetime | None]
    dead_at: Mapped[dt.datetime | None]
    last_error: Mapped[str] = mapped_column(Text, default="")


class StoredSetting(Model):
    """A setting that an administrator changed from its default."""

    __tablename__ = "stored_setting"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    value: Mapped[Any] = mapped_column(Json)


class NumberSeries(Model):
    """The last number given in a series such as application references of 2026; a row is locked to take the next."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("name", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)


class ExchangeRate(Model):
    """What one euro cost on a day, in millionths of a currency, and who published it. Append-only."""

    __tablename__ = "exchange_rate"
    __table_args__ = (
        UniqueConstraint("currency", "day"),
        CheckConstraint("micros > 0", name="micros"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3))
    day: Mapped[dt.date]
    micros: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(String(100))
