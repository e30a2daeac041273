"""Changing an organisation: within reach, compared when stale, on the timeline."""

import datetime as dt

import pytest
from sqlalchemy import select

from dih.accounts.models import Scope
from dih.extensions.database import db
from dih.organisations import queries
from dih.shared.access import Role
from dih.shared.models import AuditRecord, ExchangeRate
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.counting import counted


@pytest.mark.parametrize("language", ["ro", "en"])
def test_the_own_page_in_both_languages(client, sign_in, owned, language):
    _id, owner, membership = owned
    sign_in(client, owner, membership)
    assert client.get(f"/organisation?lang={language}").status_code == 200
    text = client.page.get_text()
    assert "Atelierul de Lemn SRL" in text
    assert {"ro": "Întreprindere", "en": "Enterprise"}[language] in text
    assert client.get(f"/organisation/edit?lang={language}").status_code == 200


def test_a_change_is_saved_named_and_on_the_timeline(client, sign_in, owned, typed):
    organisation_id, owner, membership = owned
    sign_in(client, owner, membership)
    changed = {**typed, "version": "1", "name": "Lemn și Foc SRL", "last_staff": "14", "cui": "99000026"}
    assert client.post("/organisation/edit", data=changed).location == "/organisation"
    found = queries.by_id(organisation_id)
    assert (found.facts.name, found.facts.cui, found.version) == ("Lemn și Foc SRL", "99000018", 2)
    assert found.figures[0].staff == 14
    record = db.session.scalars(select(AuditRecord).where(AuditRecord.action == "organisation_changed")).one()
    assert record.before["name"] == "Atelierul de Lemn SRL"
    assert record.after == {"name": "Lemn și Foc SRL", "figures_2025": [14, 123456789, 50000000]}
    assert db.session.scalars(select(Scope.name).where(Scope.scope_id == organisation_id)).all() == ["Lemn și Foc SRL"]


def test_saving_the_same_again_changes_nothing(client, sign_in, owned, typed):
    organisation_id, owner, membership = owned
    sign_in(client, owner, membership)
    client.post("/organisation/edit", data={**typed, "version": "1"})
    assert queries.by_id(organisation_id).version == 1


def test_a_change_of_figures_alone_is_a_new_version(client, sign_in, owned, typed):
    organisation_id, owner, membership = owned
    sign_in(client, owner, membership)
    client.post("/organisation/edit", data={**typed, "version": "1", "last_staff": "13"})
    assert queries.by_id(organisation_id).version == 2


def test_figures_in_lei_become_euro_and_show_the_rate(client, sign_in, owned, typed):
    organisation_id, owner, membership = owned
    sign_in(client, owner, membership)
    in_lei = {**typed, "version": "1", "figures_currency": "RON", "last_turnover": "5.000.000", "last_balance": "1"}
    assert client.post("/organisation/edit", data=in_lei).status_code == 422
    assert client.page.select_one("a[href='#figures_currency']"), "no rate of 31 December is known"
    with unit_of_work():
        db.session.add(ExchangeRate(currency="RON", day=dt.date(2025, 12, 31), micros=5_000_000, source="BNR"))
    assert client.post("/organisation/edit", data=in_lei).status_code == 302
    assert queries.by_id(organisation_id).figures[0].turnover_cents == 1_000_000_00
    assert "5.000.000,00" in client.get("/organisation").text
    assert "BNR" in client.page.main.get_text()
    client.get("/organisation/edit")
    assert client.page.select_one("[name=last_turnover]")["value"] == "5.000.000"
    assert client.page.select_one("[name=figures_currency] option[selected]")["value"] == "RON"


def test_a_stale_tab_gets_a_comparison_and_overwrites_nothing(client, sign_in, owned, typed):
    organisation_id, owner, membership = owned
    sign_in(client, owner, membership)
    client.post("/organisation/edit", data={**typed, "version": "1", "phone": "0263 111 111"})
    mine = {**typed, "version": "1", "county": "BH", "phone": ""}
    assert client.post("/organisation/edit", data=mine).status_code == 409
    rows = [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in client.page.select("tbody tr")]
    assert ["Județ", "Bihor", "Cluj"] in rows
    assert ["Telefon", "–", "0263 111 111"] in rows
    assert queries.by_id(organisation_id).facts.county == "CJ"
    fresh = client.page.select_one("[name=version]")["value"]
    assert client.post("/organisation/edit", data={**mine, "version": fresh}).status_code == 302
    assert queries.by_id(organisation_id).facts.county == "BH"


@pytest.mark.parametrize("version", ["", "x", "9" * 40, "-1"])
def test_a_version_that_is_none_counts_as_stale(client, sign_in, owned, typed, version):
    organisation_id, owner, membership = owned
    sign_in(client, owner, membership)
    answer = client.post("/organisation/edit", data={**typed, "version": version, "county": "BH"})
    assert answer.status_code == 409
    assert queries.by_id(organisation_id).facts.county == "CJ"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.READER])
def test_colleagues_read_and_only_owners_change(client, sign_in, owned, now, typed, role):
    with unit_of_work():
        colleague, membership = factories.member(role, now, scope_id=owned[0])
    sign_in(client, colleague, membership)
    assert client.get("/organisation").status_code == 200
    assert client.get("/organisation/edit").status_code == 403
    assert client.post("/organisation/edit", data={**typed, "version": "1"}).status_code == 403


@pytest.mark.parametrize(
    ("role", "read", "change"),
    [(Role.MANAGER, 200, 200), (Role.AUDITOR, 200, 403), (Role.ADMINISTRATOR, 403, 403), (Role.OWNER, 403, 403)],
)
def test_who_reads_an_organisation_by_its_address(client, sign_in, owned, now, role, read, change):
    address = f"/organisations/{queries.by_id(owned[0]).uuid}"
    with unit_of_work():
        somebody, membership = factories.member(role, now, scope_id=999 if role is Role.OWNER else 0)
    sign_in(client, somebody, membership)
    assert client.get(address).status_code == read
    assert client.get(f"{address}/edit").status_code == change


def test_an_absent_organisation(client, sign_in, manager):
    sign_in(client, *manager)
    assert client.get("/organisations/00000000-0000-4000-8000-000000000000").status_code == 404
    assert client.get("/organisations/1").status_code == 404


def test_reading_many_takes_one_query(context, owned):
    with counted() as one:
        queries.by_ids([owned[0]])
    with counted() as many:
        queries.by_ids(range(1, 51))
    assert one.number == many.number == 1
