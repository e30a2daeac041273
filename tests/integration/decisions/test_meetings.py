"""A meeting as a record: those present and out, the votes, the money line, minutes that never change."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.budget import ledger, queries, verification
from dih.budget.ledger import Part
from dih.budget.settings import FOUR_EYES_EURO
from dih.conflicts.models import Conflict
from dih.conflicts.vocabulary import ConflictKind, ConflictSource
from dih.decisions import operations, papers
from dih.decisions import queries as decisions
from dih.decisions.meetings import operations as meetings
from dih.decisions.meetings import records
from dih.decisions.models import Decision, DecisionVoice, Meeting
from dih.decisions.settings import PANEL_VOTES
from dih.decisions.vocabulary import Outcome, Voice
from dih.extensions.database import db
from dih.shared import clock, settings
from dih.shared.access import SYSTEM, Role
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.grids import GOOD
from tests.support.hub import Hub
from tests.support.reviewed import Reviewed

WORTH = 133_333


@pytest.fixture
def hub(context, now):
    made = Hub(now)
    with unit_of_work():
        made.people["second"] = factories.member(Role.MANAGER, now, name="Second")
    return made


def code():
    return decisions.calls_to_decide(SYSTEM, clock.day_of(clock.now())).rows[0].code


def ids(hub, *names):
    return [hub.actor(name).person_id for name in names]


def opened(hub, *names):
    with unit_of_work():
        chair = hub.actor("manager").person_id
        present = ids(hub, "manager", *names)
        day = clock.day_of(hub.now)
        return meetings.open_meeting(code(), day, present, chair, hub.actor("manager"), hub.now)


def in_conflict(hub, name):
    with unit_of_work():
        db.session.add(
            Conflict(
                person_id=hub.actor(name).person_id,
                organisation_id=hub.organisation,
                kind=ConflictKind.FAMILY,
                source=ConflictSource.DECLARED,
                declared_at=hub.now,
            )
        )


def voices():
    return dict(db.session.execute(select(DecisionVoice.person_id, DecisionVoice.voice)).all())


def tries_a_smaller_award(chair, page, line_id, applications):
    """Of three at 1,333.33 the money reaches two; with half for the first and a little more it reaches all."""

    def reached(**sums):
        assert chair.get(page, query_string=sums).status_code == 200
        return len(chair.page.select(".state-green"))

    assert reached() == 2
    assert reached(**{f"free_{line_id}": "1.333,33"}) == 1
    first, last = applications[0].id, applications[2].id
    assert reached(**{f"ask_{first}": "666.67", f"ask_{last}": "666,66"}) == 3
    assert "Acum nu ajung banii la ea" in chair.page.main.get_text()
    assert "Rămâne în această probă: 0,00" in chair.page.main.get_text().replace("\xa0", " ")
    assert reached(**{f"ask_{first}": "2000"}) == 1
    assert chair.get(page, query_string={f"ask_{last}": "mult"}).status_code == 422
    assert chair.page.select_one(f"#ask_{last}")["value"] == "mult"
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 0


def status(application):
    return db.session.scalar(select(Application.status).where(Application.id == application.id))


def test_a_meeting_decides_down_to_the_money_line_and_its_minutes_are_sealed(hub, new_client, sign_in):
    applications = [hub.placed() for _ in range(3)]
    line = next(one for one in queries.lines() if one.code == "SME")
    with unit_of_work():
        ledger.reserve([Part(line.id, line.free_cents - 2 * WORTH)], "other", SYSTEM, hub.now, application_id=0)
    here = f"/decisions/{code()}"
    chair, auditor = new_client(), new_client()
    sign_in(chair, *hub.people["manager"])
    sign_in(auditor, *hub.people["auditor"])
    tries_a_smaller_award(chair, f"{here}/what-if", line.id, applications)
    form = {"held_on": "2026-11-23", "present": ids(hub, "manager", "coordinator"), "chair": ids(hub, "manager")}
    assert chair.post(f"{here}/meetings/new", data={**form, "chair": ""}).status_code == 422
    assert chair.post(f"{here}/meetings/new", data={**form, "held_on": "2026-11-24"}).status_code == 422
    made = chair.post(f"{here}/meetings/new", data=form)
    assert made.status_code == 302
    assert chair.post(f"{here}/meetings/new", data=form).status_code == 422, "one of a call at a time"
    record = made.location
    for which, outcome, count in (("reached", "approved", 2), ("beyond", "waiting_list", 1)):
        assert chair.get(f"{here}/decide?all={which}&outcome={outcome}").status_code == 200
        chosen = [field["value"] for field in chair.page.select("input[name=chosen]")]
        assert len(chosen) == count
        fields = {field["name"]: field.get("value", "") for field in reversed(chair.page.select("main form input"))}
        posted = {"chosen": chosen, "outcome": fields["outcome"], "reason": "Banii nu ajung."}
        assert chair.post(f"{here}/decide", data=posted).status_code == 302
    assert [status(one) for one in applications] == [
        ApplicationStatus.APPROVED,
        ApplicationStatus.APPROVED,
        ApplicationStatus.WAITING_LIST,
    ]
    assert verification.differences() == []
    for page in (record, f"{record}/present", f"{record}/close", here, "/decisions"):
        assert chair.get(page).status_code == 200
    assert auditor.get(f"{record}/minutes.pdf").status_code == 200
    assert auditor.post(f"{record}/close").status_code == 403
    assert chair.post(f"{record}/close", data={"note": "Fără observații."}).status_code == 302
    before = auditor.get(f"{record}/minutes.pdf").data
    hub.people["manager"][0].name = "Somebody else"
    with unit_of_work():
        db.session.merge(hub.people["manager"][0])
    assert auditor.get(f"{record}/minutes.pdf").data == before
    assert chair.post(f"{record}/close").status_code == 409
    assert chair.get(record).status_code == 200
    with pytest.raises(DatabaseError), unit_of_work():
        db.session.execute(text("UPDATE meeting SET note = 'other'"))
    db.session.rollback()
    with pytest.raises(DatabaseError), unit_of_work():
        db.session.execute(text("DELETE FROM decision_voice"))


def test_who_was_present_reads_the_meeting_and_nobody_else_of_the_partners(hub, new_client, sign_in):
    application = hub.placed()
    uuid = opened(hub, "coordinator")
    page = f"/decisions/meetings/{uuid}"
    there, elsewhere, owner = new_client(), new_client(), new_client()
    for client, name in ((there, "coordinator"), (elsewhere, "other_coordinator"), (owner, "owner")):
        sign_in(client, *hub.people[name])
    assert there.get("/desk").status_code == 200
    assert there.page.select("nav a[href='/decisions/meetings']")
    assert there.get("/decisions/meetings").status_code == 200
    assert there.page.select(f"a[href='{page}']")
    assert there.get(page).status_code == 200
    assert application.reference in there.page.main.get_text()
    assert not there.page.select("main a[href^='/decisions/CALL'], main a[href$='/close'], main a[href$='/present']")
    assert there.get(f"{page}/minutes.pdf").data.startswith(b"%PDF")
    assert there.get(f"{page}/close").status_code == 403
    assert elsewhere.get("/decisions/meetings").status_code == 200
    assert not elsewhere.page.select(f"a[href='{page}']")
    for address in (page, f"{page}/minutes.pdf"):
        assert elsewhere.get(address).status_code == 404
        assert owner.get(address).status_code == 403
    in_conflict(hub, "coordinator")
    assert there.get(page).status_code == 200
    assert application.reference not in there.page.main.get_text()


def test_the_record_shows_no_score_to_who_still_writes_a_review(context, now, client, sign_in):
    hub = Reviewed(now, wanted=1)
    application = hub.assigned("first", "second", "third")
    hub.submitted(application, "second")
    hub.submitted(application, "third", {**GOOD, "effect": 13})
    seated = [hub.person_id(name) for name in ("manager", "first")]
    with unit_of_work():
        day = clock.day_of(now)
        uuid = meetings.open_meeting(hub.code, day, seated, seated[0], hub.actor("manager"), now)

    def item(name):
        (one,) = records.record(uuid, hub.actor(name), now).content["agenda"]
        return one["score"], one["reached"], one["unjudged"]

    assert item("manager") == (Decimal("85.5"), True, False)
    sign_in(client, *hub.people["manager"])
    client.get(f"/decisions/meetings/{uuid}")
    assert "85,5 %" in client.page.main.get_text()
    assert item("first") == (None, False, True)
    with pytest.MonkeyPatch.context() as patch:
        sheets = []
        patch.setattr(papers, "typeset", lambda _file, content, _at: sheets.append(content) or b"%PDF")
        papers.minutes(records.record(uuid, hub.actor("first"), now))
    assert sheets[0]["agenda"][0]["money"] == "unjudged", "the minutes say that reviews are missing, not money"
    hub.submitted(application, "first")
    assert item("first") == item("manager")


def test_who_is_in_conflict_is_out_for_that_application_and_its_case(hub):
    application = hub.placed()
    in_conflict(hub, "coordinator")
    opened(hub, "coordinator", "other_coordinator")
    with pytest.raises(BrokenRule, match="Only who is present"), unit_of_work():
        operations.reject(application.id, "No.", hub.actor("second"), hub.now)
    with unit_of_work():
        operations.reject(application.id, "No.", hub.actor("manager"), hub.now)
    manager, coordinator, other = ids(hub, "manager", "coordinator", "other_coordinator")
    assert voices() == {manager: Voice.TOOK_PART, coordinator: Voice.OUT, other: Voice.TOOK_PART}
    in_conflict(hub, "second")
    uuid = db.session.scalar(select(Meeting.uuid))
    seen = records.record(uuid, hub.actor("second"), hub.now)
    assert (seen.hidden, seen.content["decisions"], seen.content["agenda"]) == (1, [], [])
    assert application.reference not in str(seen.content)
    assert application.reference in str(records.record(uuid, hub.actor("manager"), hub.now).content)


def test_who_works_for_the_partner_that_delivers_is_out_too(hub):
    application = hub.placed()
    opened(hub, "coordinator", "other_coordinator")
    with unit_of_work():
        operations.put_on_waiting_list(application.id, "No money.", hub.actor("manager"), hub.now)
    assert voices()[hub.actor("coordinator").person_id] is Voice.OUT


def test_the_panel_votes_where_the_setting_asks_for_it(hub, client, sign_in):
    with unit_of_work():
        settings.change(PANEL_VOTES.name, True, SYSTEM, hub.now)
    application = hub.placed()
    here = f"/decisions/{code()}/decide"
    sign_in(client, *hub.people["manager"])
    form = {"chosen": [application.id], "outcome": "approved"}
    assert client.post(here, data=form).status_code == 422, "no vote without a meeting"
    opened(hub, "second", "other_coordinator")
    manager, second, other = ids(hub, "manager", "second", "other_coordinator")
    votes = {f"vote_{manager}": "for", f"vote_{second}": "against", f"vote_{other}": "abstained"}
    assert client.get(f"{here}?chosen={application.id}&outcome=approved").status_code == 200
    assert len(client.page.select("input[type=radio]")) == 9
    assert client.post(here, data={**form, f"vote_{manager}": "for"}).status_code == 422
    assert client.post(here, data={**form, **votes}).status_code == 422, "one for, one against"
    assert status(application) is ApplicationStatus.PLACED
    assert client.post(here, data={**form, **votes, f"vote_{second}": "for"}).status_code == 302
    assert voices() == {manager: Voice.FOR, second: Voice.FOR, other: Voice.ABSTAINED}


def test_only_the_chair_closes_and_nothing_is_decided_in_a_closed_meeting(hub):
    application = hub.placed()
    uuid = opened(hub, "second")
    with pytest.raises(Forbidden), unit_of_work():
        meetings.close(uuid, "", hub.actor("second"), hub.now)
    with unit_of_work():
        meetings.change_present(uuid, ids(hub, "second"), ids(hub, "second")[0], hub.actor("manager"), hub.now)
    with unit_of_work():
        meetings.close(uuid, "", hub.actor("second"), hub.now)
    with pytest.raises(Stale), unit_of_work():
        meetings.change_present(uuid, ids(hub, "second"), ids(hub, "second")[0], hub.actor("manager"), hub.now)
    with unit_of_work():
        operations.reject(application.id, "No.", hub.actor("manager"), hub.now)
    assert db.session.scalars(select(Decision.meeting_id)).one() is None
    assert papers.minutes(records.record(uuid, hub.actor("auditor"), hub.now)).startswith(b"%PDF")


def test_a_meeting_needs_known_people_and_a_manager_in_the_chair(hub):
    hub.placed()
    day, manager = clock.day_of(hub.now), hub.actor("manager")
    for present, chair in (
        ([], None),
        (ids(hub, "owner"), None),
        (ids(hub, "coordinator"), ids(hub, "coordinator")[0]),
    ):
        with pytest.raises(BrokenRule), unit_of_work():
            meetings.open_meeting(code(), day, present, chair, manager, hub.now)
    with pytest.raises(NotFound), unit_of_work():
        meetings.open_meeting("nowhere", day, ids(hub, "manager"), manager.person_id, manager, hub.now)
    with pytest.raises(Forbidden), unit_of_work():
        meetings.open_meeting(code(), day, ids(hub, "manager"), manager.person_id, hub.actor("auditor"), hub.now)


def test_the_letter_of_a_decision_is_for_the_applicant_and_the_hub(hub, new_client, sign_in):
    application = hub.placed()
    with unit_of_work():
        operations.decide([application.id], Outcome.REJECTED, "Sub prag.", hub.actor("manager"), hub.now)
    decision = db.session.scalars(select(Decision)).one()
    assert decision.appeal_until == clock.day_of(hub.now) + dt.timedelta(days=10)
    address = f"/applications/{application.uuid}/letters/{decision.id}.pdf"
    for name, expected in (("owner", 200), ("auditor", 200), ("stranger", 404), ("coordinator", 403)):
        visitor = new_client()
        sign_in(visitor, *hub.people[name])
        answer = visitor.get(address)
        assert answer.status_code == expected, name
    owner = new_client()
    sign_in(owner, *hub.people["owner"])
    assert owner.get(address).data.startswith(b"%PDF")
    assert owner.get(f"/applications/{application.uuid}/letters/{decision.id + 1}.pdf").status_code == 404
    assert owner.get(f"/cases/{application.uuid}").status_code == 200
    assert owner.page.select(f"a[href='{address}']")


def test_a_case_closed_to_the_reader_keeps_its_place_and_its_money(hub):
    first, second = hub.placed(), hub.placed()
    line = next(one for one in queries.lines() if one.code == "SME")
    reader, day = hub.actor("manager"), clock.day_of(hub.now)
    with unit_of_work():
        ledger.reserve([Part(line.id, line.free_cents - WORTH)], "other", SYSTEM, hub.now, application_id=0)
        db.session.add(
            Conflict(
                person_id=reader.person_id,
                organisation_id=first.organisation_id,
                application_id=first.id,
                kind=ConflictKind.FAMILY,
                source=ConflictSource.DECLARED,
                declared_at=hub.now,
            )
        )
    shown = decisions.meeting(code(), reader, day)
    assert [(one.id, one.reached) for one in shown.candidates] == [(second.id, False)]
    for one in (first, second):
        with unit_of_work():
            operations.put_on_waiting_list(one.id, "Later.", hub.actor("second"), hub.now)
    assert decisions.meeting(code(), reader, day).next_payable is None
    assert decisions.meeting(code(), hub.actor("second"), day).next_payable.id == first.id


def test_the_first_of_two_approvals_is_given_in_the_open_meeting_too(hub):
    application = hub.placed()
    with unit_of_work():
        settings.change(FOUR_EYES_EURO.name, 1_000, SYSTEM, hub.now)
    opened(hub, "coordinator")
    with pytest.raises(BrokenRule, match="Only who is present"), unit_of_work():
        operations.approve(application.id, "Good.", hub.actor("second"), hub.now)
    with unit_of_work():
        assert operations.approve(application.id, "Good.", hub.actor("manager"), hub.now) is False


def test_a_ranked_case_without_its_reviews_is_approved_with_a_reason_only(context, now):
    world = Reviewed(now)
    application = world.assigned("first", "second")
    world.submitted(application, "first")
    with pytest.raises(BrokenRule, match="1 of 2 reviews are in"), unit_of_work():
        operations.approve(application.id, " ", world.actor("manager"), now)
    with unit_of_work():
        assert operations.approve(application.id, "The panel read it itself.", world.actor("manager"), now)
    judged = world.assigned("first", "second")
    for name in ("first", "second"):
        world.submitted(judged, name)
    with unit_of_work():
        assert operations.approve(judged.id, "", world.actor("manager"), now)
