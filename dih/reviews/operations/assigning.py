"""Giving applications to reviewers, and taking reviews back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dih.accounts.models import Person
from dih.applications import operations as applications
from dih.applications.models import Application
from dih.applications.queries import open_to
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.conflicts.queries import Bar, bars
from dih.conflicts.rules import CaseFacts
from dih.conflicts.vocabulary import CONFLICT_KIND_LABELS
from dih.extensions.database import db
from dih.reviews.models import Review
from dih.reviews.operations.moving import move
from dih.reviews.queries.reach import asked_before
from dih.reviews.queries.reviewers import reviewers
from dih.reviews.vocabulary import OPEN_REVIEWS, READING_REVIEWS, ReviewStatus
from dih.shared import audit, clock
from dih.shared.access import SYSTEM, Actor
from dih.shared.errors import BrokenRule, NotFound, Problem, Stale
from dih.shared.free_days import free_days
from dih.shared.wording import N_, Text

Pairs = Collection[tuple[int, int]]


def assign(wanted: Iterable[tuple[int, int]], actor: Actor, now: dt.datetime, plan_id: int | None = None) -> None:
    """Gives each application (id) to the reviewer (person id) named with it: all of them, or none.

    The first reviewer of an application takes it from the partner's desk into review. `plan_id` is the published plan
    that says so. Raises BrokenRule with every pair that does not go (a conflict, a decline, no such reviewer), NotFound
    for an application out of reach.
    """
    pairs = sorted(set(wanted))
    if not pairs:
        raise BrokenRule.because(N_("Choose at least one reviewer."), "reviewers")
    chosen = hold(pairs, actor, now)
    names = {one.person_id: one.name for one in reviewers()}
    present = _present(pairs)
    problems = _unready(chosen.values()) + _in_the_way(pairs, chosen, names, present, clock.day_of(now))
    if problems:
        raise BrokenRule(*problems)
    due = _due_days(chosen.values(), clock.day_of(now))
    for application_id, reviewer_id in pairs:
        _give(chosen[application_id], reviewer_id, present.get((application_id, reviewer_id)), due, plan_id, actor, now)
    for application in chosen.values():
        if application.status is ApplicationStatus.PLACED:
            applications.move(application, "start_review", actor, now)


def hold(pairs: Pairs, actor: Actor, now: dt.datetime) -> dict[int, Application]:
    """Locks the applications, then the people of these pairs, as declaring a conflict does: neither slips past.

    The lock lets rows in that merely refer to one of them, else the two would wait for each other. Raises NotFound
    when one of the applications is out of the actor's reach.
    """
    ids = {application_id for application_id, _reviewer in pairs}
    found = db.session.scalars(
        select(Application)
        .where(Application.id.in_(ids), open_to(actor, clock.day_of(now)))
        .order_by(Application.id)
        .with_for_update(of=Application, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if len(found) != len(ids):
        raise NotFound
    people = {reviewer_id for _application, reviewer_id in pairs}
    held = select(Person.id).where(Person.id.in_(people)).order_by(Person.id)
    db.session.scalars(held.with_for_update(key_share=True)).all()
    return {one.id: one for one in found}


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


def count_again(review_uuid: UUID, actor: Actor, now: dt.datetime) -> UUID:
    """A review that was set aside counts again, once no conflict stands; returns the application's uuid.

    Raises BrokenRule while a conflict stands, Stale when it is not set aside, NotFound out of reach.
    """
    review = db.session.scalar(select(Review).where(Review.uuid == review_uuid))
    if review is None:
        raise NotFound
    application = hold([(review.application_id, review.reviewer_id)], actor, now)[review.application_id]
    db.session.refresh(review)
    if review.status is not ReviewStatus.SET_ASIDE:
        raise Stale
    case = CaseFacts(application.id, application.organisation_id, application.partner_id)
    if bars([case], [review.reviewer_id], clock.day_of(now)):
        raise BrokenRule.because(N_("A conflict of interest still stands. Clear it with a reason first."))
    move(review, "count_again", actor, now)
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


def _present(pairs: Pairs) -> dict[tuple[int, int], Review]:
    rows = db.session.scalars(
        select(Review).where(
            Review.application_id.in_({application_id for application_id, _reviewer in pairs}),
            Review.reviewer_id.in_({reviewer_id for _application, reviewer_id in pairs}),
        )
    )
    return {(review.application_id, review.reviewer_id): review for review in rows}


def _unready(chosen: Iterable[Application]) -> list[Problem]:
    found = list(chosen)
    versions = calls.versions(sorted({one.call_version_id for one in found}))
    message = N_("%(reference)s cannot be reviewed now: it must be placed with a partner, in a call with reviews.")
    return [
        Problem("reviewers", Text(message, {"reference": one.reference or ""}))
        for one in found
        if versions[one.call_version_id].content.grid is None
        or one.status not in (ApplicationStatus.PLACED, ApplicationStatus.IN_REVIEW)
    ]


def _due_days(chosen: Iterable[Application], day: dt.date) -> dict[int, dt.date]:
    """The last day of a review begun today, by call version."""
    versions = calls.versions(sorted({one.call_version_id for one in chosen}))
    free = free_days()
    return {
        version_id: clock.add_working_days(day, call.content.days.review_working_days, free)
        for version_id, call in versions.items()
    }


def _in_the_way(
    pairs: Pairs,
    chosen: Mapping[int, Application],
    names: Mapping[int, str],
    present: Mapping[tuple[int, int], Review],
    day: dt.date,
) -> list[Problem]:
    cases = [CaseFacts(one.id, one.organisation_id, one.partner_id) for one in chosen.values()]
    barred = bars(cases, {reviewer_id for _application, reviewer_id in pairs}, day)
    asked = asked_before(chosen)
    found = (
        _one_in_the_way(
            chosen[application_id].reference or "",
            names.get(reviewer_id),
            next(iter(barred.get((reviewer_id, application_id), ())), None),
            present.get((application_id, reviewer_id)),
            asked=(reviewer_id, application_id) in asked,
        )
        for application_id, reviewer_id in pairs
    )
    return [Problem("reviewers", text) for text in found if text is not None]


def _one_in_the_way(
    reference: str, name: str | None, bar: Bar | None, review: Review | None, *, asked: bool
) -> Text | None:
    if name is None:
        return Text(N_("Choose reviewers from the list."))
    values: dict[str, object] = {"name": name, "reference": reference}
    if bar is not None:
        message = N_("%(name)s has a conflict of interest with %(reference)s (%(kind)s).")
        return Text(message, {**values, "kind": Text(CONFLICT_KIND_LABELS[bar.kind])})
    if asked:
        return Text(N_("%(name)s was asked for a second opinion on %(reference)s and has read a review of it."), values)
    if review is not None and review.status in READING_REVIEWS:
        return Text(N_("%(name)s has %(reference)s already."), values)
    if review is not None and review.status is ReviewStatus.SET_ASIDE:
        return Text(N_("The review of %(reference)s by %(name)s is set aside. Let it count again instead."), values)
    if review is not None and review.status is ReviewStatus.DECLINED:
        return Text(N_("%(name)s declined to review %(reference)s."), values)
    return None


def _give(
    application: Application,
    reviewer_id: int,
    review: Review | None,
    due: Mapping[int, dt.date],
    plan_id: int | None,
    actor: Actor,
    now: dt.datetime,
) -> None:
    given: dict[str, Any] = {
        "due_on": due[application.call_version_id],
        "assigned_at": now,
        "assigned_by": actor.person_id,
        "plan_id": plan_id,
    }
    if review is not None:
        move(review, "assign", actor, now, told_at=None, **given)
        return
    review = Review(
        application_id=application.id,
        reviewer_id=reviewer_id,
        status=ReviewStatus.ASSIGNED,
        marks={},
        remarks={},
        **given,
    )
    db.session.add(review)
    db.session.flush()
    audit.record(
        actor,
        now,
        ("review", review.id),
        "review_assign",
        after={"status": review.status.value, "reviewer_id": reviewer_id, "due_on": review.due_on.isoformat()},
        application_id=application.id,
    )
