"""Real processes at the same moment: a decision and the closing of its meeting; two openings of a meeting."""

import pytest
from sqlalchemy import select

from dih.calls.models import Call
from dih.decisions import operations
from dih.decisions.meetings import operations as meetings
from dih.decisions.models import Decision, Meeting
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.unit_of_work import unit_of_work
from tests.support.hub import Hub
from tests.support.race import deed, together


@pytest.fixture
def raced(databases, make_app, now):
    """A hub with an application to decide, in a database of its own: (address, hub, its id, how to open a meeting)."""
    address = databases.clone()
    app = make_app(address)
    with app.app_context():
        hub = Hub(now)
        application_id = hub.placed().id
        manager = hub.actor("manager")
        code = db.session.scalars(select(Call.code)).one()
        people = [manager.person_id]
        yield address, application_id, (code, clock.day_of(now), people, people[0], manager, now)
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)


def test_no_decision_slips_into_closed_minutes(raced, now):
    address, application_id, opening = raced
    manager = opening[4]
    with unit_of_work():
        uuid = meetings.open_meeting(*opening)
    told = together(
        address,
        deed(operations.reject, application_id, "No.", manager, now),
        deed(meetings.close, uuid, "", manager, now),
    )
    assert told == ["done", "done"]
    db.session.rollback()
    decision, meeting = db.session.scalars(select(Decision)).one(), db.session.scalars(select(Meeting)).one()
    minuted = [one["id"] for one in meeting.minutes["decisions"]]
    assert minuted == ([application_id] if decision.meeting_id else [])


def test_of_two_openings_one_wins(raced):
    address, _, opening = raced
    db.session.rollback()
    told = together(address, deed(meetings.open_meeting, *opening), deed(meetings.open_meeting, *opening))
    assert sorted(told) == ["BrokenRule", "done"]
