"""A conflict that comes up after a review is in: it stays on record, counts no more, and somebody else may be asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from dih.applications import operations as applications
from dih.applications.models import Application
from dih.conflicts import operations as conflicts
from dih.conflicts.models import Conflict
from dih.decisions import queries as decisions
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews import jobs, operations, queries
from dih.reviews.models import Review, ReviewPlan
from dih.reviews.operations import Relation
from dih.reviews.vocabulary import ReviewStatus
from dih.shared import clock
from dih.shared.access import SYSTEM, Role
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.models import AuditRecord, OutboxItem
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.grids import GOOD
from tests.support.reviewed import Reviewed

SignIn = Callable[..., Any]


@pytest.fixture
def reviewed(hub: Reviewed) -> Application:
    """An application whose two reviews, given by a published plan, are in: 90 and 65 percent."""
    with unit_of_work():
        hub.people["spare"] = factories.member(Role.REVIEWER, hub.now, hub.partners[1], name="Spare")
    for name in ("first", "second"):
        hub.knows(name, sectors=["manufacturing"], areas=["robotics"])
    application = hub.placed()
    solved: Any = queries.solve_for(hub.code, 1, hub.actor("manager"), clock.day_of(hub.now))
    with unit_of_work():
        uuid = operations.keep_plan(solved, hub.actor("manager"), hub.now)
        operations.publish(uuid, hub.actor("manager"), hub.now)
    hub.submitted(application, "first")
    hub.submitted(application, "second", {**GOOD, "idea": 15})
    return application


def place(hub: Reviewed) -> Any:
    (found,) = queries.ranking(hub.code, hub.actor("manager"), clock.day_of(hub.now)).places
    return found.ranked


def waits_for_reviews(hub: Reviewed) -> list[bool]:
    """What the meeting's list says of each application."""
    listed = decisions.meeting(hub.code, hub.actor("manager"), clock.day_of(hub.now))
    assert listed is not None
    return [one.unjudged for one in listed.candidates]


def repairs(hub: Reviewed) -> Any:
    return queries.mendings(hub.code, hub.actor("manager"), clock.day_of(hub.now)).plans


def test_a_found_conflict_sets_a_review_aside_until_it_is_cleared(
    hub: Reviewed, reviewed: Application, client: Any, sign_in: SignIn
) -> None:
    both = place(hub).mean
    assert place(hub).count == 2
    uuid = hub.review(reviewed, "first").uuid
    with unit_of_work():
        of = db.session.get_one(Organisation, hub.organisation)
        of.website = "https://" + hub.people["first"][0].email.partition("@")[2]
        conflicts.find_among_staff(hub.now)
    for _ in range(2):
        jobs.sweep(hub.now)
    review = hub.review(reviewed, "first")
    assert (review.status, review.marks) == (ReviewStatus.SET_ASIDE, GOOD)
    told = [one.payload for one in db.session.query(OutboxItem) if "pusă deoparte" in one.payload["subject"]]
    assert sorted(one["to"] for one in told) == sorted(hub.people[one][0].email for one in ("manager", "other_manager"))
    assert (place(hub).count, place(hub).mean) == (1, 65)
    assert waits_for_reviews(hub) == [True], "no bulk approval on what is left"
    assert [row.reviewer for row in queries.scores(hub.code, hub.actor("manager"), clock.day_of(hub.now))] == [
        "Second"
    ] * 3
    sign_in(client, *hub.people["first"])
    for page in (f"/reviews/{uuid}", f"/cases/{reviewed.uuid}"):
        assert client.get(page).status_code == 404
    sign_in(client, *hub.people["manager"])
    page = f"/reviews/applications/{reviewed.uuid}"
    client.get(page)
    assert "Pusă deoparte: conflict de interese" in client.page.main.get_text()
    assert not client.page.select(f"form[action$='{uuid}/count']")
    assert client.get(f"/reviews/{uuid}").status_code == 200
    assert "Această evaluare nu contează" in client.page.main.get_text()
    assert client.get(f"/cases/{reviewed.uuid}").status_code == 200
    (shown,) = repairs(hub)
    assert [(one.reviewer, one.status) for one in shown.lost] == [("First", ReviewStatus.SET_ASIDE)]
    with pytest.raises(BrokenRule, match="still stands"), unit_of_work():
        operations.count_again(uuid, hub.actor("manager"), hub.now)
    conflict = db.session.scalars(select(Conflict.id).where(Conflict.person_id == hub.person_id("first"))).one()
    with unit_of_work():
        conflicts.clear(conflict, "Doar domeniul este același", hub.actor("manager"), hub.now)
    assert client.get(page).status_code == 200
    assert client.post(f"/reviews/{uuid}/count").location == page
    assert (place(hub).count, place(hub).mean, repairs(hub)) == (2, both, [])
    assert waits_for_reviews(hub) == [False]
    assert client.post(f"/reviews/{uuid}/count").status_code == 302
    jobs.sweep(hub.now)
    assert hub.review(reviewed, "first").status is ReviewStatus.SUBMITTED
    actions = set(db.session.scalars(select(AuditRecord.action)))
    assert {"review_set_aside", "review_count_again"} <= actions


def test_a_declared_conflict_passes_the_review_on_and_the_first_scores_stay(
    hub: Reviewed, reviewed: Application
) -> None:
    from dih.conflicts.vocabulary import ConflictKind

    with unit_of_work():
        relation = Relation(ConflictKind.FAMILY, "Sora mea lucrează acolo")
        operations.declare_conflict(reviewed.uuid, relation, hub.actor("first"), hub.now)
    assert hub.review(reviewed, "first").status is ReviewStatus.SET_ASIDE
    with pytest.raises(NotFound), unit_of_work():
        operations.revise(hub.review(reviewed, "first").uuid, None, "x", hub.actor("first"), hub.now)  # type: ignore[arg-type]
    (shown,) = repairs(hub)
    (change,) = shown.changes
    assert (change.leaves, change.takes) == ("First", "Spare")
    with unit_of_work():
        assert operations.repair(hub.code, shown.plan_id, shown.key, hub.actor("manager"), hub.now) == 1
    hub.submitted(reviewed, "spare")
    assert place(hub).count == 2
    assert repairs(hub) == []
    assert db.session.query(ReviewPlan).count() == 2
    with pytest.raises(DatabaseError), unit_of_work():
        db.session.execute(text("UPDATE review SET marks = '{}' WHERE status = 'set_aside'"))
    with pytest.raises(DatabaseError), unit_of_work():
        db.session.execute(text("UPDATE review SET status = 'recalled' WHERE status = 'set_aside'"))


def test_what_is_decided_keeps_its_reviews(hub: Reviewed, reviewed: Application) -> None:
    from dih.conflicts.operations import Declaration
    from dih.conflicts.vocabulary import ConflictKind

    with unit_of_work():
        applications.move(db.session.get_one(Application, reviewed.id), "reject", SYSTEM, hub.now, reason="No.")
        of = Declaration(hub.organisation, None, ConflictKind.FAMILY, "Sora mea")
        conflicts.declare(of, hub.actor("first"), hub.now)
    jobs.sweep(hub.now)
    assert {one.status for one in db.session.query(Review)} == {ReviewStatus.SUBMITTED}
