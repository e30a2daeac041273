"""Reviews: one reviewer's scores and remarks on one application."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from dih.extensions.database import Choice, Model, choice_check
from dih.reviews.vocabulary import ReviewStatus


class Review(Model):
    """`marks` are points by criterion or sub-criterion key; what is not answered is absent, never zero.

    `remarks` are texts by criterion. `told_at` is the mail about the assignment, `reminded_on` the last reminder's day.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("application_id", "reviewer_id"),
        CheckConstraint(choice_check("status", ReviewStatus), name="status"),
        Index("ix_review_reviewer", "reviewer_id", "status", "due_on"),
        Index("ix_review_status", "status", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    status: Mapped[ReviewStatus] = mapped_column(Choice(ReviewStatus), default=ReviewStatus.ASSIGNED)
    assigned_at: Mapped[dt.datetime]
    assigned_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[dt.date]
    marks: Mapped[dict[str, Any]]
    remarks: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(Text, default="")
    declined_reason: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[dt.datetime | None]
    saved_at: Mapped[dt.datetime | None]
    told_at: Mapped[dt.datetime | None]
    reminded_on: Mapped[dt.date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ReviewerProfile(Model):
    """For what a reviewer is asked: codes of the taxonomy, languages, and the most reviews open at a time."""

    __tablename__ = "reviewer_profile"
    __table_args__ = (CheckConstraint("most_open >= 0", name="most_open"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    sectors: Mapped[list[Any]]
    areas: Mapped[list[Any]]
    technologies: Mapped[list[Any]]
    languages: Mapped[list[Any]]
    most_open: Mapped[int] = mapped_column(default=8)
