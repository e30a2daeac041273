"""Which partner takes an application, why, and each hand-over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dih.extensions.database import Choice, Model, choice_check
from dih.routing.vocabulary import ReasonKind, RoutingMode, RoutingStatus


class Routing(Model):
    """One proposal of a partner for an application, with every partner's score at that moment, and the answer.

    `partner_id` is None at the hub managers' desk alone. `due_on` is the day as first set; time during which a
    clarification stood open comes on top (`rules.due_day`).
    """

    __tablename__ = "routing"
    __table_args__ = (
        CheckConstraint(choice_check("mode", RoutingMode), name="mode"),
        CheckConstraint(choice_check("status", RoutingStatus), name="status"),
        CheckConstraint("(partner_id IS NULL) = (mode = 'managers_desk')", name="asked"),
        Index("ix_routing_partner", "partner_id", "status", "due_on", "id"),
        Index("ix_routing_partner_newest", "partner_id", "id"),
        Index("ix_routing_status", "status", "due_on", "id"),
        Index(
            "uq_routing_open",
            "application_id",
            unique=True,
            postgresql_where=text("status IN ('proposed', 'accepted')"),
            sqlite_where=text("status IN ('proposed', 'accepted')"),
        ),
        Index("ix_routing_application", "application_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    mode: Mapped[RoutingMode] = mapped_column(Choice(RoutingMode))
    status: Mapped[RoutingStatus] = mapped_column(Choice(RoutingStatus), default=RoutingStatus.PROPOSED)
    scores: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(Text, default="")
    proposed_at: Mapped[dt.datetime]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[dt.date]
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer_reason: Mapped[str] = mapped_column(Text, default="")
    reminded_at: Mapped[dt.datetime | None]
    escalated_at: Mapped[dt.datetime | None]


class RoutingHelper(Model):
    """A service that another partner delivers than the one that leads."""

    __tablename__ = "routing_helper"
    __table_args__ = (UniqueConstraint("routing_id", "service_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    routing_id: Mapped[int] = mapped_column(ForeignKey("routing.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"), index=True)


class RoutingRemark(Model):
    """What a partner said when it did not take an application; counts for like needs before `until`, unless lifted."""

    __tablename__ = "routing_remark"
    __table_args__ = (
        CheckConstraint(choice_check("kind", ReasonKind), name="kind"),
        Index("ix_routing_remark_partner", "partner_id", "until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    routing_id: Mapped[int] = mapped_column(ForeignKey("routing.id"), unique=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    kind: Mapped[ReasonKind] = mapped_column(Choice(ReasonKind))
    sector: Mapped[str] = mapped_column(String(60))
    said_on: Mapped[dt.date]
    until: Mapped[dt.date]
    lifted_at: Mapped[dt.datetime | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
