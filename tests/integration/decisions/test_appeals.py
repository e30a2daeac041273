"""Appeals: in time, heard by who had no part, set aside or dismissed; no money moves before a new decision."""

import dataclasses
import datetime as dt
import io

import pytest
from sqlalchemy import select

from dih.applications import operations as applications
from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus, Holds
from dih.budget import queries as budget
from dih.budget import verification
from dih.conflicts.models import Conflict
from dih.conflicts.vocabulary import ConflictKind, ConflictSource
from dih.decisions import operations
from dih.decisions.appeals import operations as appeals
from dih.decisions.models import Appeal, AppealDocument
from dih.decisions.queries import calls_to_decide
from dih.decisions.vocabulary import AppealStatus, Outcome
from dih.desks.handover import leaving
from dih.extensions.database import db
from dih.reviews.models import Review
from dih.reviews.vocabulary import ReviewStatus
from dih.shared.access import Role
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.hub import Hub, audited


@pytest.fixture
def hub(context, now):
    made = Hub(now)
    with unit_of_work():
        made.people["second"] = factories.member(Role.MANAGER, now, name="Second")
        made.people["third"] = factories.member(Role.MANAGER, now, name="Third")
    return made


def decided(hub, outcome=Outcome.REJECTED):
    application = hub.placed()
    with unit_of_work():
        operations.decide([application.id], outcome, "Below.", hub.actor("manager"), hub.now)
    return application


def filed(hub, application, days=0):
    with unit_of_work():
        later = hub.now + dt.timedelta(days=days)
        return appeals.file(application.uuid, "You overlooked the plan.", [], hub.actor("owner"), later)


def handed(hub, application, name="second"):
    with unit_of_work():
        appeals.hand_to(application.uuid, hub.actor(name).person_id, hub.actor("manager"), hub.now)


def state(application):
    status = db.session.scalar(select(Application.status).where(Application.id == application.id))
    line = next(one for one in budget.lines() if one.code == "SME")
    return status, line.reserved_cents


def test_the_way_of_an_appeal_through_the_pages(hub, new_client, sign_in, moment):
    application = decided(hub)
    here = f"/applications/{application.uuid}/appeal"
    owner, manager, second = new_client(), new_client(), new_client()
    sign_in(owner, *hub.people["owner"])
    sign_in(manager, *hub.people["manager"])
    sign_in(second, *hub.people["second"])
    assert owner.get(f"/cases/{application.uuid}").status_code == 200
    assert owner.page.select(f"a[href='{here}']")
    assert owner.get(here).status_code == 200
    assert owner.post(here, data={"reasons": " "}).status_code == 422
    wrong = {"reasons": "Because.", "files": (io.BytesIO(b"nothing"), "plan.exe")}
    assert owner.post(here, data=wrong).status_code == 422
    assert db.session.scalars(select(Appeal)).all() == []
    reasons = {"reasons": "You overlooked the plan."}
    plan = (io.BytesIO(b"%PDF-1.7\n%%EOF"), "plan.pdf")
    assert owner.post(here, data={**reasons, "files": plan}).status_code == 302
    document = db.session.scalars(select(AppealDocument.id)).one()
    for visitor in (owner, second):
        assert visitor.get(f"/applications/{application.uuid}/appeals/documents/{document}").status_code == 200
    assert owner.post(here, data=reasons).status_code == 422, "one appeal against a decision"
    second.get("/desk")
    assert application.reference in second.page.find(string="Contestații de soluționat").find_parent("section").text
    assert second.get("/decisions/appeals").status_code == 200
    assert manager.get(here).status_code == 200
    offered = [option.text for option in manager.page.select("select[name=person] option")]
    assert offered[1:] == ["Second", "Third"], "who decided hears no appeal"
    person = hub.actor("second").person_id
    assert manager.post(f"{here}/hand-to", data={"person": hub.actor("manager").person_id}).status_code == 422
    assert manager.post(f"{here}/hand-to", data={"person": person}).status_code == 302
    manager.get("/desk")
    assert "Nicio contestație nu așteaptă" in manager.page.text
    assert manager.get(here).status_code == 200
    assert not manager.page.select("input[name=outcome]")
    assert len(leaving(person).open_work) == 1
    assert second.get(here).status_code == 200
    assert second.post(f"{here}/hear", data={"outcome": "uphold"}).status_code == 422
    heard = {"outcome": "uphold", "reason": "The plan was there."}
    assert manager.post(f"{here}/hear", data=heard).status_code == 403
    assert second.post(f"{here}/hear", data=heard).status_code == 302
    assert state(application) == (ApplicationStatus.PLACED, 0)
    appeal = db.session.scalars(select(Appeal)).one()
    letter = f"/applications/{application.uuid}/appeals/{appeal.id}.pdf"
    assert owner.get(letter).data.startswith(b"%PDF")
    assert letter in db.session.scalars(select(OutboxItem).order_by(OutboxItem.id.desc())).first().payload["body"]
    for visitor in (owner, second):
        assert visitor.get(here).status_code == 200
        assert visitor.get(f"/cases/{application.uuid}").status_code == 200
    with unit_of_work():
        operations.approve(application.id, "", hub.actor("manager"), hub.now)
    assert state(application) == (ApplicationStatus.APPROVED, 133_333)
    assert verification.differences() == []
    assert audited("appeal") == ["appeal_file", "appeal_hand_to", "appeal_uphold"]


def test_dismissed_the_decision_stands(hub):
    application = decided(hub, Outcome.WAITING_LIST)
    filed(hub, application)
    handed(hub, application)
    with unit_of_work():
        appeals.hear(application.uuid, False, "The money is what it is.", hub.actor("second"), hub.now)
    assert state(application) == (ApplicationStatus.WAITING_LIST, 0)
    with pytest.raises(Stale), unit_of_work():
        appeals.hear(application.uuid, True, "Once more.", hub.actor("second"), hub.now)


def test_the_last_day_counts_and_the_next_does_not(hub):
    application = decided(hub)
    with pytest.raises(BrokenRule, match="last day to appeal"):
        filed(hub, application, days=11)
    filed(hub, application, days=10)


def test_a_finding_of_not_eligible_is_heard_by_another_than_its_checker(hub):
    application = hub.accepted()
    with unit_of_work():
        findings = {"checked": (Holds.NO, "")}
        deputy = dataclasses.replace(hub.actor("manager"), deputy_for=hub.actor("third").person_id)
        applications.check(application.id, findings, "Too large.", deputy, hub.now)
    filed(hub, application)
    for name in ("manager", "third"):
        with pytest.raises(BrokenRule, match="no part"):
            handed(hub, application, name)
    handed(hub, application)
    with unit_of_work():
        appeals.hear(application.uuid, True, "It is small.", hub.actor("second"), hub.now)
    assert state(application) == (ApplicationStatus.SUBMITTED, 0)


def test_who_reviewed_the_application_hears_nothing(hub):
    application = decided(hub)
    filed(hub, application)
    review = {"marks": {}, "remarks": {}, "assigned_at": hub.now, "due_on": hub.now.date()}
    with unit_of_work():
        for name, status in (("second", ReviewStatus.SUBMITTED), ("third", ReviewStatus.DECLINED)):
            person = hub.actor(name).person_id
            db.session.add(Review(application_id=application.id, reviewer_id=person, status=status, **review))
    with pytest.raises(BrokenRule, match="no part"):
        handed(hub, application, "second")
    handed(hub, application, "third")


def test_who_is_in_conflict_or_acts_for_who_decided_hears_nothing(hub):
    application = decided(hub)
    filed(hub, application)
    handed(hub, application)
    deputy = dataclasses.replace(hub.actor("second"), deputy_for=hub.actor("manager").person_id)
    with pytest.raises(BrokenRule, match="had a part"), unit_of_work():
        appeals.hear(application.uuid, True, "Fine.", deputy, hub.now)
    with unit_of_work():
        for name in ("second", "third"):
            db.session.add(
                Conflict(
                    person_id=hub.actor(name).person_id,
                    organisation_id=hub.organisation,
                    kind=ConflictKind.FAMILY,
                    source=ConflictSource.DECLARED,
                    declared_at=hub.now,
                )
            )
    with pytest.raises(NotFound), unit_of_work():
        appeals.hear(application.uuid, True, "Fine.", hub.actor("second"), hub.now)
    with unit_of_work():
        appeals.give_back(application.uuid, hub.actor("manager"), hub.now)
    with pytest.raises(BrokenRule, match="no conflict"):
        handed(hub, application, "third")
    assert db.session.scalars(select(Appeal.status)).one() is AppealStatus.FILED


def test_only_the_owner_files_and_takes_back_and_what_was_decided_anew_is_not_set_aside(hub):
    application = decided(hub, Outcome.WAITING_LIST)
    for name, error in (("editor", Forbidden), ("stranger", NotFound), ("manager", Forbidden)):
        with pytest.raises(error), unit_of_work():
            appeals.file(application.uuid, "Please.", [], hub.actor(name), hub.now)
    filed(hub, application)
    handed(hub, application)
    with unit_of_work():
        operations.approve(application.id, "", hub.actor("manager"), hub.now)
    with pytest.raises(BrokenRule, match="decided again"), unit_of_work():
        appeals.hear(application.uuid, True, "Fine.", hub.actor("second"), hub.now)
    with unit_of_work():
        appeals.withdraw(application.uuid, hub.actor("owner"), hub.now)
    assert db.session.scalars(select(Appeal.status)).one() is AppealStatus.WITHDRAWN
    assert state(application)[0] is ApplicationStatus.APPROVED


def test_results_are_public_once_published_and_say_only_counts_of_the_others(hub, new_client, sign_in):
    first, second = hub.placed(), hub.placed()
    code = calls_to_decide(hub.actor("manager"), hub.now.date()).rows[0].code
    anybody, manager = new_client(), new_client()
    sign_in(manager, *hub.people["manager"])
    assert manager.get(f"/decisions/{code}/results").status_code == 200
    assert manager.post(f"/decisions/{code}/results/publish").status_code == 422
    with unit_of_work():
        operations.approve(first.id, "", hub.actor("manager"), hub.now)
        operations.reject(second.id, "A secret reason.", hub.actor("manager"), hub.now)
    assert anybody.get(f"/calls/{code}/results").status_code == 404
    assert anybody.get("/results").status_code == 200
    assert manager.get(f"/decisions/{code}/results").status_code == 200
    assert manager.post(f"/decisions/{code}/results/publish").status_code == 302
    assert anybody.get(f"/calls/{code}/results").status_code == 200
    assert len(anybody.page.select("main tbody tr")) == 1
    assert "1.333,33" in anybody.page.text
    assert second.reference not in anybody.page.text
    assert "secret" not in anybody.page.text
    assert anybody.get("/results").status_code == 200
    assert anybody.page.select(f"a[href='/calls/{code}/results']")
