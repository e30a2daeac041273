"""Institutions that applicants name, partners that apply themselves, and the yearly look at the own conflicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from dih.conflicts import jobs, queries
from dih.conflicts.models import Conflict
from dih.conflicts.rules import CaseFacts
from dih.conflicts.vocabulary import FoundBy
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.shared import clock
from dih.shared.access import Role
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.reviewed import Reviewed

SignIn = Callable[..., Any]


def found(by: FoundBy) -> set[int]:
    return set(db.session.scalars(select(Conflict.person_id).where(Conflict.found_by == by)))


def test_an_applicant_names_an_institution_even_in_a_draft(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    application = hub.assigned("second")
    sign_in(client, *hub.people["owner"])
    address = f"/applications/{application.uuid}/name-conflict"
    assert client.get(address).status_code == 200
    sent = {"person": f"institution-{hub.partners[2]}", "kind": "competitor", "note": "Lucrează cu un concurent"}
    assert client.post(address, data={**sent, "person": "institution-9999"}).status_code == 422
    assert client.post(address, data=sent).status_code == 302
    assert client.post(address, data=sent).status_code == 422
    named = {hub.person_id("second"), hub.person_id("third")}
    assert found(FoundBy.NAMED) == named
    assert hub.review(application, "second").status.value == "conflicted"
    with unit_of_work():
        late = factories.member(Role.REVIEWER, hub.now, hub.partners[2])[0].id
    day = clock.day_of(hub.now)
    case = CaseFacts(application.id, application.organisation_id, application.partner_id)
    assert {person for person, _case in queries.bars([case], [late, hub.person_id("first")], day)} == {late}
    jobs.find(hub.now)
    jobs.find(hub.now)
    assert found(FoundBy.NAMED) == named | {late}
    for name in ("second", "coordinator"):
        sign_in(client, *hub.people[name])
        assert client.get(f"/cases/{application.uuid}").status_code == (404 if name == "second" else 200)


def test_a_partner_that_applies_is_judged_by_nobody_of_its_own(hub: Reviewed) -> None:
    with unit_of_work():
        partner = db.session.get_one(Partner, hub.partners[1])
        partner.cui = db.session.get_one(Organisation, hub.organisation).cui
    jobs.find(hub.now)
    assert found(FoundBy.SAME_NUMBER) == {hub.person_id("first")}


def test_everybody_looks_at_the_own_conflicts_once_a_year(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    def asked() -> list[str]:
        mails = db.session.scalars(select(OutboxItem.payload).order_by(OutboxItem.id))
        return sorted(mail["to"] for mail in mails if "corecte?" in mail["subject"])

    jobs.remind(hub.now + dt.timedelta(days=300))
    assert asked() == []
    sign_in(client, *hub.people["first"])
    assert client.get("/conflicts").status_code == 200
    assert client.post("/conflicts/confirm").status_code == 302
    year = hub.now + dt.timedelta(days=364, hours=2)
    for _ in range(2):
        jobs.remind(year)
    everybody = {"colleague", "second", "third", "coordinator", "manager", "other_manager"}
    assert asked() == []
    for _ in range(2):
        jobs.remind(hub.now + dt.timedelta(days=365))
    told = asked()
    assert {hub.people[name][0].email for name in everybody} <= set(told)
    assert len(told) == len(set(told))
    sign_in(client, *hub.people["owner"])
    assert client.post("/conflicts/confirm").status_code == 403
