"""Money that is free again is proposed to whoever waits first and fits; a manager approves it, nothing else does."""

import pytest
from sqlalchemy import func, select, update

from dih.applications.models import Application, RequestedService
from dih.applications.vocabulary import ApplicationStatus
from dih.budget import ledger, queries
from dih.budget.ledger import Part
from dih.calls.models import Call, CallVersion
from dih.decisions import operations
from dih.decisions.queries import meeting
from dih.decisions.waiting_list import payables
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.access import SYSTEM
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations as vouchers
from tests.support.counting import counted
from tests.support.hub import Hub

WORTH = 133_333


@pytest.fixture
def hub(context, now):
    return Hub(now)


def leave_free(hub, cents):
    line = next(one for one in queries.lines() if one.code == "SME")
    with unit_of_work():
        ledger.reserve([Part(line.id, line.free_cents - cents)], "other", SYSTEM, hub.now, application_id=0)


def wait(hub):
    application = hub.placed()
    with unit_of_work():
        operations.put_on_waiting_list(application.id, "No money now.", hub.actor("manager"), hub.now)
    return application


def proposed(hub):
    """The next who can be paid, by the list of the call; the desk names the call exactly where there is one."""
    today, manager = clock.day_of(hub.now), hub.actor("manager")
    code = db.session.get_one(Call, db.session.get_one(CallVersion, hub.version).call_id).code
    one = meeting(code, manager, today).next_payable
    assert [call.code for call in payables(manager, today).calls] == ([code] if one else [])
    return one.id if one else None


def test_a_cancelled_voucher_is_offered_to_the_first_who_waits_by_one_click(hub, client, sign_in):
    voucher, first, second = hub.offered(), wait(hub), wait(hub)
    leave_free(hub, WORTH - 1)
    assert proposed(hub) is None, "a cent too few"
    with unit_of_work():
        vouchers.cancel(voucher.uuid, "Not needed.", hub.actor("manager"), hub.now)
    assert proposed(hub) == first.id
    assert db.session.get(Application, first.id).status is ApplicationStatus.WAITING_LIST, "never by itself"

    sign_in(client, *hub.people["manager"])
    with counted() as desk:
        assert client.get("/desk").status_code == 200
    assert desk.number <= 10, desk.statements
    assert client.get("/decisions").status_code == 200
    assert "Bani liberi" in client.page.select_one("tbody tr").get_text()
    client.get("/desk")
    assert client.get(client.page.select_one("main a[href^='/decisions/']")["href"]).status_code == 200
    form = client.page.select_one("form[action$='/decide'][method=post]")
    assert form.select_one("input[name=chosen]")["value"] == str(first.id)
    values = {field["name"]: field["value"] for field in form.select("input") if field["name"] != "csrf_token"}
    assert client.post(form["action"], data=values).status_code == 302
    states = db.session.execute(
        select(Application.id, Application.status).where(Application.id.in_([first.id, second.id]))
    )
    assert dict(states.all()) == {
        first.id: ApplicationStatus.APPROVED,
        second.id: ApplicationStatus.WAITING_LIST,
    }
    assert proposed(hub) is None


def test_one_that_does_not_fit_is_passed_over(hub):
    large, small = wait(hub), wait(hub)
    with unit_of_work():
        dearest = select(func.max(RequestedService.envelope_cents)).where(RequestedService.application_id == small.id)
        cheaper = RequestedService.envelope_cents == dearest.scalar_subquery()
        db.session.execute(
            update(RequestedService)
            .where(RequestedService.application_id == small.id, cheaper)
            .values(envelope_cents=1)
        )
    leave_free(hub, WORTH - 1)
    assert proposed(hub) == small.id
    assert large.id < small.id
