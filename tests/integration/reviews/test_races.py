"""Two real processes at the same moment: one plan wins, and no conflict slips past a plan that is published."""

from __future__ import annotations

from typing import Any

import pytest

from dih.conflicts.vocabulary import ConflictKind
from dih.extensions.database import db
from dih.reviews import operations, queries
from dih.reviews.models import Review, ReviewPlan
from dih.reviews.operations import Relation
from dih.reviews.queries import Solved
from dih.reviews.queries.present import Present, rows
from dih.reviews.vocabulary import PlanStatus, ReviewStatus
from dih.shared import clock
from dih.shared.unit_of_work import unit_of_work
from tests.support.race import deed, together
from tests.support.reviewed import Reviewed


@pytest.fixture
def address(databases, make_app):
    """A database of its own, with an application context open on it."""
    made = databases.clone()
    with make_app(made).app_context():
        yield made
        db.session.remove()
        db.engine.dispose()
    databases.drop(made)


def draft(hub: Reviewed, name: str) -> Any:
    solved = queries.solve_for(hub.code, None, hub.actor(name), clock.day_of(hub.now))
    assert isinstance(solved, Solved)
    with unit_of_work():
        return operations.keep_plan(solved, hub.actor(name), hub.now)


def test_two_managers_publish_two_plans_at_once(address, now):
    hub = Reviewed(now)
    for _ in range(3):
        hub.placed()
    first, second = draft(hub, "manager"), draft(hub, "other_manager")
    told = together(
        address,
        deed(operations.publish, first, hub.actor("manager"), now),
        deed(operations.publish, second, hub.actor("other_manager"), now),
    )
    assert sorted(told) == ["BrokenRule", "done"]
    db.session.rollback()
    states = {one.uuid: one.status for one in db.session.query(ReviewPlan)}
    assert sorted(states.values()) == [PlanStatus.PUBLISHED, PlanStatus.SUPERSEDED]
    winner = next(uuid for uuid, state in states.items() if state is PlanStatus.PUBLISHED)
    assert winner == (first if told[0] == "done" else second)
    assert db.session.query(Review).count() == 6


def test_a_conflict_declared_while_a_plan_is_published_never_slips_through(address, now):
    hub = Reviewed(now)
    for round_ in range(2):
        application = hub.placed()
        plan = draft(hub, "manager")
        pair = db.session.query(ReviewPlan).filter_by(uuid=plan).one().pairs[0]
        name = next(name for name in hub.people if hub.person_id(name) == pair[1])
        relation = Relation(ConflictKind.FAMILY, "Sora mea")
        told = together(
            address,
            deed(operations.publish, plan, hub.actor("manager"), now),
            deed(operations.name_conflict, application.uuid, pair[1], relation, hub.actor("owner"), now),
        )
        assert told[1] == "done", (round_, told)
        assert told[0] in ("done", "BrokenRule")
        db.session.rollback()
        found = db.session.query(Review).filter_by(application_id=application.id, reviewer_id=pair[1]).all()
        assert all(one.status is ReviewStatus.CONFLICTED for one in found), (name, told)
        assert bool(found) == (told[0] == "done")
        present = Present(rows(hub.call_id, hub.actor("manager"), clock.day_of(now)), {}, clock.day_of(now))
        assert not [row for row in present.rows if row.review.status is ReviewStatus.ASSIGNED and _barred(present, row)]
        if told[0] == "BrokenRule":
            with unit_of_work():
                operations.assign([(application.id, hub.person_id("third"))], hub.actor("manager"), now)
                operations.set_terms(application.id, 1, None, "Una ajunge", hub.actor("manager"), now)
        else:
            with unit_of_work():
                operations.set_terms(application.id, 1, None, "Una ajunge", hub.actor("manager"), now)


def _barred(present: Present, row: Any) -> bool:
    return (row.review.reviewer_id, row.review.application_id) in present.barred
