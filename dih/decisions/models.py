"""Decisions on applications, each kept."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from dih.decisions.vocabulary import AppealStatus, FirstEnd, MeetingStatus, Outcome, Voice
from dih.extensions.database import Cents, Choice, Model, choice_check


class Decision(Model):
    """One decision by a manager, with the reason that the applicant reads; `first_by` gave the first approval.

    `meeting_id` is the meeting in which it was taken, if any; `grounds` hold what the reviews said by criterion at that
    moment; until `appeal_until`, that day included, the applicant may appeal (None: there is no appeal).
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(choice_check("outcome", Outcome), name="outcome"),
        Index("ix_decision_application", "application_id", "id"),
        Index("ix_decision_meeting", "meeting_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    outcome: Mapped[Outcome] = mapped_column(Choice(Outcome))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    deputy_for: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    first_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    amount_cents: Mapped[int] = mapped_column(Cents, default=0)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"))
    grounds: Mapped[list[Any]] = mapped_column(default=list)
    appeal_until: Mapped[dt.date | None]


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


class Meeting(Model):
    """A meeting of the panel about one call. `agenda` is the list as it stood when the meeting began.

    `minutes` is what the minutes say, kept when the chair closes: from then on the row is sealed. At most one meeting
    of a call is open. `votes`: each member votes on each decision.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        CheckConstraint(choice_check("status", MeetingStatus), name="status"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index(
            "uq_meeting_open",
            "call_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
            sqlite_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    status: Mapped[MeetingStatus] = mapped_column(Choice(MeetingStatus), default=MeetingStatus.OPEN)
    held_on: Mapped[dt.date]
    chair_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    votes: Mapped[bool]
    agenda: Mapped[dict[str, Any]]
    opened_at: Mapped[dt.datetime]
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    closed_at: Mapped[dt.datetime | None]


class MeetingMember(Model):
    """Somebody who is present at a meeting."""

    __tablename__ = "meeting_member"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class DecisionVoice(Model):
    """What a member who was present had to do with a decision."""

    __tablename__ = "decision_voice"
    __table_args__ = (
        CheckConstraint(choice_check("voice", Voice), name="voice"),
        UniqueConstraint("decision_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    voice: Mapped[Voice] = mapped_column(Choice(Voice))


class Publication(Model):
    """The results of a call as published; a later one takes its place on the public page."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"), index=True)
    published_at: Mapped[dt.datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    content: Mapped[dict[str, Any]]


class Appeal(Model):
    """An applicant's appeal against a decision, or against the finding that it is not eligible; one against each.

    `heard_by` hears it; `outcome_reason` is what the applicant reads in the end. It is to be heard by `due_on`.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint(choice_check("status", AppealStatus), name="status"),
        CheckConstraint("(decision_id IS NULL) <> (check_id IS NULL)", name="against_one"),
        UniqueConstraint("decision_id"),
        UniqueConstraint("check_id"),
        Index("ix_appeal_status", "status", "due_on", "id"),
        Index("ix_appeal_application", "application_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    check_id: Mapped[int | None] = mapped_column(ForeignKey("eligibility_check.id"))
    status: Mapped[AppealStatus] = mapped_column(Choice(AppealStatus), default=AppealStatus.FILED)
    reasons: Mapped[str] = mapped_column(Text)
    filed_at: Mapped[dt.datetime]
    filed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[dt.date]
    heard_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome_reason: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[dt.datetime | None]


class AppealDocument(Model):
    """A file that the applicant puts to an appeal."""

    __tablename__ = "appeal_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
