"""Reviews: one reviewer's scores and remarks on one application."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from dih.extensions.database import Choice, Model, choice_check
from dih.reviews.vocabulary import Bid, PlanKind, PlanStatus, ReviewStatus, Spread


class Review(Model):
    """`marks` are points by criterion or sub-criterion key; what is not answered is absent, never zero.

    `remarks` are texts by criterion. `told_at` is the mail about the assignment, `reminded_on` the last reminder's day,
    `escalated_on` the day on which managers were told that it is late. `plan_id` is the published plan that gave it,
    None when a manager chose by hand. Once submitted the row is sealed, but for its status, which says whether it
    counts: what is changed in the discussion is a `ReviewRevision`.
    """

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("application_id", "reviewer_id"),
        CheckConstraint(choice_check("status", ReviewStatus), name="status"),
        CheckConstraint("submitted_at IS NULL OR status IN ('submitted', 'set_aside')", name="handed_in"),
        Index("ix_review_reviewer", "reviewer_id", "status", "due_on"),
        Index("ix_review_status", "status", "due_on"),
        Index("ix_review_plan", "plan_id"),
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
    escalated_on: Mapped[dt.date | None]
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("review_plan.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ReviewRevision(Model):
    """Scores changed in the discussion, with the reason; append-only. The last one counts, the first score stays."""

    __tablename__ = "review_revision"
    __table_args__ = (UniqueConstraint("review_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    number: Mapped[int]
    marks: Mapped[dict[str, Any]]
    remarks: Mapped[dict[str, Any]]
    comment: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text)
    revised_at: Mapped[dt.datetime]


class SecondOpinion(Model):
    """Somebody who agrees or disagrees with a submitted review, with reasons; one of each person, append-only."""

    __tablename__ = "second_opinion"
    __table_args__ = (UniqueConstraint("review_id", "author_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agrees: Mapped[bool]
    reasons: Mapped[str] = mapped_column(Text)
    given_at: Mapped[dt.datetime]


class OpinionAsked(Model):
    """Somebody with no review of the application whom a manager asks for a second opinion on a submitted review.

    `reminded_on` is the last reminder's day, `escalated_on` the day on which managers were told that it is late.
    """

    __tablename__ = "opinion_asked"
    __table_args__ = (UniqueConstraint("review_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[dt.datetime]
    due_on: Mapped[dt.date]
    reminded_on: Mapped[dt.date | None]
    escalated_on: Mapped[dt.date | None]


class DiscussionNote(Model):
    """What reviewers and managers say to each other about one application; append-only."""

    __tablename__ = "discussion_note"
    __table_args__ = (Index("ix_discussion_note_application", "application_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(Text)
    written_at: Mapped[dt.datetime]


class ReviewTerms(Model):
    """What a manager has set for one application; what is None is as the call and the plan say.

    `wanted` reviews instead of the call's number, `floor` the least fit allowed (1 to 10,000) instead of the plan's.
    `third_at` is the moment at which a spread above the limit asked for one more; `closed_at` ends the discussion.
    """

    __tablename__ = "review_terms"
    __table_args__ = (
        CheckConstraint("wanted BETWEEN 0 AND 6", name="wanted"),
        CheckConstraint("floor BETWEEN 1 AND 10000", name="floor"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True, autoincrement=False)
    wanted: Mapped[int | None]
    floor: Mapped[int | None]
    third_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]


class ReviewBid(Model):
    """What a reviewer said about an application before reviewers were chosen."""

    __tablename__ = "review_bid"
    __table_args__ = (
        CheckConstraint(choice_check("bid", Bid), name="bid"),
        Index("ix_review_bid_application", "application_id"),
    )

    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True, autoincrement=False)
    bid: Mapped[Bid] = mapped_column(Choice(Bid))
    given_at: Mapped[dt.datetime]


class ReviewPlan(Model):
    """Who reviews what in a call, as the solver found it, or a repair of a published plan.

    `task` is what was solved (NPZ: aff, coi, load, k, floor and the ids of applications and reviewers); a repair has
    none and names its plan in `repairs_id`. `pairs` lists [application, reviewer, fit] of a plan and [application,
    leaves, takes] of a repair, all ids. `floor`, `total` and `bound` are in affinity units, the total less what
    load costs (`spread`); a plan is proven when total and bound are equal.
    """

    __tablename__ = "review_plan"
    __table_args__ = (
        CheckConstraint(choice_check("kind", PlanKind), name="kind"),
        CheckConstraint(choice_check("status", PlanStatus), name="status"),
        CheckConstraint(choice_check("spread", Spread), name="spread"),
        CheckConstraint("(kind = 'repair') = (repairs_id IS NOT NULL)", name="repairs"),
        CheckConstraint("(status = 'published') = (published_at IS NOT NULL)", name="published"),
        Index("ix_review_plan_call", "call_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id"))
    kind: Mapped[PlanKind] = mapped_column(Choice(PlanKind))
    status: Mapped[PlanStatus] = mapped_column(Choice(PlanStatus))
    repairs_id: Mapped[int | None] = mapped_column(ForeignKey("review_plan.id"))
    task: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    pairs: Mapped[list[Any]]
    floor: Mapped[int]
    floor_asked: Mapped[int | None]
    spread: Mapped[Spread] = mapped_column(Choice(Spread), default=Spread.NONE)
    total: Mapped[int]
    bound: Mapped[int]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[dt.datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[dt.datetime | None]


class ReviewerProfile(Model):
    """For what a reviewer is asked: codes of the taxonomy, languages, and the most reviews open at a time.

    `away_reason` is filled in while the person takes nothing: an illness, a leave.
    """

    __tablename__ = "reviewer_profile"
    __table_args__ = (CheckConstraint("most_open >= 0", name="most_open"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    sectors: Mapped[list[Any]]
    areas: Mapped[list[Any]]
    technologies: Mapped[list[Any]]
    languages: Mapped[list[Any]]
    most_open: Mapped[int] = mapped_column(default=8)
    away_reason: Mapped[str] = mapped_column(Text, default="")
