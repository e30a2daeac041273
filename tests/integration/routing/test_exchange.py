"""A clarification about the services: others are priced, the rules asked, the money moves, a partner is asked anew."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from dih.applications import queries
from dih.applications.models import Application, RequestedService
from dih.applications.operations import move
from dih.applications.vocabulary import ApplicationStatus
from dih.budget.models import BudgetEntry
from dih.budget.verification import differences
from dih.extensions.database import db
from dih.routing import jobs
from dih.routing.models import Routing
from dih.routing.vocabulary import RoutingStatus
from dih.shared import clock
from dih.shared.access import SYSTEM
from dih.shared.models import AuditRecord
from dih.shared.unit_of_work import unit_of_work
from tests.support.hub import Hub, routing_of

S, CHOICE = ApplicationStatus, {"fields": "choice.services", "question": "Is the second one still needed?"}


@pytest.fixture
def hub(context, now):
    return Hub(now)


@pytest.fixture
def visit(hub, new_client, sign_in):
    return lambda name: sign_in(new_client(), *hub.people[name])


def asked_of_the_envelope():
    entries = select(func.sum(BudgetEntry.amount_cents)).where(BudgetEntry.account == "requested")
    return db.session.scalar(entries)


def asks(visit, application):
    """The manager asks about the services; returns where the owner answers."""
    base = f"/applications/{application.uuid}/clarifications"
    assert visit("manager").post(f"{base}/new", data=CHOICE).status_code == 302
    return f"{base}/{queries.clarifications(application.id)[-1].id}"


def test_other_services_are_priced_and_a_partner_is_asked_anew(hub, visit, moment):
    application = hub.placed()
    queued, whole = application.submitted_at, application.requested_cents
    path = asks(visit, application)
    owner = visit("owner")
    owner.get(path)
    ticked = {box["value"] for box in owner.page.select("input[name=service]") if box.has_attr("checked")}
    assert ticked == {str(one) for one in hub.services}
    moment.advance(minutes=5)
    given = {"seen": hub.services, "service": hub.services[:1], "answer": "One is enough."}
    assert owner.post(path, data=given).status_code == 302
    cents = db.session.scalar(select(RequestedService.price_cents))
    assert (application.status, application.requested_cents) == (S.ELIGIBLE, cents)
    assert cents == asked_of_the_envelope() < whole, "the rest is free for others"
    assert application.submitted_at == queued, "the place in the queue stays"
    assert [one["price_cents"] for one in queries.versions(application.id)[-1].content["services"]] == [cents]
    done = Counter(db.session.scalars(select(AuditRecord.action)))
    assert (done["exchange_services"], done["take_back"], done["answer_clarification"]) == (1, 1, 1)
    first = routing_of(application)
    jobs.route(clock.now())
    jobs.route(clock.now())
    assert db.session.get_one(Routing, first.id).status is RoutingStatus.ENDED
    assert routing_of(application).status is RoutingStatus.PROPOSED
    assert asked_of_the_envelope() == cents
    assert differences() == []


def test_what_does_not_fit_changes_nothing_and_stays_on_the_page(hub, visit):
    application = hub.routed()
    before = (application.requested_cents, asked_of_the_envelope())
    path = asks(visit, application)
    owner = visit("owner")
    for chosen, field in (([], "#services"), ([*hub.services, 999_999], "#services"), (hub.services[:1], "#answer")):
        given = {"seen": hub.services, "service": chosen, "answer": "" if field == "#answer" else "Others."}
        assert owner.post(path, data=given).status_code == 422
        assert [link["href"] for link in owner.page.select(".error-summary a")] == [field]
        kept = [int(box["value"]) for box in owner.page.select("input[name=service]") if box.has_attr("checked")]
        assert kept == [one for one in chosen if one in hub.services], "the boxes are as they were ticked"
    assert before == (application.requested_cents, asked_of_the_envelope())
    assert (
        owner.post(f"/applications/{application.uuid}/tasks/services", data={"seen": hub.services}).status_code == 422
    )


def test_services_stay_once_the_review_has_begun(hub, visit):
    application = hub.placed()
    path = asks(visit, application)
    with unit_of_work():
        move(db.session.get_one(Application, application.id), "start_review", SYSTEM, hub.now)
    owner = visit("owner")
    owner.get(path)
    assert not owner.page.select("input[name=service]")
    given = {"seen": hub.services, "service": hub.services[:1], "answer": "One is enough."}
    assert owner.post(path, data=given).status_code == 422
    assert owner.post(path, data={"answer": "Both, please."}).status_code == 302
    assert visit("manager").post(f"{path.rpartition('/')[0]}/new", data=CHOICE).status_code == 422
