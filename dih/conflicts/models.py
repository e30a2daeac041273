"""Conflicts of interest: a person against an organisation or one application."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dih.conflicts.vocabulary import ConflictKind, ConflictSource, ConflictStatus, FoundBy
from dih.extensions.database import Choice, Model, choice_check

_FOUND_ALL = text("found_by IS NOT NULL AND application_id IS NULL")
_FOUND_ONE = text("found_by IS NOT NULL AND application_id IS NOT NULL")


class Conflict(Model):
    """A conflict of `person_id` with an organisation, or with one of its applications only.

    `organisation_id` is set in both cases. What the platform finds is found once: the unique indexes see to it.
    `expiry_told_at`: when a mail said that the last day is near.
    """

    __tablename__ = "conflict"
    __table_args__ = (
        CheckConstraint("(source = 'found') = (found_by IS NOT NULL)", name="found_by_the_platform"),
        CheckConstraint(choice_check("found_by", FoundBy), name="found_by"),
        CheckConstraint(choice_check("kind", ConflictKind), name="kind"),
        CheckConstraint(choice_check("source", ConflictSource), name="source"),
        CheckConstraint(choice_check("status", ConflictStatus), name="status"),
        Index("ix_conflict_person", "person_id", "status"),
        Index("ix_conflict_application", "application_id", "status"),
        Index("ix_conflict_organisation", "organisation_id", "status"),
        Index(
            "ux_conflict_found",
            "person_id",
            "found_by",
            "organisation_id",
            unique=True,
            sqlite_where=_FOUND_ALL,
            postgresql_where=_FOUND_ALL,
        ),
        Index(
            "ux_conflict_found_application",
            "person_id",
            "found_by",
            "application_id",
            unique=True,
            sqlite_where=_FOUND_ONE,
            postgresql_where=_FOUND_ONE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    kind: Mapped[ConflictKind] = mapped_column(Choice(ConflictKind))
    source: Mapped[ConflictSource] = mapped_column(Choice(ConflictSource))
    found_by: Mapped[FoundBy | None] = mapped_column(Choice(FoundBy))
    status: Mapped[ConflictStatus] = mapped_column(Choice(ConflictStatus), default=ConflictStatus.STANDING)
    note: Mapped[str] = mapped_column(Text, default="")
    declared_at: Mapped[dt.datetime]
    declared_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_on: Mapped[dt.date | None]
    expiry_told_at: Mapped[dt.datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[dt.datetime | None]
    closed_reason: Mapped[str] = mapped_column(Text, default="")


class NamedInstitution(Model):
    """A partner whose people the applicant does not want on one application; its people are found in conflict."""

    __tablename__ = "named_institution"
    __table_args__ = (UniqueConstraint("application_id", "partner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id"))
    note: Mapped[str] = mapped_column(Text)
    named_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[dt.datetime]


class ConflictCheck(Model):
    """When somebody last said that the own conflicts are right, and was last reminded to."""

    __tablename__ = "conflict_check"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    checked_at: Mapped[dt.datetime | None]
    reminded_at: Mapped[dt.datetime | None]
