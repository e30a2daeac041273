"""The ranking of a call, for the page, the files and the room that decides."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dih.applications.models import Application
from dih.applications.queries import open_to
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.calls.queries import CallView
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import Review, ReviewRevision, ReviewTerms
from dih.reviews.queries.board import call_named
from dih.reviews.queries.marks import counted, is_last
from dih.reviews.queries.terms import Terms
from dih.reviews.rules import scoring
from dih.reviews.rules.calibration import calibrated
from dih.reviews.rules.ranking import Entry, Ranked, rank
from dih.reviews.rules.scoring import Marks
from dih.reviews.vocabulary import ReviewStatus
from dih.shared.access import Actor

RANKED = (
    ApplicationStatus.IN_REVIEW,
    ApplicationStatus.APPROVED,
    ApplicationStatus.REJECTED,
    ApplicationStatus.WAITING_LIST,
)
"""States of applications that stand in the ranking: in review, or decided since."""


@dataclass(frozen=True, slots=True)
class Place:
    """An application in the ranking of its call."""

    application_id: int
    uuid: UUID
    reference: str
    title: str
    organisation: str
    status: ApplicationStatus
    submitted_at: dt.datetime | None
    wanted: int
    ranked: Ranked
    calibrated: Fraction | None


@dataclass(frozen=True, slots=True)
class Ranking:
    """All of a call in order; `call` is the version in force, whose grid names columns and tie-breaks."""

    call: CallView
    places: Sequence[Place]


def ranking(code: str, actor: Actor, day: dt.date, among: Collection[ApplicationStatus] = RANKED) -> Ranking:
    """The ranking of a call as the actor may see it: a case of the actor's conflict keeps its place, but is left out.

    With `among` only applications in these states are compared: the same order, places counted among them.
    Each application is judged by the grid of its own version of the call. Raises NotFound for a call without reviews.
    """
    call = call_named(code)
    return Ranking(call, places({call.call_id: call.id}, actor, day, among)[call.call_id])


def places(
    in_force: Mapping[int, int], actor: Actor, day: dt.date, among: Collection[ApplicationStatus]
) -> dict[int, list[Place]]:
    """The places in the rankings of several calls by call id, in three queries; `in_force` are versions by call id."""
    rows = db.session.execute(
        select(
            Application.id,
            Application.uuid,
            Application.reference,
            Application.title,
            Application.status,
            Application.submitted_at,
            Application.call_id,
            Application.call_version_id,
            Organisation.name,
            open_to(actor, day).label("seen"),
            ReviewTerms.wanted,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(ReviewTerms, ReviewTerms.application_id == Application.id)
        .where(Application.call_id.in_(list(in_force)), Application.status.in_(among))
    ).all()
    by_call: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_call[row.call_id].append(row)
    versions = calls.versions(sorted({row.call_version_id for row in rows} | set(in_force.values())))
    marks = _marks(list(by_call), among)
    return {
        call_id: _in_order(versions[version_id], by_call[call_id], versions, marks)
        for call_id, version_id in in_force.items()
    }


def _in_order(
    call: CallView, rows: Sequence[Any], versions: Mapping[int, CallView], marks: Mapping[int, dict[int, Marks]]
) -> list[Place]:
    """The places that the actor sees; all are compared."""
    grids = {row.id: one for row in rows if (one := versions[row.call_version_id].content.grid) is not None}
    given = {application_id: marks.get(application_id, {}) for application_id in grids}
    fair = calibrated(
        {
            application_id: {
                reviewer_id: whole
                for reviewer_id, one in given[application_id].items()
                if (whole := scoring.total(own, one)) is not None
            }
            for application_id, own in grids.items()
        }
    )
    by_id = {row.id: row for row in rows}
    entries = [
        Entry(application_id, by_id[application_id].submitted_at, own, list(given[application_id].values()))
        for application_id, own in grids.items()
    ]
    found = []
    for ranked in rank(entries, call.content.grid.tie_breaks if call.content.grid else ()):
        row = by_id[ranked.application_id]
        if row.seen:
            usual = versions[row.call_version_id].content.reviews_per_application
            found.append(
                Place(
                    row.id,
                    row.uuid,
                    row.reference or "",
                    row.title,
                    row.name,
                    row.status,
                    row.submitted_at,
                    Terms(row.wanted).reviews(usual),
                    ranked,
                    fair.get(row.id),
                )
            )
    return found


def _marks(call_ids: Collection[int], among: Collection[ApplicationStatus]) -> dict[int, dict[int, Marks]]:
    """The marks that count, by application and reviewer."""
    found: dict[int, dict[int, Marks]] = defaultdict(dict)
    rows = db.session.execute(
        select(Review.application_id, Review.reviewer_id, counted())
        .join(Application, Application.id == Review.application_id)
        .outerjoin(ReviewRevision, is_last())
        .where(
            Application.call_id.in_(call_ids),
            Application.status.in_(among),
            Review.status == ReviewStatus.SUBMITTED,
        )
    )
    for application_id, reviewer_id, marks in rows:
        found[application_id][reviewer_id] = marks
    return found
