"""The scoring page: one review with all that the application says, and the reviews of others once the own one is in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.applications.queries import Attachment, open_to
from dih.applications.queries.contents import attachments, chosen_services, stored_answers
from dih.applications.rules import snapshot, tasks
from dih.applications.rules.snapshot import Part
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.calls.content import CallContent
from dih.calls.grid import Grid
from dih.calls.typed import Localised
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import Review
from dih.reviews.queries.queue import Neighbours, neighbours
from dih.reviews.queries.reach import asked, own, still_writes, unbarred
from dih.reviews.queries.said import Earlier, Note, Opinion, Said
from dih.reviews.rules import scoring
from dih.reviews.rules.phases import phase_of
from dih.reviews.rules.scoring import Draft, Scored
from dih.reviews.vocabulary import HANDED_IN, OPEN_REVIEWS, Phase, ReviewStatus
from dih.shared.access import Actor, Permission
from dih.shared.errors import NotFound


@dataclass(frozen=True, slots=True)
class Judged:
    """A review as it is read: criterion by criterion, with its total in percent.

    What counts comes first; `earlier` are the scores before each change, the first ones at the front. `waits_for` names
    whose second opinion is asked for and not given yet.
    """

    uuid: UUID
    reviewer_id: int
    reviewer: str
    submitted_at: dt.datetime | None
    draft: Draft
    scored: Sequence[Scored]
    total: Fraction | None
    earlier: Sequence[Earlier]
    opinions: Sequence[Opinion]
    waits_for: Sequence[str]

    def label(self, key: str) -> Localised | None:
        """What is marked under this key."""
        asked = (one for part in self.scored for one in scoring.asked_in(part.criterion))
        return next((one.label for one in asked if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One review. `editable`: the own one, open, of an application in review; `others` come once the own one is in.

    In the discussion who has submitted, and managers, may speak and change the own scores. `asked`: the actor's second
    opinion is asked for, and nothing else of the discussion is shown.
    """

    uuid: UUID
    status: ReviewStatus
    version: int
    due_on: dt.date
    saved_at: dt.datetime | None
    mine: bool
    editable: bool
    judged: Judged
    application_id: int
    application_uuid: UUID
    reference: str
    title: str
    organisation: str
    content: CallContent
    grid: Grid
    parts: Sequence[Part]
    documents: Mapping[str, Sequence[Attachment]]
    phase: Phase
    others: Sequence[Judged]
    notes: Sequence[Note]
    speaks: bool
    asked: bool
    neighbours: Neighbours | None


def sheet(review_uuid: UUID, actor: Actor, day: dt.date) -> Sheet:
    """The page of one review, in a constant number of queries.

    Reviewers reach their own ones, managers and auditors those handed in. Raises NotFound for all others, in a
    conflict of interest too.
    """
    row = db.session.execute(
        select(Review, Application, Organisation.name, Person.name.label("reviewer"), asked(actor).label("asked"))
        .join(Application, Application.id == Review.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Person, Person.id == Review.reviewer_id)
        .where(Review.uuid == review_uuid, _reach(actor, day))
    ).one_or_none()
    call = calls.version(row.Application.call_version_id) if row else None
    if row is None or call is None or call.content.grid is None:
        raise NotFound
    review, application, grid = row.Review, row.Application, call.content.grid
    mine = review.reviewer_id == actor.person_id
    editable = mine and review.status in OPEN_REVIEWS and application.status is ApplicationStatus.IN_REVIEW
    said = Said(application.id) if review.status in HANDED_IN else None
    only_asked = row.asked and not actor.may(Permission.SEE_ALL)
    others = _others(review, grid, said) if said and not only_asked else []
    phase = phase_of(review.status, application.status, said.closed if said else False)
    attached: dict[str, list[Attachment]] = {}
    for one in attachments(application.id):
        attached.setdefault(one.key, []).append(one)
    return Sheet(
        review.uuid,
        review.status,
        review.version,
        review.due_on,
        review.saved_at,
        mine,
        editable,
        _judged(review, row.reviewer, grid, said),
        application.id,
        application.uuid,
        application.reference or "",
        application.title,
        row.name,
        call.content,
        grid,
        _parts(application, call.content),
        attached,
        phase,
        others,
        said.notes if said and not only_asked else [],
        phase is Phase.DISCUSSION and (mine or actor.may(Permission.ASSIGN_REVIEWERS)),
        phase is Phase.DISCUSSION and row.asked,
        neighbours(review.uuid, actor, day) if mine else None,
    )


def application_of(review_uuid: UUID, actor: Actor, day: dt.date) -> int:
    """The id of a review's application, for who reaches the review. Raises NotFound."""
    found = db.session.scalar(
        select(Application.id)
        .join(Review, Review.application_id == Application.id)
        .where(Review.uuid == review_uuid, _reach(actor, day))
    )
    if found is None:
        raise NotFound
    return found


def _reach(actor: Actor, day: dt.date) -> ColumnElement[bool]:
    if actor.may(Permission.SEE_ALL):
        sealed = still_writes(actor, Application.id)
        return or_(own(actor, day), and_(Review.status.in_(HANDED_IN), open_to(actor, day), ~sealed))
    return or_(own(actor, day), and_(asked(actor), unbarred(actor, day)))


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands in the database of an own open review: for a tab that is behind."""

    version: int
    status: ReviewStatus
    typed: Mapping[str, str]


def saved(review_uuid: UUID, actor: Actor, day: dt.date) -> tuple[Saved, Grid]:
    """The own review as it was saved last, and its grid. Raises NotFound."""
    row = db.session.execute(
        select(Review, Application.call_version_id)
        .join(Application, Application.id == Review.application_id)
        .where(Review.uuid == review_uuid, own(actor, day))
    ).one_or_none()
    call = calls.version(row.call_version_id) if row else None
    if row is None or call is None or call.content.grid is None:
        raise NotFound
    review = row.Review
    typed = scoring.as_typed(Draft(review.marks, review.remarks, review.comment))
    return Saved(review.version, review.status, typed), call.content.grid


def _parts(application: Application, content: CallContent) -> list[Part]:
    """What the application says now, clarifications included; documents stand apart, with their links."""
    given = {key: stored.value for key, stored in stored_answers(application.id).items()}
    services = [
        {"name": one.name, "price_cents": one.price_cents}
        for one in chosen_services(application.id, application.call_version_id)
    ]
    parts = snapshot.parts(content, snapshot.snapshot(given, services, []))
    return [part for part in parts if part.task != tasks.DOCUMENTS]


def _others(review: Review, grid: Grid, said: Said) -> list[Judged]:
    rows = db.session.execute(
        select(Review, Person.name)
        .join(Person, Person.id == Review.reviewer_id)
        .where(
            Review.application_id == review.application_id,
            Review.id != review.id,
            Review.status == ReviewStatus.SUBMITTED,
        )
        .order_by(Review.submitted_at, Review.id)
    )
    return [_judged(other, name, grid, said) for other, name in rows]


def _judged(review: Review, reviewer: str, grid: Grid, said: Said | None) -> Judged:
    first = Draft(review.marks, review.remarks, review.comment)
    earlier, draft = said.changes(review, first, grid) if said else ([], first)
    return Judged(
        review.uuid,
        review.reviewer_id,
        reviewer,
        review.submitted_at,
        draft,
        scoring.scored(grid, draft.marks),
        scoring.total(grid, draft.marks),
        earlier,
        said.opinions.get(review.id, []) if said else [],
        said.waits_for.get(review.id, []) if said else [],
    )
