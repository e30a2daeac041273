"""Conflicts of interest where they meet reviews: open ones are closed, and one that is in counts no more."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from dih.accounts.models import Membership, Person
from dih.applications import queries as applications
from dih.applications.models import Application
from dih.applications.queries import Case
from dih.applications.vocabulary import ApplicationStatus
from dih.conflicts import operations as conflicts
from dih.conflicts.models import Conflict
from dih.conflicts.operations import Declaration
from dih.conflicts.queries import in_conflict
from dih.conflicts.rules import CaseFacts
from dih.conflicts.vocabulary import ConflictKind, ConflictStatus, FoundBy
from dih.extensions.database import db
from dih.reviews import emails
from dih.reviews.models import Review
from dih.reviews.operations.moving import move
from dih.reviews.queries.reach import case_for_reviewer
from dih.reviews.vocabulary import OPEN_REVIEWS, ReviewStatus
from dih.routing.queries import deliverers, works_for_deliverer
from dih.shared import clock
from dih.shared.access import SYSTEM, Actor, Permission, Role, ScopeKind

UNDECIDED = (ApplicationStatus.PLACED, ApplicationStatus.IN_REVIEW, ApplicationStatus.WAITING_LIST)
"""While an application is in one of these, a conflict sets a review aside; later the decision has used it."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What is said about a relation; `whole` for all that the organisation applies for, not this application alone."""

    kind: ConflictKind
    note: str
    expires_on: dt.date | None = None
    whole: bool = False


def declare_conflict(application_uuid: UUID, relation: Relation, actor: Actor, now: dt.datetime) -> None:
    """The actor declares a conflict with an application; own open reviews of it close in the same transaction.

    Raises NotFound when the application is out of the actor's reach.
    """
    case = reachable(application_uuid, actor, now)
    conflicts.declare(_declaration(case, relation), actor, now)
    close_conflicted(actor, now, person_id=actor.person_id)


def name_conflict(application_uuid: UUID, person_id: int, relation: Relation, actor: Actor, now: dt.datetime) -> None:
    """The applicant names a person who must not work on the case; that person's open review of it closes at once."""
    case = applications.find(application_uuid, actor, clock.day_of(now))
    conflicts.declare_by_applicant(person_id, _declaration(case, relation), actor, now)
    close_conflicted(SYSTEM, now, person_id=person_id)


def name_institution(application_uuid: UUID, partner_id: int, note: str, actor: Actor, now: dt.datetime) -> None:
    """The applicant names a partner whose people must not work on the case; their open reviews of it close at once."""
    case = applications.find(application_uuid, actor, clock.day_of(now))
    # Whoever gives the case to reviewers locks it too: neither slips past the other.
    db.session.scalar(select(Application.id).where(Application.id == case.id).with_for_update())
    facts = CaseFacts(case.id, case.organisation_id, case.partner_id)
    conflicts.name_institution(partner_id, facts, note, actor, now)
    close_conflicted(SYSTEM, now)


def reachable(application_uuid: UUID, actor: Actor, now: dt.datetime) -> Case:
    """The application as the actor reaches it, reviewers by their reviews. Raises NotFound."""
    if actor.may(Permission.REVIEW):
        return case_for_reviewer(application_uuid, actor, now)
    return applications.find(application_uuid, actor, clock.day_of(now))


def close_conflicted(actor: Actor, now: dt.datetime, person_id: int | None = None) -> None:
    """Closes the open reviews of one person or of all against which a conflict stands, and sets aside those handed in.

    What is set aside stays on record and counts no more. Managers get a mail about each.
    """
    still_counts = and_(Review.status == ReviewStatus.SUBMITTED, Application.status.in_(UNDECIDED))
    wanted = (
        select(Review, Application, Person.name)
        .join(Application, Application.id == Review.application_id)
        .join(Person, Person.id == Review.reviewer_id)
        .where(
            or_(Review.status.in_(OPEN_REVIEWS), still_counts),
            in_conflict(
                Review.reviewer_id, clock.day_of(now), Application.id, Application.organisation_id, reviewing=True
            ),
        )
        .order_by(Review.id)
        .with_for_update(of=Review)
    )
    if person_id is not None:
        wanted = wanted.where(Review.reviewer_id == person_id)
    mover = actor if actor.may(Permission.REVIEW) else SYSTEM
    for review, application, name in db.session.execute(wanted).all():
        if review.status is ReviewStatus.SUBMITTED:
            move(review, "set_aside", mover, now)
            emails.set_aside(application, name, now)
        else:
            move(review, "conflict", mover, now)
            emails.given_back(application, name, "", now)


def find_same_partner(now: dt.datetime) -> None:
    """Records which reviewers work, in any role, for a partner that delivers; for what is or may come in review.

    Who reviews for one partner may deliver for another. What was recorded while others were to deliver ends.
    """
    recorded = exists().where(
        Conflict.person_id == Membership.person_id,
        Conflict.application_id == Application.id,
        Conflict.found_by == FoundBy.SAME_PARTNER,
        Conflict.status != ConflictStatus.ENDED,
    )
    reviewer, deliver = aliased(Membership), deliverers()
    reviews = exists().where(
        reviewer.person_id == Membership.person_id, reviewer.role == Role.REVIEWER, reviewer.ended_at.is_(None)
    )
    new = db.session.execute(
        select(Membership.person_id, Application.organisation_id, Application.id)
        .join(deliver, deliver.c.partner_id == Membership.scope_id)
        .join(Application, Application.id == deliver.c.application_id)
        .where(
            Membership.scope_kind == ScopeKind.PARTNER,
            Membership.ended_at.is_(None),
            reviews,
            Application.status.in_([ApplicationStatus.PLACED, ApplicationStatus.IN_REVIEW]),
            ~recorded,
        )
        .distinct()
    )
    conflicts.record_same_partner([(row[0], row[1], row[2]) for row in new], now)
    over = db.session.scalars(
        select(Conflict.id)
        .join(Application, Application.id == Conflict.application_id)
        .where(
            Conflict.found_by == FoundBy.SAME_PARTNER,
            Conflict.status == ConflictStatus.STANDING,
            Application.status.in_([ApplicationStatus.PLACED, ApplicationStatus.IN_REVIEW]),
            ~works_for_deliverer(Conflict.person_id),
        )
        .order_by(Conflict.id)
    )
    conflicts.end_same_partner(over.all(), now)


def _declaration(case: Case, relation: Relation) -> Declaration:
    application_id = None if relation.whole else case.id
    return Declaration(case.organisation_id, application_id, relation.kind, relation.note, relation.expires_on)
