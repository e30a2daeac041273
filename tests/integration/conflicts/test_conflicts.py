"""Declaring, finding, clearing and ending conflicts, and the bar that they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from dih.accounts.models import Membership, Person
from dih.conflicts import jobs, operations, queries
from dih.conflicts.models import Conflict
from dih.conflicts.operations import Declaration
from dih.conflicts.queries import Filters, in_conflict
from dih.conflicts.rules import CaseFacts
from dih.conflicts.vocabulary import ConflictKind, ConflictSource, ConflictStatus, FoundBy
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.shared import clock
from dih.shared.access import Role, ScopeKind
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.models import AuditRecord
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.counting import counted
from tests.support.reviewed import Reviewed


def barred(hub: Reviewed, name: str, application_id: int = 0, reviewing: bool = False, days: int = 0) -> bool:
    day = clock.day_of(hub.now) + dt.timedelta(days=days)
    clause = in_conflict(hub.person_id(name), day, application_id, hub.organisation, reviewing=reviewing)
    return bool(db.session.scalar(select(clause)))


def declared(hub: Reviewed, name: str, application_id: int | None = None, last_day: dt.date | None = None) -> int:
    with unit_of_work():
        return operations.declare(
            Declaration(hub.organisation, application_id, ConflictKind.FAMILY, "Sora mea", last_day),
            hub.actor(name),
            hub.now,
        )


@pytest.mark.parametrize("name", ["first", "coordinator", "manager"])
def test_a_declared_conflict_bars_at_once(hub: Reviewed, name: str) -> None:
    assert not barred(hub, name)
    conflict_id = declared(hub, name)
    assert barred(hub, name)
    assert not barred(hub, "second")
    record = db.session.scalars(select(AuditRecord).where(AuditRecord.subject_kind == "conflict")).one()
    assert (record.subject_id, record.action, record.person_id) == (
        conflict_id,
        "conflict_declared",
        hub.person_id(name),
    )


def test_a_conflict_with_one_application_leaves_the_others_open(hub: Reviewed) -> None:
    one, other = hub.placed(), hub.placed()
    declared(hub, "first", one.id)
    assert barred(hub, "first", one.id)
    assert not barred(hub, "first", other.id)


def test_a_conflict_ends_after_its_last_day(hub: Reviewed) -> None:
    declared(hub, "first", last_day=clock.day_of(hub.now) + dt.timedelta(days=3))
    assert barred(hub, "first", days=3)
    assert not barred(hub, "first", days=4)


def test_the_same_is_not_declared_twice(hub: Reviewed) -> None:
    declared(hub, "first")
    with pytest.raises(BrokenRule):
        declared(hub, "first")


@pytest.mark.parametrize("name", ["owner", "auditor"])
def test_who_works_on_no_case_declares_nothing(hub: Reviewed, name: str) -> None:
    with pytest.raises(Forbidden):
        declared(hub, name)


def test_who_declared_it_ends_it_with_a_reason(hub: Reviewed) -> None:
    conflict_id = declared(hub, "first")
    with pytest.raises(NotFound), unit_of_work():
        operations.end(conflict_id, "Nu mai e cazul", hub.actor("second"), hub.now)
    with pytest.raises(BrokenRule), unit_of_work():
        operations.end(conflict_id, " ", hub.actor("first"), hub.now)
    with unit_of_work():
        operations.end(conflict_id, "Nu mai e cazul", hub.actor("first"), hub.now)
    assert not barred(hub, "first")
    assert db.session.get_one(Conflict, conflict_id).status is ConflictStatus.ENDED


def test_a_manager_clears_with_a_reason_but_never_the_own(hub: Reviewed) -> None:
    conflict_id, own = declared(hub, "first"), declared(hub, "other_manager")
    for attempt, actor in ((conflict_id, "other_manager"), (own, "other_manager")):
        with pytest.raises(NotFound), unit_of_work():
            operations.clear(attempt, "Fals", hub.actor(actor), hub.now)
    with pytest.raises(Forbidden), unit_of_work():
        operations.clear(conflict_id, "Fals", hub.actor("auditor"), hub.now)
    with unit_of_work():
        operations.clear(conflict_id, "Altă persoană", hub.actor("manager"), hub.now)
    assert not barred(hub, "first")
    actions = db.session.scalars(select(AuditRecord.action).where(AuditRecord.subject_id == conflict_id)).all()
    assert sorted(a for a in actions if a.startswith("conflict")) == ["conflict_clear", "conflict_declared"]


def test_the_applicant_names_staff_and_nobody_else(hub: Reviewed) -> None:
    declaration = Declaration(hub.organisation, None, ConflictKind.COMPETITOR, "Lucrează la concurență")
    with unit_of_work():
        operations.declare_by_applicant(hub.person_id("first"), declaration, hub.actor("owner"), hub.now)
    assert barred(hub, "first")
    with pytest.raises(BrokenRule), unit_of_work():
        operations.declare_by_applicant(hub.person_id("owner"), declaration, hub.actor("owner"), hub.now)
    with pytest.raises(Forbidden), unit_of_work():
        operations.declare_by_applicant(hub.person_id("second"), declaration, hub.actor("first"), hub.now)


def _find(hub: Reviewed, *names: str) -> None:
    application = hub.placed()
    case = CaseFacts(application.id, application.organisation_id, application.partner_id)
    with unit_of_work():
        operations.find_for(case, [hub.person_id(name) for name in names], hub.now)


def test_the_platform_finds_members_domains_and_the_partners_own_staff(hub: Reviewed) -> None:
    with unit_of_work():
        db.session.add(
            Membership(
                person_id=hub.person_id("first"),
                role=Role.READER,
                scope_kind=ScopeKind.ORGANISATION,
                scope_id=hub.organisation,
                created_at=hub.now,
            )
        )
        db.session.get_one(Organisation, hub.organisation).website = "https://www.fabrica.test"
        db.session.get_one(Person, hub.person_id("second")).email = "eu@fabrica.test"
    _find(hub, "first", "second", "third", "colleague")
    found = {(row.person_id, row.found_by, row.source) for row in db.session.scalars(select(Conflict))}
    assert found == {
        (hub.person_id("first"), FoundBy.MEMBERSHIP, ConflictSource.FOUND),
        (hub.person_id("second"), FoundBy.MAIL_DOMAIN, ConflictSource.FOUND),
        (hub.person_id("colleague"), FoundBy.SAME_PARTNER, ConflictSource.FOUND),
    }


def test_the_domain_of_an_owner_counts_but_no_public_provider(hub: Reviewed) -> None:
    with unit_of_work():
        db.session.get_one(Person, hub.person_id("owner")).email = "patron@firma-mea.test"
        db.session.get_one(Person, hub.person_id("first")).email = "angajat@firma-mea.test"
        factories.member(Role.OWNER, hub.now, hub.organisation, email="patron@gmail.com")
        db.session.get_one(Person, hub.person_id("second")).email = "cineva@gmail.com"
    _find(hub, "first", "second")
    assert [row.person_id for row in db.session.scalars(select(Conflict))] == [hub.person_id("first")]


def test_the_job_finds_members_among_all_staff_once(hub: Reviewed) -> None:
    with unit_of_work():
        db.session.get_one(Person, hub.person_id("manager")).email = "eu@firma-mea.test"
        db.session.get_one(Person, hub.person_id("owner")).email = "patron@firma-mea.test"
    jobs.find(hub.now)
    jobs.find(hub.now)
    conflict = db.session.scalars(select(Conflict)).one()
    assert (conflict.person_id, conflict.found_by) == (hub.person_id("manager"), FoundBy.MAIL_DOMAIN)
    assert barred(hub, "manager")
    with unit_of_work():
        operations.clear(conflict.id, "Adresă veche", hub.actor("other_manager"), hub.now)
    jobs.find(hub.now)
    assert not barred(hub, "manager")


def test_the_partners_own_staff_are_barred_from_reviewing_alone(hub: Reviewed) -> None:
    _find(hub, "colleague")
    application_id = db.session.scalars(select(Conflict.application_id)).one()
    assert barred(hub, "colleague", application_id or 0, reviewing=True)
    assert not barred(hub, "colleague", application_id or 0)


def test_bars_are_told_before_they_are_recorded(hub: Reviewed) -> None:
    application = hub.placed()
    declared(hub, "first")
    ids = [hub.person_id(name) for name in ("colleague", "first", "second")]
    case = CaseFacts(application.id, application.organisation_id, application.partner_id)
    bars = queries.bars([case], ids, clock.day_of(hub.now))
    assert {pair[0]: [bar.kind for bar in found] for pair, found in bars.items()} == {
        hub.person_id("colleague"): [ConflictKind.DELIVERING_PARTNER],
        hub.person_id("first"): [ConflictKind.FAMILY],
    }


def test_a_manager_in_conflict_does_not_see_the_others_about_that_organisation(hub: Reviewed) -> None:
    declared(hub, "first")
    day = clock.day_of(hub.now)
    assert len(queries.page(hub.actor("other_manager"), Filters(), day).rows) == 1
    declared(hub, "other_manager")
    assert queries.page(hub.actor("other_manager"), Filters(), day).rows == []


def test_pages_of_the_own_conflicts(hub: Reviewed, client: Any, sign_in: Callable[..., Any]) -> None:
    sign_in(client, *hub.people["first"])
    assert client.get("/conflicts").status_code == 200
    name = db.session.get_one(Organisation, hub.organisation).name
    client.get("/conflicts/new", query_string={"words": name[:9]})
    address = next(link["href"] for link in client.page.select("main table a") if link.get_text() == name)
    assert client.get(address).status_code == 200
    assert client.post(address, data={"kind": "", "note": "Sora mea e contabilă"}).status_code == 422
    assert "Sora mea e contabilă" in client.page.textarea.get_text()
    answer = client.post(address, data={"kind": "family", "note": "Sora mea e contabilă", "status": "cleared"})
    assert answer.status_code == 302
    client.get("/conflicts")
    assert name in client.page.main.get_text()
    end = client.page.select_one("main table a[href$='/end']")["href"]
    assert client.get(end).status_code == 200
    assert client.post(end, data={"reason": ""}).status_code == 422
    assert client.post(end, data={"reason": "Nu mai lucrează acolo"}).status_code == 302
    assert not barred(hub, "first")
    assert client.post(end, data={"reason": "Încă o dată"}).status_code == 409


def test_a_manager_clears_on_a_page(hub: Reviewed, client: Any, sign_in: Callable[..., Any]) -> None:
    conflict_id = declared(hub, "first")
    sign_in(client, *hub.people["manager"])
    client.get("/conflicts/all")
    assert "Sora mea" not in client.page.main.get_text()
    assert client.get(f"/conflicts/{conflict_id}/clear").status_code == 200
    assert "Sora mea" in client.page.main.get_text()
    assert client.post(f"/conflicts/{conflict_id}/clear", data={"reason": "Altă persoană"}).status_code == 302
    assert client.get("/conflicts/all?status=any&source=declared&kind=family&person=first").status_code == 200
    assert "First" in client.page.main.get_text()
    assert client.get("/conflicts/all").status_code == 200
    assert client.get("/conflicts/999/clear").status_code == 404


def test_the_routine_ones_stand_apart(hub: Reviewed, client: Any, sign_in: Callable[..., Any]) -> None:
    declared(hub, "first")
    _find(hub, "colleague")
    sign_in(client, *hub.people["manager"])
    for address, shown in (("/conflicts/all", ["First"]), ("/conflicts/all?routine=1", ["Colleague"])):
        client.get(address)
        assert [cell.get_text() for cell in client.page.select("main tbody th")] == shown


def test_an_auditor_reads_the_list_and_clears_nothing(hub: Reviewed, client: Any, sign_in: Callable[..., Any]) -> None:
    conflict_id = declared(hub, "first")
    sign_in(client, *hub.people["auditor"])
    assert client.get("/conflicts/all").status_code == 200
    assert not client.page.select("main table a")
    assert client.post(f"/conflicts/{conflict_id}/clear", data={"reason": "Fals"}).status_code == 403


def test_lists_make_the_same_number_of_queries(hub: Reviewed) -> None:
    day = clock.day_of(hub.now)
    declared(hub, "first")
    with counted() as one:
        queries.page(hub.actor("manager"), Filters(), day)
    with unit_of_work():
        for _ in range(12):
            of = factories.organisation(hub.now)
            operations.declare(Declaration(of.id, None, ConflictKind.FAMILY, "Da"), hub.actor("first"), hub.now)
    with counted() as many:
        assert len(queries.page(hub.actor("manager"), Filters(), day).rows) == 13
    assert one.number == many.number
