"""Giving applications to reviewers, and taking reviews back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from dih.accounts.models import Person
from dih.applications import operations as applications
from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.conflicts.queries import bars
from dih.conflicts.rules import CaseFacts
from dih.conflicts.vocabulary import CONFLICT_KIND_LABELS
from dih.extensions.database import db
from dih.reviews.models import Review
from dih.reviews.operations.moving import move
from dih.reviews.queries.reviewers import reviewers
from dih.reviews.vocabulary import OPEN_REVIEWS, READING_REVIEWS, ReviewStatus
from dih.shared import audit, clock
from dih.shared.access import SYSTEM, Actor
from dih.shared.errors import BrokenRule, NotFound, Problem
from dih.shared.wording import N_, Text


def assign(pairs: Iterable[tuple[int, int]], actor: Actor, now: dt.datetime) -> None:
    """Gives each application (id) to the reviewer (person id) named with it: all of them, or none.

    The first reviewer of an application takes it from the partner's desk into review. Raises BrokenRule with every
    pair that does not go (a conflict, a decline, no such reviewer), NotFound for an application out of reach.
    """
    wanted: dict[int, list[int]] = defaultdict(list)
    for application_id, reviewer_id in sorted(set(pairs)):
        wanted[application_id].append(reviewer_id)
    if not wanted:
        raise BrokenRule.because(N_("Choose at least one reviewer."), "reviewers")
    chosen = [applications.load_for_staff(application_id, actor, now) for application_id in wanted]
    _hold({reviewer_id for ids in wanted.values() for reviewer_id in ids})
    names = {one.person_id: one.name for one in reviewers()}
    problems: list[Problem] = []
    for application in chosen:
        problems += _assign_one(application, wanted[application.id], names, actor, now)
    if problems:
        raise BrokenRule(*problems)


def recall(review_uuid: UUID, actor: Actor, now: dt.datetime) -> UUID:
    """Takes an open review back; what was filled in is kept, should the reviewer be asked again.

    Returns the application's uuid.

    Raises Stale when it was submitted or closed in the meantime.
    """
    review = db.session.scalar(select(Review).where(Review.uuid == review_uuid))
    if review is None:
        raise NotFound
    application = applications.load_for_staff(review.application_id, actor, now)
    db.session.refresh(review)
    move(review, "recall", actor, now)
    return application.uuid


def recall_moot(now: dt.datetime) -> None:
    """Takes back the open reviews of applications that are not in review any more."""
    moot = db.session.scalars(
        select(Review)
        .join(Application, Application.id == Review.application_id)
        .where(Review.status.in_(OPEN_REVIEWS), Application.status != ApplicationStatus.IN_REVIEW)
        .order_by(Review.id)
        .with_for_update(of=Review, skip_locked=True)
    )
    for review in moot.all():
        move(review, "recall", SYSTEM, now)


def _assign_one(
    application: Application, reviewer_ids: list[int], names: dict[int, str], actor: Actor, now: dt.datetime
) -> list[Problem]:
    call = applications.call_of(application)
    reference = application.reference or ""
    if call.content.grid is None or application.status not in (ApplicationStatus.PLACED, ApplicationStatus.IN_REVIEW):
        message = N_("%(reference)s cannot be reviewed now: it must be placed with a partner, in a call with reviews.")
        return [Problem("reviewers", Text(message, {"reference": reference}))]
    day = clock.day_of(now)
    case = CaseFacts(application.id, application.organisation_id, application.partner_id)
    barred = bars([case], reviewer_ids, day)
    present = {
        review.reviewer_id: review
        for review in db.session.scalars(
            select(Review).where(Review.application_id == application.id, Review.reviewer_id.in_(reviewer_ids))
        )
    }
    due_on = clock.add_working_days(day, call.content.days.review_working_days)
    problems = []
    for reviewer_id in reviewer_ids:
        values = {"name": names.get(reviewer_id, ""), "reference": reference}
        review = present.get(reviewer_id)
        if reviewer_id not in names:
            problems.append(Problem("reviewers", Text(N_("Choose reviewers from the list."))))
        elif bar := next(iter(barred.get((reviewer_id, application.id), ())), None):
            kind = Text(CONFLICT_KIND_LABELS[bar.kind])
            message = N_("%(name)s has a conflict of interest with %(reference)s (%(kind)s).")
            problems.append(Problem("reviewers", Text(message, {**values, "kind": kind})))
        elif review is not None and review.status in READING_REVIEWS:
            problems.append(Problem("reviewers", Text(N_("%(name)s has %(reference)s already."), values)))
        elif review is not None and review.status is ReviewStatus.DECLINED:
            problems.append(Problem("reviewers", Text(N_("%(name)s declined to review %(reference)s."), values)))
        elif review is not None:
            move(
                review, "assign", actor, now, due_on=due_on, assigned_at=now, assigned_by=actor.person_id, told_at=None
            )
        else:
            _add(application.id, reviewer_id, due_on, actor, now)
    if not problems and application.status is ApplicationStatus.PLACED:
        applications.move(application, "start_review", actor, now)
    return problems


def _add(application_id: int, reviewer_id: int, due_on: dt.date, actor: Actor, now: dt.datetime) -> None:
    review = Review(
        application_id=application_id,
        reviewer_id=reviewer_id,
        status=ReviewStatus.ASSIGNED,
        assigned_at=now,
        assigned_by=actor.person_id,
        due_on=due_on,
        marks={},
        remarks={},
    )
    db.session.add(review)
    db.session.flush()
    audit.record(
        actor,
        now,
        ("review", review.id),
        "review_assign",
        after={"status": review.status.value, "reviewer_id": reviewer_id, "due_on": due_on.isoformat()},
        application_id=application_id,
    )


def _hold(person_ids: Iterable[int]) -> None:
    """Locks the people, as declaring a conflict does: neither slips past the other."""
    db.session.scalars(select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update()).all()
