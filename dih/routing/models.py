"""Which partner takes an application, why, and each hand-over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from dih.extensions.database import Choice, Model, choice_check
from dih.routing.vocabulary import RoutingMode, RoutingStatus


class Routing(Model):
    """One proposal of a partner for an application, with every partner's score at that moment, and the answer.

    `due_on` is the day as first set; time during which a clarification stood open comes on top (`rules.due_day`).
    """

    __tablename__ = "routing"
    __table_args__ = (
        CheckConstraint(choice_check("mode", RoutingMode), name="mode"),
        CheckConstraint(choice_check("status", RoutingStatus), name="status"),
        Index("ix_routing_partner", "partner_id", "status", "due_on", "id"),
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
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
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
