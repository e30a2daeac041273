"""How a redeemed voucher is delivered: plan, work, evidence, what the beneficiary said of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from dih.extensions.database import Cents, Model


class Milestone(Model):
    """A step of the delivery plan."""

    __tablename__ = "milestone"

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[dt.date]
    done_on: Mapped[dt.date | None]


class WorkRecord(Model):
    """Work done on one day for one service, in tenths of an hour."""

    __tablename__ = "work_record"
    __table_args__ = (CheckConstraint("tenths > 0 AND tenths <= 240", name="tenths"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_service_id: Mapped[int] = mapped_column(ForeignKey("voucher_service.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[dt.date]
    tenths: Mapped[int]
    note: Mapped[str] = mapped_column(String(300), default="")


class Evidence(Model):
    """A file that shows what was delivered."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    note: Mapped[str] = mapped_column(String(300), default="")
    added_at: Mapped[dt.datetime]


class DeliveryReport(Model):
    """The partner's statement that delivery is done, and the beneficiary's answer; a later one replaces an earlier.

    The beneficiary answers up to `answer_by`. `stood_in_reason` is why a manager confirmed in its place after that,
    `taken_back_reason` why one took the last confirmation back, `times_taken_back` how often that happened.
    """

    __tablename__ = "delivery_report"
    __table_args__ = (
        Index("ix_delivery_report_voucher", "voucher_id", "id"),
        Index(
            "ix_delivery_report_unanswered",
            "answer_by",
            postgresql_where=text("answered_at IS NULL"),
            sqlite_where=text("answered_at IS NULL"),
        ),
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="rating"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    summary: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[dt.datetime]
    reported_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer_by: Mapped[dt.date]
    reminders: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    stood_in_reason: Mapped[str] = mapped_column(Text, default="")
    dispute_reason: Mapped[str] = mapped_column(Text, default="")
    times_taken_back: Mapped[int] = mapped_column(default=0)
    taken_back_reason: Mapped[str] = mapped_column(Text, default="")
    rating: Mapped[int | None]
    rating_comment: Mapped[str] = mapped_column(Text, default="")


class DeliveredValue(Model):
    """What a report says was delivered of one service, in cents without VAT."""

    __tablename__ = "delivered_value"
    __table_args__ = (CheckConstraint("delivered_cents >= 0", name="delivered"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("delivery_report.id"), index=True)
    voucher_service_id: Mapped[int] = mapped_column(ForeignKey("voucher_service.id"))
    delivered_cents: Mapped[int] = mapped_column(Cents)
