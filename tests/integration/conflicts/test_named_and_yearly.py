"""Institutions that applicants name, partners that apply themselves, and the yearly look at the own conflicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from dih.accounts.models import Membership
from dih.conflicts import jobs, operations, queries
from dih.conflicts.models import Conflict
from dih.conflicts.operations import Declaration
from dih.conflicts.rules import CaseFacts
from dih.conflicts.vocabulary import ConflictKind, FoundBy
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.shared import clock
from dih.shared.access import Role, ScopeKind
from dih.shared.errors import NotFound, Stale
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.race import job, together
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


def test_who_declared_and_who_keeps_a_conflict_hear_once_that_it_ends(
    hub: Reviewed, client: Any, sign_in: SignIn
) -> None:
    day = clock.day_of(hub.now)

    def declared(name: str, days: int | None, of: int) -> int:
        until = None if days is None else day + dt.timedelta(days=days)
        with unit_of_work():
            about = Declaration(of, None, ConflictKind.FAMILY, "Sora mea", until)
            return operations.declare(about, hub.actor(name), hub.now)

    def told() -> list[tuple[str, int]]:
        jobs.remind(hub.now)
        mails = db.session.scalars(select(OutboxItem.payload).order_by(OutboxItem.id))
        return sorted((one["to"], one["body"].count("până la")) for one in mails if "se apropie" in one["subject"])

    with unit_of_work():
        other = factories.organisation(hub.now).id
    soon = declared("first", 14, hub.organisation)
    declared("first", 3, other)
    declared("second", 15, hub.organisation)
    declared("third", None, other)
    declared("other_manager", None, other)
    first, manager, partial = (hub.people[one][0].email for one in ("first", "manager", "other_manager"))
    expected = sorted([(first, 2), (manager, 2), (partial, 1)])
    assert told() == expected
    assert told() == expected, "once"
    sign_in(client, *hub.people["first"])
    client.get("/conflicts")
    page = f"/conflicts/{soon}/last-day"
    assert client.page.select(f"a[href='{page}']")
    assert client.get(page).status_code == 200
    assert client.post(page, data={"expires_on": "2026-11-01"}).status_code == 422
    assert client.post(page, data={"expires_on": "2026-12-06"}).status_code == 302
    assert told() == sorted([*expected, (first, 1), (manager, 1), (partial, 1)])
    sign_in(client, *hub.people["second"])
    assert client.get(page).status_code == 404
    with pytest.raises(NotFound), unit_of_work():
        operations.change_last_day(soon, None, hub.actor("manager"), hub.now)
    with pytest.raises(Stale), unit_of_work():
        operations.change_last_day(soon, None, hub.actor("first"), hub.now + dt.timedelta(days=20))


def test_an_applicant_leaves_a_manager_to_look_after_the_case(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    first, second = hub.placed(), hub.placed()
    sign_in(client, *hub.people["owner"])
    for application, name, status in ((first, "manager", 302), (second, "other_manager", 422), (first, "first", 302)):
        sent = {"person": str(hub.person_id(name)), "kind": "other", "note": "Ne cunoaștem"}
        answer = client.post(f"/applications/{application.uuid}/name-conflict", data=sent)
        assert answer.status_code == status, name
        if status == 422:
            assert "Niciun manager" in client.page.main.get_text()
    (named,) = db.session.scalars(select(Conflict).where(Conflict.person_id == hub.person_id("manager")))
    with unit_of_work():
        db.session.add(
            Membership(
                person_id=hub.person_id("other_manager"),
                role=Role.COORDINATOR,
                scope_kind=ScopeKind.PARTNER,
                scope_id=hub.partners[2],
                created_at=hub.now,
            )
        )
    sent = {"person": f"institution-{hub.partners[2]}", "kind": "other", "note": "Ne cunoaștem"}
    assert client.post(f"/applications/{first.uuid}/name-conflict", data=sent).status_code == 422
    assert found(FoundBy.NAMED) == set()
    with unit_of_work():
        operations.clear(named.id, "Nu se cunosc", hub.actor("other_manager"), hub.now)
    sent["person"] = str(hub.person_id("other_manager"))
    assert client.post(f"/applications/{second.uuid}/name-conflict", data=sent).status_code == 302


def test_no_applicant_takes_the_domain_of_the_hub_or_a_partner(hub: Reviewed) -> None:
    with unit_of_work():
        for name in ("manager", "other_manager"):
            hub.people[name][0].email = f"{name}@hubul.test"
        hub.people["first"][0].email = "first@institutul.test"
        hub.people["second"][0].email = "second@fabrica.test"
        db.session.get_one(Partner, hub.partners[1]).email_domain = "institutul.test"
    for site in ("https://www.hubul.test", "institutul.test/ro", "https://fabrica.test"):
        with unit_of_work():
            db.session.get_one(Organisation, hub.organisation).website = site
        jobs.find(hub.now)
    assert found(FoundBy.MAIL_DOMAIN) == {hub.person_id("second")}


SLOW_CHECKS = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.05); RETURN NEW; END $$;
CREATE TRIGGER slow BEFORE INSERT ON conflict_check FOR EACH ROW EXECUTE FUNCTION slow();
"""


@pytest.mark.postgresql_only
def test_two_workers_remind_once(databases: Any, make_app: Any, now: dt.datetime) -> None:
    address = databases.clone()
    with make_app(address).app_context():
        Reviewed(now)
        year = now + dt.timedelta(days=365)
        with db.engine.begin() as slow:
            slow.execute(text(SLOW_CHECKS))
        assert together(address, *[job(jobs.remind, year)] * 2) == ["done", "done"]
        told = [one["to"] for one in db.session.scalars(select(OutboxItem.payload)) if "corecte?" in one["subject"]]
        assert told
        assert len(told) == len(set(told))
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)
