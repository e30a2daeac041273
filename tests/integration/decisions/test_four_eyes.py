"""Above an amount two managers approve: the first only waits, money is reserved at the second, nobody is both."""

import dataclasses

import pytest
from sqlalchemy import select

from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.budget import queries, verification
from dih.budget.settings import FOUR_EYES_EURO
from dih.decisions import operations
from dih.decisions import queries as decisions
from dih.decisions.models import Decision, FirstApproval
from dih.decisions.vocabulary import FirstEnd
from dih.extensions.database import db
from dih.shared import settings
from dih.shared.access import SYSTEM, Role
from dih.shared.errors import BrokenRule, Forbidden, Stale
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.hub import Hub

WORTH = 133_333


@pytest.fixture
def hub(context, now):
    made = Hub(now)
    with unit_of_work():
        settings.change(FOUR_EYES_EURO.name, 1_000, SYSTEM, now)
        made.people["second"] = factories.member(Role.MANAGER, now)
    return made


def state(application):
    line = next(one for one in queries.lines() if one.code == "SME")
    status = db.session.scalar(select(Application.status).where(Application.id == application.id))
    return status, line.reserved_cents


def approve(hub, application, name, **instead):
    actor = dataclasses.replace(hub.actor(name), **instead)
    with unit_of_work():
        return operations.approve(application.id, "Good.", actor, hub.now)


def test_money_moves_at_the_second_approval_of_another_manager(hub):
    application = hub.placed()
    assert approve(hub, application, "manager") is False
    assert state(application) == (ApplicationStatus.PLACED, 0)
    with pytest.raises(BrokenRule, match="another manager"):
        approve(hub, application, "manager")
    with pytest.raises(BrokenRule, match="another manager"):
        approve(hub, application, "second", deputy_for=hub.actor("manager").person_id)
    assert approve(hub, application, "second") is True
    assert state(application) == (ApplicationStatus.APPROVED, WORTH)
    made = db.session.scalars(select(Decision)).one()
    assert (made.first_by, made.decided_by) == (hub.actor("manager").person_id, hub.actor("second").person_id)
    assert db.session.scalars(select(FirstApproval.ended_as)).one() is FirstEnd.SECONDED
    assert verification.differences() == []
    with pytest.raises(Stale):
        approve(hub, application, "second")


def test_an_amount_up_to_the_setting_needs_one(hub):
    with unit_of_work():
        settings.change(FOUR_EYES_EURO.name, 1_334, SYSTEM, hub.now)
    application = hub.placed()
    assert approve(hub, application, "manager") is True
    assert state(application) == (ApplicationStatus.APPROVED, WORTH)


def test_the_first_takes_it_back_and_a_changed_case_begins_again(hub):
    application = hub.placed()
    approve(hub, application, "manager")
    with pytest.raises(Forbidden), unit_of_work():
        operations.withdraw_first(application.id, hub.actor("second"), hub.now)
    with unit_of_work():
        operations.withdraw_first(application.id, hub.actor("manager"), hub.now)
    with pytest.raises(Stale), unit_of_work():
        operations.withdraw_first(application.id, hub.actor("manager"), hub.now)
    assert approve(hub, application, "second") is False, "after a withdrawal the next one is the first again"
    with unit_of_work():
        operations.put_on_waiting_list(application.id, "No money now.", hub.actor("manager"), hub.now)
    assert approve(hub, application, "manager") is False, "the first approval was about another state of the case"
    assert state(application) == (ApplicationStatus.WAITING_LIST, 0)
    ends = db.session.scalars(select(FirstApproval.ended_as).order_by(FirstApproval.id)).all()
    assert ends == [FirstEnd.WITHDRAWN, FirstEnd.VOID, None]


def test_the_pages_say_who_is_waited_for(hub, new_client, sign_in):
    application = hub.placed()
    code = decisions.calls_to_decide(hub.actor("manager"), hub.now.date()).rows[0].code
    first, second = new_client(), new_client()
    sign_in(first, *hub.people["manager"])
    sign_in(second, *hub.people["second"])
    address = f"/decisions/{code}/decide"
    assert first.get(f"{address}?chosen={application.id}&outcome=approved").status_code == 200
    assert "Doi manageri aprobă" in first.page.text
    assert first.post(address, data={"chosen": [application.id], "outcome": "approved"}).status_code == 302
    first.get(f"/decisions/{code}")
    assert first.page.select("form[action$='/withdraw']")
    assert first.post(address, data={"chosen": [application.id], "outcome": "approved"}).status_code == 422
    first.get("/desk")
    assert "Nicio primă aprobare nu o așteaptă pe a doua." in first.page.text
    second.get("/desk")
    assert application.reference in second.page.find(string="De aprobat a doua oară").find_parent("section").text
    assert second.get(f"/decisions/{code}").status_code == 200
    assert not second.page.select("form[action$='/withdraw']")
    assert second.post(address, data={"chosen": [application.id], "outcome": "approved"}).status_code == 302
    assert state(application) == (ApplicationStatus.APPROVED, WORTH)
    assert second.get(f"/cases/{application.uuid}").status_code == 200


def test_who_gave_the_first_is_not_asked_for_the_second_where_money_is_free_again(hub, new_client, sign_in):
    application = hub.placed()
    with unit_of_work():
        operations.put_on_waiting_list(application.id, "No money now.", hub.actor("manager"), hub.now)
    assert approve(hub, application, "manager") is False
    code = decisions.calls_to_decide(hub.actor("manager"), hub.now.date()).rows[0].code
    for name, asked in (("manager", False), ("second", True)):
        client = sign_in(new_client(), *hub.people[name])
        client.get(f"/decisions/{code}")
        assert bool(client.page.select("form[action$='/decide'][method=post]")) is asked
