"""What happened to one application beside its state: versions submitted, questions from staff, eligibility checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import func, select

from dih.accounts.models import Person
from dih.applications.models import Clarification, EligibilityCheck, Submission
from dih.extensions.database import db
from dih.shared.unit_of_work import read_once


@dataclass(frozen=True, slots=True)
class Version:
    """One submission, whole: `content` as `rules.snapshot` made it."""

    number: int
    submitted_at: dt.datetime
    submitted_by: str
    content: Mapping[str, Any]
    reopened_at: dt.datetime | None


def versions(application_id: int) -> list[Version]:
    """What was submitted, the first version first."""
    rows = db.session.execute(
        select(
            Submission.number,
            Submission.submitted_at,
            func.coalesce(Person.name, ""),
            Submission.content,
            Submission.reopened_at,
        )
        .outerjoin(Person, Person.id == Submission.submitted_by)
        .where(Submission.application_id == application_id)
        .order_by(Submission.number)
    )
    return [Version(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Clarifying:
    """A question from staff with its answer, if there is one."""

    id: int
    question: str
    fields: Sequence[str]
    asked_at: dt.datetime
    due_on: dt.date
    answer: str
    answered_at: dt.datetime | None
    withdrawn_at: dt.datetime | None

    @property
    def open(self) -> bool:
        """Whether the applicant is still asked."""
        return self.answered_at is None and self.withdrawn_at is None


def clarifications(application_id: int) -> list[Clarifying]:
    """All questions from staff, the first one first; once where nothing changes meanwhile."""

    def find() -> list[Clarifying]:
        columns = [getattr(Clarification, field.name) for field in fields(Clarifying)]
        rows = db.session.execute(
            select(*columns).where(Clarification.application_id == application_id).order_by(Clarification.id)
        )
        return [Clarifying(*row) for row in rows]

    return read_once(("clarifications", application_id), find) or []


@dataclass(frozen=True, slots=True)
class Checked:
    """The last finding on the conditions of the call: {condition: {"holds": ..., "note": ...}} and the reason given."""

    eligible: bool
    findings: Mapping[str, Any]
    reason: str
    checked_at: dt.datetime
    by: str


def latest_check(application_id: int) -> Checked | None:
    """The last eligibility check of an application, if there was one."""
    row = db.session.execute(
        select(
            EligibilityCheck.eligible,
            EligibilityCheck.findings,
            EligibilityCheck.reason,
            EligibilityCheck.checked_at,
            func.coalesce(Person.name, ""),
        )
        .outerjoin(Person, Person.id == EligibilityCheck.checked_by)
        .where(EligibilityCheck.application_id == application_id)
        .order_by(EligibilityCheck.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Checked(*row)
