"""Conflicts of interest: a person against an organisation or one application."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from dih.conflicts.vocabulary import ConflictKind, ConflictSource, ConflictStatus
from dih.extensions.database import Choice, Model, choice_check


class Conflict(Model):
    """A conflict of `person_id` with an organisation, or with one application only."""

    __tablename__ = "conflict"
    __table_args__ = (
        CheckConstraint("organisation_id IS NOT NULL OR application_id IS NOT NULL", name="against"),
        CheckConstraint(choice_check("kind", ConflictKind), name="kind"),
        CheckConstraint(choice_check("source", ConflictSource), name="source"),
        CheckConstraint(choice_check("status", ConflictStatus), name="status"),
        Index("ix_conflict_person", "person_id", "status"),
        Index("ix_conflict_application", "application_id", "status"),
        Index("ix_conflict_organisation", "organisation_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    kind: Mapped[ConflictKind] = mapped_column(Choice(ConflictKind))
    source: Mapped[ConflictSource] = mapped_column(Choice(ConflictSource))
    status: Mapped[ConflictStatus] = mapped_column(Choice(ConflictStatus), default=ConflictStatus.STANDING)
    note: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[dt.datetime]
    expires_on: Mapped[dt.date | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[dt.datetime | None]
    closed_reason: Mapped[str] = mapped_column(Text, default="")
