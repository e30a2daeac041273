"""Decisions on applications, each kept."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from dih.decisions.vocabulary import Outcome
from dih.extensions.database import Cents, Choice, Model, choice_check


class Decision(Model):
    """One decision by a manager, with the reason that the applicant reads."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(choice_check("outcome", Outcome), name="outcome"),
        Index("ix_decision_application", "application_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    outcome: Mapped[Outcome] = mapped_column(Choice(Outcome))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    amount_cents: Mapped[int] = mapped_column(Cents, default=0)
