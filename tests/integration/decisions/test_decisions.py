"""Decisions: approve, reject, waiting list; where the money ends; who may not decide."""

import pytest
from sqlalchemy import func, select

from dih.applications import queries as applications
from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.budget import ledger, queries, verification
from dih.budget.ledger import Part
from dih.conflicts.models import Conflict
from dih.conflicts.vocabulary import ConflictKind, ConflictSource
from dih.decisions import operations
from dih.decisions import queries as decisions
from dih.decisions.models import Decision
from dih.decisions.panel import panel
from dih.decisions.vocabulary import Outcome
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers.models import Voucher
from tests.support.counting import counted
from tests.support.hub import Hub

WORTH = 133_333


@pytest.fixture
def hub(context, now):
    return Hub(now)


def line():
    return next(one for one in queries.lines() if one.code == "SME")


def status(application):
    return db.session.scalar(select(Application.status).where(Application.id == application.id))


def leave_free(hub, cents):
    """Reserves all but `cents` of the line for another case."""
    with unit_of_work():
        ledger.reserve([Part(line().id, line().free_cents - cents)], "other", SYSTEM, hub.now, application_id=0)


def test_an_approval_reserves_at_that_moment_and_offers_the_voucher(hub):
    application = hub.placed()
    before = line()
    with unit_of_work():
        operations.approve(application.id, "", hub.actor("manager"), hub.now)
    assert (line().reserved_cents, line().free_cents) == (before.reserved_cents + WORTH, before.free_cents - WORTH)
    voucher = db.session.scalars(select(Voucher)).one()
    assert voucher.eu_cents + voucher.national_cents == WORTH
    assert db.session.scalars(select(Decision.amount_cents)).one() == WORTH
    assert verification.differences() == []


def test_a_cent_too_few_refuses_the_whole_and_says_the_figures(hub):
    application = hub.placed()
    leave_free(hub, WORTH - 1)
    mails = db.session.scalar(select(func.count()).select_from(OutboxItem))
    with pytest.raises(BrokenRule, match=r"1,333\.32 free, EUR 0\.01 less"), unit_of_work():
        operations.approve(application.id, "", hub.actor("manager"), hub.now)
    assert status(application) is ApplicationStatus.PLACED
    assert db.session.scalar(select(func.count()).select_from(Voucher)) == 0
    assert db.session.scalar(select(func.count()).select_from(OutboxItem)) == mails
    assert verification.differences() == []


def test_several_are_approved_together_or_not_at_all(hub):
    first, second = hub.placed(), hub.placed()
    leave_free(hub, 2 * WORTH - 1)
    with pytest.raises(BrokenRule), unit_of_work():
        operations.decide([first.id, second.id], Outcome.APPROVED, "", hub.actor("manager"), hub.now)
    assert {status(first), status(second)} == {ApplicationStatus.PLACED}
    with unit_of_work():
        operations.decide([first.id], Outcome.APPROVED, "", hub.actor("manager"), hub.now)
    assert line().free_cents == WORTH - 1


def test_the_second_of_two_decisions_is_told(hub):
    application = hub.placed()
    with unit_of_work():
        operations.reject(application.id, "Below the threshold.", hub.actor("manager"), hub.now)
    with pytest.raises(Stale), unit_of_work():
        operations.approve(application.id, "", hub.actor("manager"), hub.now)
    assert line().reserved_cents == 0


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.WAITING_LIST])
def test_a_refusal_needs_a_reason_that_the_applicant_gets(hub, outcome):
    application = hub.placed()
    with pytest.raises(BrokenRule), unit_of_work():
        operations.decide([application.id], outcome, "  ", hub.actor("manager"), hub.now)
    with unit_of_work():
        operations.decide([application.id], outcome, "Another was better.", hub.actor("manager"), hub.now)
    assert (
        "Another was better."
        in db.session.scalars(select(OutboxItem).order_by(OutboxItem.id.desc())).first().payload["body"]
    )
    assert line().reserved_cents == 0


def test_one_on_the_waiting_list_can_be_approved_later(hub):
    application = hub.placed()
    with unit_of_work():
        operations.put_on_waiting_list(application.id, "No money now.", hub.actor("manager"), hub.now)
    with unit_of_work():
        operations.approve(application.id, "", hub.actor("manager"), hub.now)
    case = applications.find(application.uuid, hub.actor("manager"), clock.day_of(hub.now))
    seen = panel(case, hub.actor("manager"), clock.day_of(hub.now))
    assert [one.outcome for one in seen.decisions] == [Outcome.APPROVED, Outcome.WAITING_LIST]


def test_a_manager_in_conflict_finds_no_case(hub):
    application = hub.placed()
    manager = hub.actor("manager")
    with unit_of_work():
        db.session.add(
            Conflict(
                person_id=manager.person_id,
                organisation_id=hub.organisation,
                kind=ConflictKind.FAMILY,
                source=ConflictSource.DECLARED,
                declared_at=hub.now,
            )
        )
    with pytest.raises(NotFound), unit_of_work():
        operations.approve(application.id, "", manager, hub.now)
    call = db.session.execute(select(Application.call_id)).first()
    assert call is not None
    code = decisions.calls_to_decide(hub.actor("manager"), clock.day_of(hub.now)).rows[0].code
    assert decisions.meeting(code, manager, clock.day_of(hub.now)).candidates == []


@pytest.mark.parametrize("name", ["owner", "coordinator", "auditor"])
def test_nobody_else_decides(hub, name):
    application = hub.placed()
    with pytest.raises((Forbidden, NotFound)), unit_of_work():
        operations.approve(application.id, "", hub.actor(name), hub.now)


def test_the_meeting_shows_where_the_money_ends(hub):
    applications = [hub.placed() for _ in range(3)]
    leave_free(hub, 2 * WORTH)
    code = decisions.calls_to_decide(hub.actor("manager"), clock.day_of(hub.now)).rows[0].code
    meeting = decisions.meeting(code, hub.actor("manager"), clock.day_of(hub.now))
    assert [one.id for one in meeting.candidates] == [one.id for one in applications]
    assert [one.reached for one in meeting.candidates] == [True, True, False]
    assert {one.envelope_cents for one in meeting.candidates} == {WORTH}


def test_the_number_of_queries_does_not_follow_the_applications(hub, client, sign_in):
    first = hub.placed().id
    code = decisions.calls_to_decide(hub.actor("manager"), clock.day_of(hub.now)).rows[0].code
    sign_in(client, *hub.people["manager"]).get(f"/decisions/{code}")
    with counted() as few:
        client.get(f"/decisions/{code}", unwatched=True)
    second = hub.placed().id
    with counted() as many:
        client.get(f"/decisions/{code}", unwatched=True)
    assert many.number == few.number <= 12, many.statements
    decide = f"/decisions/{code}/decide?outcome=approved&chosen={first}"
    with counted() as one:
        client.get(decide, unwatched=True)
    with counted() as both:
        client.get(f"{decide}&chosen={second}", unwatched=True)
    assert both.number == one.number <= 12, both.statements


def test_the_pages_of_the_meeting(hub, client, sign_in):
    first, second = hub.placed(), hub.placed()
    code = decisions.calls_to_decide(hub.actor("manager"), clock.day_of(hub.now)).rows[0].code
    sign_in(client, *hub.people["manager"])
    assert client.get("/decisions").status_code == 200
    assert client.get(f"/decisions/{code}").status_code == 200
    assert len(client.page.select("tbody input[name=chosen]")) == 2
    asked = f"/decisions/{code}/decide?chosen={first.id}&chosen={second.id}&outcome=rejected"
    assert client.get(asked).status_code == 200
    answer = client.post(f"/decisions/{code}/decide", data={"chosen": [first.id, second.id], "outcome": "rejected"})
    assert answer.status_code == 422
    assert status(first) is ApplicationStatus.PLACED
    done = client.post(
        f"/decisions/{code}/decide",
        data={"chosen": [first.id], "outcome": "approved", "amount": "1", "status": "closed"},
    )
    assert done.status_code == 302
    assert (status(first), status(second)) == (ApplicationStatus.APPROVED, ApplicationStatus.PLACED)
    assert client.get(f"/decisions/{code}/decide?outcome=approved").status_code == 302
    assert client.get("/decisions/no-such-call").status_code == 404


def test_an_auditor_reads_the_meeting_and_decides_nothing(hub, client, sign_in):
    application = hub.placed()
    code = decisions.calls_to_decide(hub.actor("manager"), clock.day_of(hub.now)).rows[0].code
    sign_in(client, *hub.people["auditor"])
    assert client.get(f"/decisions/{code}").status_code == 200
    assert client.page.select("input[name=chosen]") == []
    assert (
        client.post(f"/decisions/{code}/decide", data={"chosen": application.id, "outcome": "approved"}).status_code
        == 403
    )
