"""What managers see of a call: its applications with their reviewers, and who could review one of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, case, func, select

from dih.accounts.models import Person
from dih.applications import queries as applications
from dih.applications.models import Application, RequestedService
from dih.applications.queries import Case, open_to
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.calls.queries import CallView
from dih.catalogue.models import Service
from dih.conflicts import queries as conflicts
from dih.conflicts.queries import Bar
from dih.conflicts.rules import CaseFacts
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.reviews.models import OpinionAsked, Review
from dih.reviews.queries.panel import ASSIGNABLE, Line
from dih.reviews.queries.present import to_repair
from dih.reviews.queries.reviewers import Reviewer, reviewers
from dih.reviews.queries.terms import USUAL, Terms, terms
from dih.reviews.rules.affinity import Subject, affinity
from dih.reviews.vocabulary import OPEN_REVIEWS, READING_REVIEWS, ReviewStatus
from dih.shared.access import Actor
from dih.shared.errors import NotFound

PAGE = 50


@dataclass(frozen=True, slots=True)
class CallLine:
    """A reviewed call with its numbers: applications without any review yet, reviews open, late and in, and repairs."""

    call: CallView
    waiting: int
    open: int
    late: int
    submitted: int
    to_repair: int


def reviewed_calls(now: dt.datetime, day: dt.date) -> list[CallLine]:
    """All published calls with reviews; the number of queries does not depend on theirs."""
    published = calls.published(now)
    views = [call for call in (*published.open, *published.closed, *published.coming) if call.content.grid is not None]
    waiting = dict(
        db.session.execute(
            select(Application.call_id, func.count())
            .where(Application.status == ApplicationStatus.PLACED)
            .group_by(Application.call_id)
        ).all()
    )
    is_open = and_(Review.status.in_(OPEN_REVIEWS), Application.status == ApplicationStatus.IN_REVIEW)
    counted = {
        row.call_id: row
        for row in db.session.execute(
            select(
                Application.call_id,
                func.count(case((is_open, 1))).label("open"),
                func.count(case((and_(is_open, Review.due_on < day), 1))).label("late"),
                func.count(case((Review.status == ReviewStatus.SUBMITTED, 1))).label("submitted"),
            )
            .join(Review, Review.application_id == Application.id)
            .group_by(Application.call_id)
        )
    }
    broken = to_repair({view.call_id: view.content.reviews_per_application for view in views})
    lines = []
    for view in views:
        row = counted.get(view.call_id)
        opened, late, submitted = (row.open, row.late, row.submitted) if row else (0, 0, 0)
        lines.append(CallLine(view, waiting.get(view.call_id, 0), opened, late, submitted, broken.get(view.call_id, 0)))
    return lines


@dataclass(frozen=True, slots=True)
class Assigned:
    """An application with its reviews; `wanted` reviews make it complete."""

    id: int
    uuid: UUID
    reference: str
    title: str
    organisation: str
    status: ApplicationStatus
    partner: str | None
    wanted: int
    reviews: Sequence[Line]

    @property
    def active(self) -> int:
        """Reviews that are open or in."""
        return sum(line.status in READING_REVIEWS for line in self.reviews)

    @property
    def submitted(self) -> int:
        """Reviews that are in."""
        return sum(line.status is ReviewStatus.SUBMITTED for line in self.reviews)

    @property
    def missing(self) -> int:
        """How many reviewers are still to be found."""
        return max(0, self.wanted - self.active)


@dataclass(frozen=True, slots=True)
class Board:
    """The applications of a call that are or may come in review, a page at a time; `older` begins the next one."""

    call: CallView
    rows: Sequence[Assigned]
    older: int | None


def call_named(code: str) -> CallView:
    """A published call with reviews. Raises NotFound."""
    call = calls.current(code)
    if call is None or call.content.grid is None:
        raise NotFound
    return call


def board(code: str, actor: Actor, day: dt.date, after: int | None = None) -> Board:
    """The page of a call, those with the lowest number first. Raises NotFound for a call without reviews."""
    call = call_named(code)
    wanted = (
        select(
            Application.id,
            Application.uuid,
            func.coalesce(Application.reference, ""),
            Application.title,
            Organisation.name,
            Application.status,
            Partner.short_name,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(Partner, Partner.id == Application.partner_id)
        .where(Application.call_id == call.call_id, Application.status.in_(ASSIGNABLE), open_to(actor, day))
        .order_by(Application.id)
        .limit(PAGE + 1)
    )
    if after is not None:
        wanted = wanted.where(Application.id > after)
    found = db.session.execute(wanted).all()
    reviews, _asked = _reviews([row.id for row in found[:PAGE]])
    needed = call.content.reviews_per_application
    own = terms([row.id for row in found[:PAGE]])
    rows = [Assigned(*row, own.get(row.id, USUAL).reviews(needed), reviews[row.id]) for row in found[:PAGE]]
    return Board(call, rows, rows[-1].id if len(found) > PAGE else None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could review an application: affinity 0 to 100 percent, and all that stands against it.

    `asked`: this person's second opinion was asked for, so that it has read a review.
    """

    reviewer: Reviewer
    fit: int
    bars: Sequence[Bar]
    review: Line | None
    asked: bool

    @property
    def eligible(self) -> bool:
        """Whether the person may be chosen now."""
        gone = (ReviewStatus.RECALLED, ReviewStatus.CONFLICTED)
        return not self.bars and not self.asked and (self.review is None or self.review.status in gone)


@dataclass(frozen=True, slots=True)
class Assigning:
    """One application and everybody who could review it, the best fit first.

    `may_count`: reviews that were set aside and against which no conflict stands any more.
    """

    case: Case
    call: CallView
    reviews: Sequence[Line]
    candidates: Sequence[Candidate]
    open: bool
    terms: Terms
    may_count: Collection[UUID]


def assigning(application_uuid: UUID, actor: Actor, day: dt.date) -> Assigning:
    """The page on which a manager chooses reviewers. Raises NotFound out of reach and in a conflict of interest."""
    found = applications.find(application_uuid, actor, day)
    call = calls.version(found.call_version_id)
    if call is None or call.content.grid is None:
        raise NotFound
    people = reviewers()
    facts = CaseFacts(found.id, found.organisation_id, found.partner_id)
    lines, read = _reviews([found.id])
    reviews = lines[found.id]
    asked = {one.person_id for one in people} | {line.reviewer_id for line in reviews}
    barred = conflicts.bars([facts], asked, day)
    by_person = {line.reviewer_id: line for line in reviews}
    subject = subjects([found.id])[found.id]
    candidates = [
        Candidate(
            one,
            affinity(subject, one.competence) // 100,
            barred.get((one.person_id, found.id), ()),
            by_person.get(one.person_id),
            (one.person_id, found.id) in read,
        )
        for one in people
    ]
    candidates.sort(key=lambda one: (not one.eligible, -one.fit, one.reviewer.load, one.reviewer.name))
    own = terms([found.id]).get(found.id, USUAL)
    may_count = {
        line.uuid
        for line in reviews
        if line.status is ReviewStatus.SET_ASIDE and (line.reviewer_id, found.id) not in barred
    }
    return Assigning(found, call, reviews, candidates, found.status in ASSIGNABLE, own, may_count)


def subjects(application_ids: Sequence[int]) -> dict[int, Subject]:
    """What applications are about: the sector of the organisation, areas and technologies of the services."""
    sectors: dict[int, str] = {}
    areas: dict[int, set[str]] = defaultdict(set)
    technologies: dict[int, set[str]] = defaultdict(set)
    rows = db.session.execute(
        select(Application.id, Organisation.sector, Service.area, Service.technologies)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(RequestedService, RequestedService.application_id == Application.id)
        .outerjoin(Service, Service.id == RequestedService.service_id)
        .where(Application.id.in_(application_ids))
    )
    for application_id, sector, area, known in rows:
        sectors[application_id] = sector
        if area is not None:
            areas[application_id].add(area.value)
            technologies[application_id] |= set(known)
    return {
        application_id: Subject(sector, areas[application_id], technologies[application_id])
        for application_id, sector in sectors.items()
    }


def _reviews(application_ids: Sequence[int]) -> tuple[dict[int, list[Line]], set[tuple[int, int]]]:
    """The reviews by application, and pairs (person, application) of whose second opinion on one was asked for."""
    lines: dict[int, dict[int, Line]] = defaultdict(dict)
    asked: set[tuple[int, int]] = set()
    rows = db.session.execute(
        select(Review, Person.name, OpinionAsked.person_id)
        .join(Person, Person.id == Review.reviewer_id)
        .outerjoin(OpinionAsked, OpinionAsked.review_id == Review.id)
        .where(Review.application_id.in_(application_ids))
        .order_by(Review.id)
    )
    for review, name, person_id in rows:
        if person_id is not None:
            asked.add((person_id, review.application_id))
        lines[review.application_id][review.id] = Line(
            review.uuid,
            review.reviewer_id,
            name,
            review.status,
            review.due_on,
            review.submitted_at,
            review.declined_reason,
            None,
        )
    return {one: list(lines[one].values()) for one in application_ids}, asked
