"""Applications: what is asked, what was answered, and each version that was submitted."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from dih.applications.vocabulary import ApplicationStatus
from dih.extensions.database import Cents, Choice, Json, Model, choice_check
from dih.taxonomy.vocabulary import TargetGroup


class Application(Model):
    """One organisation's request to one call. `submitted_at` is the last complete submission: its place in the queue.

    `requested_cents` is what it asks of the envelope (EU share + national share). `partner_id` is the partner proposed
    or accepted, set by the rooms above. `services_since`: when a clarification exchanged its services; the place in the
    queue stays. `moves` counts changes of status and of what is asked for, so that each money move has its own key.
    """

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint(choice_check("status", ApplicationStatus), name="status"),
        Index("ix_application_status", "status", "id"),
        Index("ix_application_call", "call_id", "status", "submitted_at"),
        Index("ix_application_organisation", "organisation_id", "id"),
        Index("ix_application_partner", "partner_id", "status", "id"),
        Index("ix_application_county", "county", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    reference: Mapped[str | None] = mapped_column(String(20), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    call_version_id: Mapped[int] = mapped_column(ForeignKey("call_version.id"))
    status: Mapped[ApplicationStatus] = mapped_column(Choice(ApplicationStatus), default=ApplicationStatus.DRAFT)
    status_since: Mapped[dt.datetime]
    title: Mapped[str] = mapped_column(String(200), default="")
    target_group: Mapped[TargetGroup] = mapped_column(Choice(TargetGroup))
    county: Mapped[str] = mapped_column(String(2))
    requested_cents: Mapped[int] = mapped_column(Cents, default=0)
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    created_at: Mapped[dt.datetime]
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_by_staff: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[dt.datetime | None]
    services_since: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    reminded_at: Mapped[dt.datetime | None]
    moves: Mapped[int] = mapped_column(default=0)


class Answer(Model):
    """One field as saved last; `version` tells a stale tab from a fresh one."""

    __tablename__ = "application_answer"
    __table_args__ = (UniqueConstraint("application_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    key: Mapped[str] = mapped_column(String(80))
    value: Mapped[Any] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[dt.datetime]
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class RequestedService(Model):
    """A service asked for, at the price of that moment (cents, without VAT).

    On submission: the leaf line that pays for it, and the part of the price that the envelope bears.
    """

    __tablename__ = "requested_service"
    __table_args__ = (
        UniqueConstraint("application_id", "service_id"),
        Index("ix_requested_service_service", "service_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    price_cents: Mapped[int] = mapped_column(Cents)
    envelope_cents: Mapped[int] = mapped_column(Cents, default=0)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("budget_line.id"))


class AttachedDocument(Model):
    """A file attached for one of the documents that the call asks for."""

    __tablename__ = "attached_document"
    __table_args__ = (Index("ix_attached_document_application", "application_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    key: Mapped[str] = mapped_column(String(60))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    attached_at: Mapped[dt.datetime]
    removed_at: Mapped[dt.datetime | None]


class Submission(Model):
    """What was submitted, whole, as it stood at that moment; or how a clarification's answer left it."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int]
    submitted_at: Mapped[dt.datetime]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    clarification_id: Mapped[int | None] = mapped_column(ForeignKey("clarification.id"))
    content: Mapped[dict[str, Any]]
    reopened_at: Mapped[dt.datetime | None]


class Clarification(Model):
    """A question from staff: stops the clocks and unlocks the fields that it names until it is answered."""

    __tablename__ = "clarification"
    __table_args__ = (Index("ix_clarification_application", "application_id", "answered_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    question: Mapped[str] = mapped_column(Text)
    fields: Mapped[list[Any]]
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[dt.date]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[dt.datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[dt.datetime | None]


class EligibilityCheck(Model):
    """A manager's finding on the conditions of the call, with the note for the applicant."""

    __tablename__ = "eligibility_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    checked_at: Mapped[dt.datetime]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    eligible: Mapped[bool]
    findings: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text, default="")
