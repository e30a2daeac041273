"""Deadlines of routing and the list: reminders, escalation, clocks that stop, keyset pages."""

import datetime as dt

import pytest

from dih.applications import operations as applications
from dih.extensions.database import db
from dih.routing import jobs, operations, queries
from dih.routing.vocabulary import RoutingStatus
from dih.shared import paging
from dih.shared.models import OutboxItem
from dih.shared.paging import Place
from dih.shared.unit_of_work import unit_of_work
from tests.support.hub import Hub, routing_of

R = RoutingStatus


@pytest.fixture
def hub(context, now):
    return Hub(now)


def subjects():
    items = db.session.query(OutboxItem).order_by(OutboxItem.id)
    return [(item.payload["to"], item.payload["subject"]) for item in items]


def test_reminded_one_working_day_before_and_escalated_after_each_once(hub):
    application = hub.routed()
    due = routing_of(application).due_on
    assert due == dt.date(2026, 12, 2)
    before = len(subjects())
    jobs.remind(hub.now + dt.timedelta(days=3))
    assert len(subjects()) == before
    for _ in range(2):
        jobs.remind(hub.now + dt.timedelta(days=4))
    assert [to for to, _ in subjects()[before:]] == [hub.people["coordinator"][0].email]
    for _ in range(2):
        jobs.remind(hub.now + dt.timedelta(days=10))
    assert [to for to, _ in subjects()[before + 1 :]] == [hub.people["manager"][0].email]
    with unit_of_work():
        operations.accept(application.uuid, routing_of(application).id, hub.actor("coordinator"), hub.now)


def test_what_is_answered_is_neither_reminded_of_nor_escalated(hub):
    hub.accepted()
    before = len(subjects())
    jobs.remind(hub.now + dt.timedelta(days=20))
    assert len(subjects()) == before


def test_a_clarification_stops_the_clock(hub):
    application = hub.routed()
    asked_at = hub.now + dt.timedelta(days=1)
    with unit_of_work():
        question = applications.ask_clarification(application.id, "Why?", [], hub.actor("manager"), asked_at)
    step = queries.panel(application.id, hub.actor("coordinator")).step
    assert step.due_on is None
    before = len(subjects())
    jobs.remind(hub.now + dt.timedelta(days=20))
    assert len(subjects()) == before, "nobody is late while the clock stands still"
    with unit_of_work():
        applications.withdraw_clarification(question, hub.actor("manager"), hub.now + dt.timedelta(days=3))
    step = queries.panel(application.id, hub.actor("coordinator")).step
    assert step.due_on == dt.date(2026, 12, 4), "two working days later than 2 December"


def test_the_list_shows_each_partner_its_own_by_deadline(hub):
    first = hub.routed()
    second = hub.application()
    jobs.route(hub.now + dt.timedelta(days=2))
    rows = queries.page(hub.actor("coordinator"), queries.Filters(), hub.now).rows
    assert [row.application_uuid for row in rows] == [first.uuid, second.uuid]
    assert queries.page(hub.actor("other_coordinator"), queries.Filters(), hub.now).rows == []
    everything = queries.page(hub.actor("manager"), queries.Filters(partner_id=hub.other), hub.now)
    assert everything.rows == []
    assert len(queries.page(hub.actor("auditor"), queries.Filters(), hub.now).rows) == 2
    assert queries.page(hub.actor("owner"), queries.Filters(), hub.now).rows == []


@pytest.mark.parametrize("status", [R.PROPOSED, None])
def test_keyset_pages_lose_and_repeat_nothing(hub, status, monkeypatch):
    made = {hub.application().id for _ in range(7)}
    jobs.route(hub.now)
    monkeypatch.setattr(paging, "PAGE", 3)
    actor, filters, seen, mark = hub.actor("manager"), queries.Filters(status=status), [], ""
    pages = []
    while True:
        page = queries.page(actor, filters, hub.now, Place(after=mark))
        pages.append([row.id for row in page.rows])
        seen += [row.id for row in page.rows]
        if not page.next:
            break
        mark = page.next
    assert len(seen) == len(set(seen)) == len(made) == 7
    back = queries.page(actor, filters, hub.now, Place(before=page.previous))
    assert [row.id for row in back.rows] == pages[-2]
    assert queries.page(actor, filters, hub.now, Place(after="no mark'")).rows != []
