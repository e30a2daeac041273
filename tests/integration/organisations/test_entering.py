"""Entering an organisation: once in the platform, nothing typed is lost, staff for an applicant."""

import pytest
from sqlalchemy import func, select

from dih.accounts.models import Membership
from dih.extensions.database import db
from dih.organisations import anaf, queries
from dih.organisations.models import Organisation
from dih.shared import rates
from dih.shared.access import Role
from dih.shared.models import AuditRecord, OutboxItem
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.anaf import anaf as stand_in


@pytest.mark.parametrize("language", ["ro", "en"])
def test_the_form_in_both_languages(client, sign_in, guest, language):
    sign_in(client, guest)
    assert client.get(f"/organisation/new?lang={language}").status_code == 200
    wanted = {"ro": "Introduceți organizația dumneavoastră", "en": "Enter your organisation"}
    assert client.page.h1.get_text(strip=True) == wanted[language]
    assert "2025" in client.page.select_one("#figures-last legend").get_text()


def test_accounts_are_in_lei_once_the_rate_is_loaded(client, sign_in, guest, now):
    sign_in(client, guest)
    client.get("/organisation/new")
    assert client.page.select_one("[name=figures_currency] option[selected]")["value"] == "EUR"
    with unit_of_work():
        rates.load("currency,day,rate,source\nRON,2025-12-31,5.09,BNR\n", now.date())
    client.get("/organisation/new")
    assert client.page.select_one("[name=figures_currency] option[selected]")["value"] == "RON"


def test_nobody_signed_in_is_asked_to_sign_in(client):
    answer = client.get("/organisation/new")
    assert answer.status_code == 302
    assert "/login" in answer.location


def test_who_enters_an_organisation_owns_it_and_goes_on(client, sign_in, guest, typed):
    sign_in(client, guest)
    answer = client.post("/organisation/new", data={**typed, "next": "/applications/start?call=health"})
    assert answer.status_code == 302
    assert answer.location == "/applications/start?call=health"
    found = queries.by_cui("99000018")
    assert found.facts.sector == "manufacturing"
    assert [year.turnover_cents for year in found.figures] == [1_234_567_89]
    membership = db.session.scalars(select(Membership)).one()
    assert (membership.person_id, membership.role, membership.scope_id) == (guest.id, Role.OWNER, found.id)
    actions = db.session.scalars(select(AuditRecord.action).order_by(AuditRecord.id)).all()
    assert actions == ["organisation_entered", "role_given"]
    client.get("/organisation")
    assert client.page.h1.get_text(strip=True) == "Atelierul de Lemn SRL"


def test_next_never_leads_elsewhere(client, sign_in, guest, typed):
    sign_in(client, guest)
    answer = client.post("/organisation/new", data={**typed, "next": "//evil.test/"})
    assert answer.location == "/organisation"


def test_everything_typed_stays_when_something_is_wrong(client, sign_in, guest, typed):
    sign_in(client, guest)
    wrong = {**typed, "cui": "99000019", "last_staff": "NaN", "caen_code": "62.01", "name": '<b>Ș & "ț"</b>'}
    assert client.post("/organisation/new", data=wrong).status_code == 422
    form = client.page.select_one("main form.form")
    assert form.select_one("[name=cui]")["value"] == "99000019"
    assert form.select_one("[name=name]")["value"] == '<b>Ș & "ț"</b>'
    assert form.select_one("[name=last_staff]")["value"] == "NaN"
    assert form.select_one("[name=county] option[selected]")["value"] == "CJ"
    links = [link["href"] for link in client.page.select(".error-summary a")]
    assert links == ["#cui", "#caen_code", "#last_staff"]
    assert client.page.title.get_text().startswith("Eroare:")
    assert db.session.scalar(select(func.count(Organisation.id))) == 0


def test_extra_fields_change_nothing(client, sign_in, guest, typed):
    sign_in(client, guest)
    client.post("/organisation/new", data={**typed, "id": "77", "version": "9", "status": "approved"})
    found = queries.by_cui("99000018")
    assert (found.id, found.version) == (1, 1)


def test_an_organisation_that_is_there_leads_to_asking_its_owner(client, sign_in, guest, owned, typed):
    sign_in(client, guest)
    answer = client.post("/organisation/new", data=typed)
    assert answer.location == "/organisation/already/99000018"
    client.get(answer.location)
    assert "99000018" in client.page.get_text()
    _id, owner, _membership = owned
    assert owner.email not in client.page.get_text()
    assert client.post(answer.location).status_code == 200
    mail = db.session.scalars(select(OutboxItem)).one()
    assert mail.payload["to"] == owner.email
    assert guest.email in mail.payload["body"]
    assert "/people/invite" in mail.payload["body"]


def test_where_there_is_no_owner_the_administrators_are_asked(client, sign_in, guest, owned, typed, now):
    _id, _owner, membership = owned
    with unit_of_work():
        db.session.get_one(Membership, membership.id).ended_at = now
        administrator, _role = factories.member(Role.ADMINISTRATOR, now)
    sign_in(client, guest)
    assert client.post("/organisation/already/99000018").status_code == 200
    mail = db.session.scalars(select(OutboxItem)).one()
    assert mail.payload["to"] == administrator.email
    assert f"/admin/people/{guest.id}/role?" in mail.payload["body"]


def test_a_double_click_ends_on_ones_own_organisation(client, sign_in, guest, typed):
    sign_in(client, guest)
    client.post("/organisation/new", data=typed)
    again = client.post("/organisation/new", data=typed)
    assert client.get(again.location).location == "/organisation"


def test_asking_for_an_organisation_that_is_not_there(client, sign_in, guest):
    sign_in(client, guest)
    assert client.get("/organisation/already/99000018").location == "/organisation/new"
    assert client.post("/organisation/already/99000018").status_code == 404


def test_answers_of_the_check_are_filled_in(client, sign_in, guest):
    sign_in(client, guest)
    with client.session_transaction() as session:
        session["eligibility_answers"] = {
            "call": "sme-production",
            "answers": {"legal_nature": "sole_trader", "county": "SJ", "caen_code": "2562", "caen_revision": "3"},
        }
    client.get("/organisation/new")
    assert client.page.select_one("[name=legal_nature][checked]")["value"] == "sole_trader"
    assert client.page.select_one("[name=county] option[selected]")["value"] == "SJ"
    assert client.page.select_one("[name=caen_code]")["value"] == "2562"


def test_without_the_setting_nobody_is_asked(client, sign_in, guest, typed):
    sign_in(client, guest)
    client.get("/organisation/new")
    assert client.page.select_one("[name=look_up]") is None


@pytest.fixture
def anaf_on(app, monkeypatch):
    monkeypatch.setattr(anaf, "PAUSE", 0.0)
    with stand_in() as server:
        app.config["ANAF_URL"] = server.url
        yield server
        app.config["ANAF_URL"] = ""


def test_the_button_fills_in_and_stores_nothing(client, sign_in, guest, anaf_on):
    sign_in(client, guest)
    known = {"cui": "RO99000018", "name": "Lemn", "website": "www.lemn.test", "phone": "0264 999 999"}
    assert client.post("/organisation/new", data={**known, "look_up": "1"}).status_code == 200
    form = client.page.select_one("main form.form")
    assert form.select_one("[name=name]")["value"] == "ATELIERUL DE LEMN SRL"
    assert form.select_one("[name=county] option[selected]")["value"] == "BN"
    assert form.select_one("[name=website]")["value"] == "www.lemn.test"
    assert form.select_one("[name=phone]")["value"] == "0264 999 999"
    assert db.session.scalar(select(func.count(Organisation.id))) == 0


def test_when_anaf_is_down_one_types_on(client, sign_in, guest, anaf_on, typed):
    sign_in(client, guest)
    anaf_on.status = 503
    assert client.post("/organisation/new", data={**typed, "look_up": "1"}).status_code == 422
    assert "ANAF nu răspunde acum" in client.page.select_one(".error-summary").get_text()
    assert client.page.select_one("[name=name]")["value"] == typed["name"]
    assert client.post("/organisation/new", data=typed).status_code == 302


def test_a_wrong_cui_is_not_sent_to_anaf(client, sign_in, guest, anaf_on):
    sign_in(client, guest)
    assert client.post("/organisation/new", data={"cui": "99000019", "look_up": "1"}).status_code == 422
    assert anaf_on.asked == []


def test_staff_enter_one_for_an_applicant_and_own_nothing(client, sign_in, manager, typed):
    sign_in(client, *manager)
    answer = client.post("/organisations/new", data=typed)
    found = queries.by_cui("99000018")
    assert answer.location == f"/organisations/{found.uuid}"
    assert db.session.scalars(select(Membership.role)).all() == [Role.MANAGER]
    entered = db.session.scalars(select(AuditRecord).where(AuditRecord.action == "organisation_entered")).one()
    assert entered.after["for_applicant"] is True
    client.get(answer.location)
    assert client.page.h1.get_text(strip=True) == typed["name"]
    assert client.post("/organisations/new", data=typed).location == answer.location


def test_an_owner_does_not_enter_for_others(client, sign_in, owned, typed):
    _id, owner, membership = owned
    sign_in(client, owner, membership)
    assert client.get("/organisations/new").status_code == 403
    assert client.post("/organisations/new", data=typed).status_code == 403
