"""Mails about a case reach everybody concerned but staff in conflict with it."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

from flask import Flask
from sqlalchemy import select

from dih.applications import operations as applications
from dih.delivery import operations as delivery
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.payments import emails as payments
from dih.reviews import operations as reviews
from dih.routing import jobs, operations
from dih.shared.access import Role
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import emails as vouchers
from tests import factories
from tests.support.barred import bar
from tests.support.hub import Hub
from tests.support.reviewed import Reviewed


def last() -> int:
    return db.session.scalar(select(OutboxItem.id).order_by(OutboxItem.id.desc()).limit(1)) or 0


def told(since: int) -> dict[str, str]:
    """The text of the last mail to each address, of those written after the outbox row `since`."""
    items = db.session.scalars(select(OutboxItem).where(OutboxItem.id > since).order_by(OutboxItem.id))
    return {item.payload["to"]: item.payload["body"] for item in items}


def test_partners_and_managers_in_conflict_hear_nothing_and_the_others_all(context: Flask, now: dt.datetime) -> None:
    hub = Hub(now)
    voucher = hub.delivered()
    with unit_of_work():
        free, membership = factories.member(Role.MANAGER, now)
        colleague, _ = factories.member(Role.COORDINATOR, now, hub.lead)
        there, _ = factories.member(Role.COORDINATOR, now, hub.other)
    address = {name: person.email for name, (person, _) in hub.people.items()}
    application = hub.application()
    jobs.route(now)
    for name in ("manager", "coordinator", "other_coordinator", "owner"):
        bar(hub.people[name][0], hub.organisation, now)

    mark = last()
    with unit_of_work():
        operations.override(application.uuid, hub.other, "Are loc.", factories.actor(free, membership), now)
    assert set(told(mark)) == {colleague.email, there.email}, "of those who are asked, one is in conflict"

    mark = last()
    with unit_of_work():
        delivery.dispute(voucher.uuid, "Lipsește jumătate.", hub.actor("owner"), now)
    assert set(told(mark)) == {free.email, colleague.email}
    mark = last()
    with unit_of_work():
        delivery.uphold(voucher.uuid, "Totul este livrat.", factories.actor(free, membership), now)
    assert set(told(mark)) == {address["owner"], colleague.email}, "the applicant's own people always hear"
    mark = last()
    with unit_of_work():
        vouchers.ended(voucher, application, now)
        payment = cast("Any", SimpleNamespace(reference="P-1", amount_cents=100, net_cents=100, status="paid"))
        payments.disputed(payment, None, application, now)
    assert set(told(mark)) == {free.email, colleague.email}


def test_managers_hear_of_late_and_returned_reviews_of_the_cases_open_to_them(hub: Reviewed) -> None:
    with unit_of_work():
        elsewhere = factories.organisation(hub.now).id
        db.session.get_one(Organisation, hub.organisation).name = "Firma închisă"
    closed, open_ = hub.assigned("first"), hub.placed(elsewhere)
    hub.assigned("first", application=open_)
    references = [closed.reference or "", open_.reference or ""]
    barred, free = (hub.people[name][0] for name in ("manager", "other_manager"))
    with unit_of_work():
        asked = applications.ask_clarification(closed.id, "De ce?", (), hub.actor("manager"), hub.now)
    bar(barred, hub.organisation, hub.now)

    mark = last()
    with unit_of_work():
        reviews.escalate(dt.datetime(2026, 12, 11, 9, tzinfo=dt.UTC))
    found = told(mark)
    assert [one in found[free.email] for one in references] == [True, True]
    assert [one in found[barred.email] for one in references] == [False, True]

    mark = last()
    with unit_of_work():
        reviews.decline(hub.review(closed, "first").uuid, "Nu am timp.", hub.actor("first"), hub.now)
    assert set(told(mark)) == {free.email}
    mark = last()
    with unit_of_work():
        applications.answer_clarification(asked, "Fiindcă.", hub.actor("owner"), hub.now)
    assert set(told(mark)) == {free.email}, "who asked is in conflict by now: the other managers read the answer"
