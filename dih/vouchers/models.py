"""Vouchers: the right to services of a stated value until a stated day."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, Computed, Date, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from dih.extensions.database import Cents, Choice, Model, choice_check
from dih.vouchers.vocabulary import VoucherStatus

_LAPSES_ON = f"""CASE WHEN status = '{VoucherStatus.OFFERED}' THEN accept_by
    WHEN status IN ('{VoucherStatus.AWAITING_PAYMENT}', '{VoucherStatus.ACTIVE}') THEN valid_until END"""


class Voucher(Model):
    """Issued by an approval. All amounts in cents without VAT; value = EU + national + beneficiary's share.

    `lapses_on` is the last day to accept or redeem it while nobody has; the database keeps it from the other columns.
    `held_until`: a bank transfer is expected; what was booked in time may be told until this day, before it lapses.
    `reminded_of` is the one of which the beneficiary was last reminded: a later one is worth a new reminder.
    """

    __tablename__ = "voucher"
    __table_args__ = (
        CheckConstraint(choice_check("status", VoucherStatus), name="status"),
        CheckConstraint("eu_cents + national_cents + beneficiary_cents = value_cents", name="split"),
        Index("ix_voucher_status", "status", "id"),
        Index("ix_voucher_partner", "partner_id", "status", "id"),
        Index("ix_voucher_partner_due", "partner_id", "status", "valid_until", "id"),
        Index("ix_voucher_partner_newest", "partner_id", "id"),
        Index("ix_voucher_valid_until", "status", "valid_until", "id"),
        Index("ix_voucher_lapses_on", "lapses_on", "id", "eu_cents", "national_cents"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    status: Mapped[VoucherStatus] = mapped_column(Choice(VoucherStatus), default=VoucherStatus.OFFERED)
    status_since: Mapped[dt.datetime]
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    value_cents: Mapped[int] = mapped_column(Cents)
    eu_cents: Mapped[int] = mapped_column(Cents)
    national_cents: Mapped[int] = mapped_column(Cents)
    beneficiary_cents: Mapped[int] = mapped_column(Cents)
    legal_basis: Mapped[str] = mapped_column(String(40))
    issued_at: Mapped[dt.datetime]
    accept_by: Mapped[dt.date]
    valid_until: Mapped[dt.date]
    held_until: Mapped[dt.date | None]
    lapses_on: Mapped[dt.date | None] = mapped_column(Date, Computed(_LAPSES_ON, persisted=True))
    accepted_at: Mapped[dt.datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    redeemed_at: Mapped[dt.datetime | None]
    redeemed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[dt.datetime | None]
    ended_reason: Mapped[str] = mapped_column(Text, default="")
    reminded_of: Mapped[dt.date | None]


class VoucherService(Model):
    """One service of a voucher with its split, the line it is reserved on, and what was confirmed of it."""

    __tablename__ = "voucher_service"
    __table_args__ = (
        UniqueConstraint("voucher_id", "service_id"),
        CheckConstraint("eu_cents + national_cents + beneficiary_cents = price_cents", name="split"),
        CheckConstraint("confirmed_cents >= 0 AND confirmed_cents <= price_cents", name="confirmed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("budget_line.id"))
    price_cents: Mapped[int] = mapped_column(Cents)
    eu_cents: Mapped[int] = mapped_column(Cents)
    national_cents: Mapped[int] = mapped_column(Cents)
    beneficiary_cents: Mapped[int] = mapped_column(Cents)
    confirmed_cents: Mapped[int] = mapped_column(Cents, default=0)
