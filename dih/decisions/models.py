"""Decisions on applications, each kept."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from dih.decisions.vocabulary import FirstEnd, Outcome
from dih.extensions.database import Cents, Choice, Model, choice_check


class Decision(Model):
    """One decision by a manager, with the reason that the applicant reads; `first_by` gave the first approval."""

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
    first_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    amount_cents: Mapped[int] = mapped_column(Cents, default=0)


class FirstApproval(Model):
    """The first of two approvals: it reserves nothing and waits for another manager's. At most one waits for a case.

    It is about `amount_cents` of the envelope and the case after so many `moves`: a changed case needs a new one.
    """

    __tablename__ = "first_approval"
    __table_args__ = (
        CheckConstraint(f"ended_as IS NULL OR {choice_check('ended_as', FirstEnd)}", name="ended_as"),
        CheckConstraint("(ended_as IS NULL) = (ended_at IS NULL)", name="ended"),
        Index(
            "uq_first_approval_open",
            "application_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    given_at: Mapped[dt.datetime]
    given_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    deputy_for: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    amount_cents: Mapped[int] = mapped_column(Cents)
    moves: Mapped[int]
    reason: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[dt.datetime | None]
    ended_as: Mapped[FirstEnd | None] = mapped_column(Choice(FirstEnd))
