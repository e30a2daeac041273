"""The ranking of a call, for the page, the files and the room that decides."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol
from uuid import UUID

from sqlalchemy import and_, select

from dih.applications.models import Application
from dih.applications.queries import open_to
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.calls.grid import Grid
from dih.calls.queries import CallView
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import Review, ReviewRevision, ReviewTerms
from dih.reviews.queries.board import call_named
from dih.reviews.queries.marks import counted, is_last
from dih.reviews.queries.reach import still_writes
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


class Named(Protocol):
    """An application of the call, with how many reviews it was said to want (None: as many as its call says)."""

    @property
    def id(self) -> int: ...
    @property
    def call_version_id(self) -> int: ...
    @property
    def submitted_at(self) -> dt.datetime | None: ...
    @property
    def wanted(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """What the reviews of an application come to; `wanted` reviews make it complete, `calibrated` is None unasked."""

    application_id: int
    wanted: int
    ranked: Ranked
    calibrated: Fraction | None


def ranking(code: str, actor: Actor, day: dt.date) -> Ranking:
    """The ranking of a call as the actor may see it: a case of the actor's conflict keeps its place, but is left out.

    So is one of which the actor's own review is still open.

    Raises NotFound for a call without reviews.
    """
    call = call_named(code)
    rows = db.session.execute(
        select(
            Application.id,
            Application.uuid,
            Application.reference,
            Application.title,
            Application.status,
            Application.submitted_at,
            Application.call_version_id,
            Organisation.name,
            and_(open_to(actor, day), ~still_writes(actor, Application.id)).label("seen"),
            ReviewTerms.wanted,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(ReviewTerms, ReviewTerms.application_id == Application.id)
        .where(Application.call_id == call.call_id, Application.status.in_(RANKED))
    ).all()
    by_id = {row.id: row for row in rows}
    found = [(by_id[one.application_id], one) for one in standings(call, rows, calibrate=True)]
    return Ranking(
        call,
        [
            Place(
                row.id,
                row.uuid,
                row.reference or "",
                row.title,
                row.name,
                row.status,
                row.submitted_at,
                one.wanted,
                one.ranked,
                one.calibrated,
            )
            for row, one in found
            if row.seen
        ],
    )


def standings(call: CallView, rows: Sequence[Named], *, calibrate: bool = False) -> list[Standing]:
    """These applications of a call in the order of its ranking, those without a grid left out.

    Each is judged by the grid of its own version of the call, and stands beside the others with `calibrate`. One query,
    and one where there are several versions.
    """
    versions = calls.versions(sorted({row.call_version_id for row in rows}))
    grids = {row.id: one for row in rows if (one := versions[row.call_version_id].content.grid) is not None}
    marks = _marks(list(grids))
    given = {application_id: marks.get(application_id, {}) for application_id in grids}
    fair = _calibrated(grids, given) if calibrate else {}
    by_id = {row.id: row for row in rows}
    entries = [
        Entry(application_id, by_id[application_id].submitted_at, own, list(given[application_id].values()))
        for application_id, own in grids.items()
    ]
    found = []
    for ranked in rank(entries, call.content.grid.tie_breaks if call.content.grid else ()):
        row = by_id[ranked.application_id]
        usual = versions[row.call_version_id].content.reviews_per_application
        found.append(Standing(row.id, Terms(row.wanted).reviews(usual), ranked, fair.get(row.id)))
    return found


def _calibrated(grids: Mapping[int, Grid], given: Mapping[int, Mapping[int, Marks]]) -> dict[int, Fraction]:
    return calibrated(
        {
            application_id: {
                reviewer_id: whole
                for reviewer_id, one in given[application_id].items()
                if (whole := scoring.total(own, one)) is not None
            }
            for application_id, own in grids.items()
        }
    )


def _marks(application_ids: Collection[int]) -> dict[int, dict[int, Marks]]:
    """The marks that count, by application and reviewer."""
    found: dict[int, dict[int, Marks]] = defaultdict(dict)
    rows = db.session.execute(
        select(Review.application_id, Review.reviewer_id, counted())
        .outerjoin(ReviewRevision, is_last())
        .where(Review.application_id.in_(application_ids), Review.status == ReviewStatus.SUBMITTED)
    )
    for application_id, reviewer_id, marks in rows:
        found[application_id][reviewer_id] = marks
    return found
