"""The administrator's screens: people, one person, settings."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from dih.accounts import operations, queries
from dih.accounts.models import Person
from dih.extensions.database import db
from dih.shared import settings
from dih.shared.access import SYSTEM, Role, ScopeKind
from dih.shared.errors import BrokenRule, Forbidden
from dih.shared.models import AuditRecord
from dih.shared.unit_of_work import unit_of_work
from dih.shared.wording import N_
from tests import factories


@pytest.fixture
def administrator(context: Flask, client: Any, sign_in: Any, now: dt.datetime) -> Any:
    """A visitor signed in as administrator."""
    with unit_of_work():
        person, _membership = factories.member(Role.ADMINISTRATOR, now, name="Administrator")
        operations.name_scope(ScopeKind.ORGANISATION, 1, "Alfa Țiglă SRL")
        operations.name_scope(ScopeKind.PARTNER, 1, "Universitatea Beta")
    return sign_in(client, person)


def people(count: int, now: dt.datetime) -> None:
    with unit_of_work():
        for number in range(count):
            person, _membership = factories.member(Role.EDITOR, now, 1, name=f"Ștefan {number:03}")
            operations.grant_membership(person.id, Role.REVIEWER, ScopeKind.PARTNER, 1, SYSTEM, now)


def names(client: Any) -> list[str]:
    return [head.get_text(strip=True) for head in client.page.main.select("tbody th")]


def test_the_list_is_read_page_by_page_in_both_directions(administrator: Any, now: dt.datetime) -> None:
    people(120, now)
    seen: list[list[str]] = []
    path = "/admin/people"
    while path:
        administrator.get(path)
        seen.append(names(administrator))
        after = administrator.page.find("a", rel="next")
        path = after["href"] if after else ""
    assert [len(page) for page in seen] == [50, 50, 21]
    assert list(itertools.chain.from_iterable(seen)) == [
        "Administrator",
        *(f"Ștefan {number:03}" for number in range(120)),
    ]
    back: list[list[str]] = [seen[-1]]
    while (before := administrator.page.find("a", rel="prev")) is not None:
        administrator.get(before["href"])
        back.insert(0, names(administrator))
    assert back == seen


@pytest.mark.parametrize("mark", ["x", "|", "9|", "99999999999999999999|a", "1|" + "ț" * 500, "-1|a"])
def test_a_made_up_mark_does_no_harm(administrator: Any, mark: str) -> None:
    assert administrator.get("/admin/people", query_string={"after": mark}).status_code == 200
    assert administrator.get("/admin/people", query_string={"before": mark}).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "stefan 001"}, ["Ștefan 001"]),
        ({"q": "ȘTEFAN"}, ["Ștefan 000", "Ștefan 001", "Ștefan 002"]),
        ({"q": "nobody"}, []),
        ({"q": "%"}, []),
        ({"role": "administrator"}, ["Administrator"]),
        ({"role": "invented"}, ["Administrator", "Ștefan 000", "Ștefan 001", "Ștefan 002"]),
        ({"active": "no"}, ["Ștefan 002"]),
        ({"active": "yes", "role": "reviewer"}, ["Ștefan 000", "Ștefan 001"]),
    ],
)
def test_the_list_is_filtered(administrator: Any, now: dt.datetime, query: dict[str, str], found: list[str]) -> None:
    people(3, now)
    with unit_of_work():
        db.session.scalar(select(Person).where(Person.name == "Ștefan 002")).active = False
    administrator.get("/admin/people", query_string=query)
    assert names(administrator) == found


def test_pages_with_few_and_with_many_rows_cost_the_same(administrator: Any, now: dt.datetime) -> None:
    def cost(path: str) -> int:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        administrator.get(path)
        event.remove(db.engine, "before_cursor_execute", note)
        return len([line for line in statements if line.startswith("SELECT")])

    people(5, now)
    few = cost("/admin/people"), cost("/people")
    people(45, now)
    assert (cost("/admin/people"), cost("/people")) == few
    assert few[0] <= 4


def test_roles_are_given_and_ended_on_the_page_of_a_person(administrator: Any, now: dt.datetime) -> None:
    with unit_of_work():
        person = factories.person(now, name="Nou Venit")
    page = f"/admin/people/{person.id}"
    administrator.get(f"{page}/role")
    assert administrator.post(f"{page}/role", data={"role": "auditor"}).location == page
    administrator.get(f"{page}/role?kind=organisation&q=tigla")
    form = {"role": "owner", "scope": administrator.page.find("select", id="scope").option["value"]}
    assert administrator.post(f"{page}/role?kind=organisation", data=form).location == page
    assert administrator.post(f"{page}/role?kind=organisation", data={"role": "owner"}).status_code == 422
    assert administrator.post(f"{page}/role?kind=partner", data={"role": "owner", "scope": "1"}).status_code == 422
    administrator.get(page)
    words = administrator.page.main.get_text()
    assert "Alfa Țiglă SRL" in words
    link = administrator.page.main.find("a", class_="btn-sm")["href"]
    administrator.get(link)
    assert administrator.post(link, data={"reason": "Mutat"}).location == page
    administrator.get(page)
    assert len(administrator.page.select(".story-entry")) == 3
    assert "Mutat" in administrator.page.main.get_text()


def test_an_account_is_closed_and_opened(administrator: Any, new_client: Any, sign_in: Any, now: dt.datetime) -> None:
    with unit_of_work():
        person, membership = factories.member(Role.EDITOR, now, 1)
        boss = factories.actor(*factories.member(Role.ADMINISTRATOR, now))
        manager = factories.actor(*factories.member(Role.MANAGER, now))
    theirs = sign_in(new_client(), person)
    with pytest.raises(Forbidden), unit_of_work():
        operations.deactivate(person.id, manager, now)
    with pytest.raises(BrokenRule), unit_of_work():
        operations.deactivate(boss.person_id, boss, now)
    for _twice in range(2):
        with unit_of_work():
            operations.deactivate(person.id, boss, now, "Plecat")
    assert theirs.get("/account").location.startswith("/login"), "open sessions are closed at once"
    assert queries.people_of(ScopeKind.ORGANISATION, 1) == []
    administrator.get(f"/admin/people/{person.id}")
    administrator.post(f"/admin/people/{person.id}/activate")
    assert [member.membership_id for member in queries.people_of(ScopeKind.ORGANISATION, 1)] == [membership.id]
    actions = ("deactivated", "activated")
    counted = db.session.scalar(select(func.count()).select_from(AuditRecord).where(AuditRecord.action.in_(actions)))
    assert counted == 2


@pytest.fixture
def declared() -> Any:
    """A setting of each kind, for the time of a test."""
    before, groups = dict(settings._declared), list(settings._groups)
    trial = settings.Group(N_("Name"), N_("Name"))
    trial.declare(settings.Setting("trial_days", 5, N_("Name"), least=1, most=9))
    trial.declare(settings.Setting("trial_switch", True, N_("Name")))
    trial.declare(settings.Setting("trial_list", ["2026-12-24"], N_("Name")))
    trial.declare(settings.Setting("trial_free", frozenset(), N_("Name")))
    trial.declare(settings.Setting("trial_text", "abc", N_("Name")))
    trial.declare(settings.Setting("trial_day", dt.date(2026, 11, 1), N_("Name")))
    yield
    settings._groups[:] = groups
    settings._declared.clear()
    settings._declared.update(before)


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("trial_days", {"value": "7"}, 7),
        ("trial_switch", {"other": ""}, False),
        ("trial_list", {"value": "2026-12-24\r\n\r\n 2026-12-31 "}, ["2026-12-24", "2026-12-31"]),
        (
            "trial_free",
            {"value": "31.12.2026\r\n2026-12-24"},
            frozenset({dt.date(2026, 12, 24), dt.date(2026, 12, 31)}),
        ),
        ("trial_text", {"value": "Ț"}, "Ț"),
        ("trial_day", {"value": "2026-12-01"}, dt.date(2026, 12, 1)),
    ],
)
def test_a_setting_is_changed_and_recorded_once(
    administrator: Any, declared: Any, name: str, typed: dict[str, str], kept: Any
) -> None:
    administrator.get(f"/admin/settings/{name}")
    for _twice in range(2):
        assert administrator.post(f"/admin/settings/{name}", data=typed).location == "/admin/settings"
    assert settings.read_all()[name] == kept
    records = db.session.scalars(select(AuditRecord).where(AuditRecord.action == "setting_changed")).all()
    plain = {"trial_day": "2026-12-01", "trial_free": ["2026-12-24", "2026-12-31"]}.get(name, kept)
    assert [record.after for record in records] == [{name: plain}]
    administrator.get("/admin/settings")
    administrator.get(f"/admin/settings/{name}")
    assert len(administrator.page.select(".story-entry")) == 1


@pytest.mark.parametrize("typed", ["", "abc", "0", "10", "1.5", "٣x", "1e3", "9" * 30])
def test_a_value_that_does_not_fit_is_refused(administrator: Any, declared: Any, typed: str) -> None:
    assert administrator.post("/admin/settings/trial_days", data={"value": typed}).status_code == 422
    assert settings.read_all()["trial_days"] == 5
    assert administrator.page.select_one(".error-summary a")["href"] == "#value"


@pytest.mark.parametrize(
    ("name", "typed"), [("issuer_iban", "RO00BANK"), ("issuer_cui", "12345678"), ("issuer_county", "ZZ")]
)
def test_what_stands_on_invoices_is_checked(administrator: Any, name: str, typed: str) -> None:
    assert administrator.post(f"/admin/settings/{name}", data={"value": typed}).status_code == 422
    assert administrator.page.select_one("#value")["value"] == typed
    assert administrator.post("/admin/settings/issuer_iban", data={"value": ""}).status_code == 302


def test_a_setting_that_nobody_declared_is_not_there(administrator: Any) -> None:
    assert administrator.get("/admin/settings/invented").status_code == 404
    assert administrator.get("/admin/people/999").status_code == 404


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_who_audits_reads_people_and_settings_and_changes_nothing(
    context: Flask, client: Any, sign_in: Any, now: dt.datetime, role: Role
) -> None:
    with unit_of_work():
        person, _membership = factories.member(role, now)
    sign_in(client, person)
    own = f"/admin/people/{person.id}"
    for path in ("/admin/people", own, "/admin/settings"):
        assert client.get(path).status_code == 200
        assert not client.page.main.select("form[method=post], a.btn-primary, td a.btn")
    assert client.get("/people").status_code == 403
    for path in (f"{own}/role", f"{own}/deactivate", "/admin/settings/vat_percent"):
        assert client.get(path).status_code == client.post(path).status_code == 403
