"""Desks, the case page, the audit, and a person who leaves."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.applications.vocabulary import APPLICATION_STATUS_TRANSITIONS
from dih.conflicts.models import Conflict
from dih.conflicts.vocabulary import ConflictKind, ConflictSource
from dih.desks import waiting
from dih.desks.vocabulary import ACTION_LABELS
from dih.extensions.database import db
from dih.reviews.vocabulary import REVIEW_STATUS_TRANSITIONS
from dih.routing.vocabulary import ROUTING_STATUS_TRANSITIONS
from dih.shared.access import Role
from dih.shared.models import AuditRecord
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers.vocabulary import VOUCHER_STATUS_TRANSITIONS
from tests import factories
from tests.support.hub import Hub


@pytest.fixture
def hub(context, now):
    return Hub(now)


def waits(hub, name):
    return {one.title: one.count for one in waiting.lists(hub.actor(name), hub.now) if one.count}


def test_each_desk_shows_what_waits_for_its_role(hub):
    hub.routed()
    assert waits(hub, "coordinator") == {"Applications to answer": 1}
    assert waits(hub, "manager") == {"Conditions to check": 1}
    assert waits(hub, "other_coordinator") == {}
    on_its_way = {"Applications on their way": 1}
    assert waits(hub, "owner") == waits(hub, "editor") == on_its_way, "who has applied sees it again"
    hub.offered()
    assert waits(hub, "owner") == {"Vouchers to accept": 1} | on_its_way
    hub.delivered()
    assert waits(hub, "owner") == {"Vouchers to accept": 1, "Deliveries to confirm": 1} | on_its_way
    hub.active()
    assert waits(hub, "owner")["Vouchers to redeem"] == 1


def test_a_conflict_empties_the_desk_of_staff_but_not_the_applicants_own(hub):
    hub.delivered()
    hub.application()
    with unit_of_work():
        for name in ("owner", "manager", "coordinator"):
            db.session.add(
                Conflict(
                    person_id=hub.actor(name).person_id,
                    organisation_id=hub.organisation,
                    kind=ConflictKind.EMPLOYER,
                    source=ConflictSource.APPLICANT,
                    declared_at=hub.now,
                )
            )
    assert waits(hub, "owner") == {"Deliveries to confirm": 1, "Applications on their way": 1}
    assert waits(hub, "manager") == waits(hub, "coordinator") == {}


def test_a_share_to_pay_waits_for_the_owner(context, now):
    hub = Hub(now, own_percent=10)
    hub.active()
    assert waits(hub, "owner") == {"Shares to pay": 1}


@pytest.mark.parametrize("name", ["owner", "editor", "coordinator", "deliverer", "manager", "auditor"])
def test_the_case_page_for_each_who_reaches_it(hub, client, sign_in, name):
    voucher = hub.delivered()
    address = f"/cases/{db.session.get_one(Application, voucher.application_id).uuid}"
    sign_in(client, *hub.people[name])
    assert client.get("/desk").status_code == 200
    assert client.get(address).status_code == 200
    assert client.page.select_one("[aria-current=step]") is not None
    staff = name not in ("owner", "editor")
    assert ("Partener propus" in client.page.get_text()) is staff


def test_another_organisation_and_another_partner_find_nothing(hub, client, sign_in):
    application = hub.routed()
    for name in ("stranger", "other_coordinator"):
        sign_in(client, *hub.people[name])
        there = client.get(f"/cases/{application.uuid}")
        absent = client.get("/cases/00000000-0000-4000-8000-000000000000")
        assert (there.status_code, absent.status_code) == (404, 404)
        without_reference = [re.sub(rb"[0-9a-f]{8}", b"", page.data) for page in (there, absent)]
        assert len(without_reference[0]) == pytest.approx(len(without_reference[1]), abs=80)


def test_every_change_leaves_a_record_that_the_timeline_can_say(hub):
    hub.delivered()
    actions = set(db.session.scalars(select(AuditRecord.action)))
    assert actions - ACTION_LABELS.keys() == set()


def test_every_action_that_the_code_records_for_a_case_has_words():
    """The transition tables name the moves; each room prefixes its own."""
    named = {edge.action for edge in APPLICATION_STATUS_TRANSITIONS}
    named |= {f"routing_{edge.action}" for edge in ROUTING_STATUS_TRANSITIONS}
    named |= {f"review_{edge.action}" for edge in REVIEW_STATUS_TRANSITIONS}
    named |= {f"voucher_{edge.action}" for edge in VOUCHER_STATUS_TRANSITIONS}
    assert named - ACTION_LABELS.keys() == set()


def test_the_audit_is_read_by_staff_who_may(hub, client, sign_in):
    hub.offered()
    for name, status in (("manager", 200), ("auditor", 200), ("owner", 403), ("coordinator", 403)):
        sign_in(client, *hub.people[name])
        assert client.get("/audit?kind=voucher&day=2026-11-23").status_code == status


def test_a_person_with_open_work_cannot_leave(hub, client, sign_in, now):
    hub.offered()
    with unit_of_work():
        administrator = factories.member(Role.ADMINISTRATOR, now)
    sign_in(client, *administrator)
    alone = hub.people["coordinator"][0].id
    assert client.get(f"/admin/people/{alone}/deactivate").status_code == 200
    assert client.post(f"/admin/people/{alone}/deactivate", data={"reason": "Leaves"}).status_code == 422
    free = hub.people["other_coordinator"][0].id
    assert client.post(f"/admin/people/{free}/deactivate", data={"reason": ""}).status_code == 422
    assert client.post(f"/admin/people/{free}/deactivate", data={"reason": "Leaves"}).status_code == 302
    db.session.rollback()
    active = dict(db.session.execute(select(Person.id, Person.active).where(Person.id.in_([alone, free]))).all())
    assert active == {alone: True, free: False}


def test_mails_of_this_machine_are_shown_under_make_run_only(app, client, tmp_path):
    app.config["MAIL_FOLDER"] = str(tmp_path)
    Path(tmp_path / "00000007.eml").write_text("To: a@b.test\nSubject: Salut\n\nBună\nhttp://127.0.0.1/x\n")
    assert client.get("/dev/mail").status_code == 404
    app.config["DEVELOPMENT"] = True
    assert client.get("/dev/mail").status_code == 200
    assert client.get("/dev/mail/7").status_code == 200
    assert client.get("/dev/mail/8").status_code == 404
