"""The eligibility check without an account."""

import pytest

from dih.calls import carried
from dih.shared.models import AuditRecord, StoredSetting

SME = {
    "legal_nature": "enterprise", "size": "small", "county": "CJ", "activity_code": "25.62",
    "not_in_difficulty": "no", "not_insolvent": "no",
}  # fmt: skip
HOSPITAL = {
    "legal_nature": "public_body", "county": "BH", "activity_code": "8610", "economic_activity": "no",
    "not_insolvent": "no",
}  # fmt: skip


def answer(client, code, given, language="ro"):
    sent = client.post(f"/eligibility/{code}?lang={language}", data=given)
    assert sent.status_code == 302, client.page.select_one(".error-summary")
    assert client.get(f"{sent.location}?lang={language}").status_code == 200
    return " ".join(client.page.main.get_text(" ", strip=True).split())


@pytest.mark.parametrize("language", ["ro", "en"])
def test_the_questions_are_at_most_six_in_both_languages(seeded, client, language):
    assert client.get(f"/eligibility?lang={language}").status_code == 200
    offered = [link["href"] for link in client.page.select(".groups a")]
    assert sorted(offered) == [f"/eligibility/{code}" for code in ("health", "public-institutions", "sme-production")]
    for address in offered:
        assert client.get(f"{address}?lang={language}").status_code == 200
        names = {control["name"] for control in client.page.select("main form.form [name]")} - {"csrf_token"}
        assert 1 <= len(names) <= 6


@pytest.mark.parametrize(
    ("language", "title", "sum_", "share"),
    [("ro", "Da, puteți depune o cerere", "30.000 €", "15.000 €"), ("en", "Yes, you may apply", "€30,000", "€15,000")],
)
def test_a_yes_with_why_how_much_and_the_source(seeded, client, language, title, sum_, share):
    text = answer(client, "sme-production", SME, language)
    assert client.page.h1.get_text(strip=True) == title
    assert sum_ in text
    assert text.count(share) == 2
    assert "651/2014" in text
    assert len(client.page.select(".tick-yes")) == 6
    assert len(client.page.select(".tick-later")) == 4
    assert "/register?next=/calls/sme-production/apply" in [link["href"] for link in client.page.select(".answer a")]


@pytest.mark.parametrize(
    ("language", "title", "reason"),
    [("ro", "Nu, nu la acest apel", "microîntreprindere"), ("en", "No, not to this call", "micro, small or medium")],
)
def test_a_no_says_each_reason_and_offers_no_application(seeded, client, language, title, reason):
    answer(client, "sme-production", {**SME, "size": "large", "county": "B"}, language)
    assert client.page.h1.get_text(strip=True) == title
    unmet = [line.get_text(" ", strip=True) for line in client.page.select(".tick-no")]
    assert len(unmet) == 2
    assert reason in unmet[0]
    assert "Sursa:" in unmet[1] or "Source:" in unmet[1]
    assert [link for link in client.page.select("a") if link.get("href", "").endswith("/apply")] == []


def test_a_no_points_to_a_call_that_may_fit(seeded, client):
    answer(client, "sme-production", {**SME, "activity_code": "8610"})
    assert client.page.select_one(".notice a[href='/eligibility/health']") is not None


def test_a_hospital_skips_the_size_and_pays_nothing(seeded, client):
    assert "Nu plătiți nimic" in answer(client, "health", HOSPITAL)


def test_a_large_clinic_pays_its_part(seeded, client):
    clinic = {**HOSPITAL, "legal_nature": "enterprise", "size": "large", "economic_activity": ""}
    assert "10.500 €" in answer(client, "health", clinic)


def test_what_is_missing_or_wrong_is_named_and_the_rest_stays(seeded, client):
    given = {**SME, "activity_code": "1", "size": "", "county": "XX"}
    assert client.post("/eligibility/sme-production", data=given).status_code == 422
    assert [link["href"] for link in client.page.select(".error-summary a")] == ["#size-0", "#county", "#activity_code"]
    assert client.page.select_one("[name=legal_nature][checked]")["value"] == "enterprise"
    assert client.page.select_one("[name=activity_code]")["value"] == "1"
    assert client.page.title.get_text().startswith("Eroare:")


def test_naughty_answers_are_refused_and_never_an_error_page(seeded, client):
    for naughty in ("\x00", "\u202e", "<script>", "'; DROP TABLE call; --", "9" * 5000, "🧪", "²⁵⁶²"):
        for key in SME:
            assert client.post("/eligibility/sme-production", data={**SME, key: naughty}).status_code == 422


def test_a_result_without_answers_leads_back_to_the_questions(seeded, client):
    assert client.get("/eligibility/health/result").location == "/eligibility/health"


def test_answers_to_one_call_are_not_those_to_another(seeded, client):
    answer(client, "sme-production", SME)
    assert client.get("/eligibility/health/result").location == "/eligibility/health"


def test_the_answers_stay_in_the_form_and_go_along(seeded, client, app):
    answer(client, "sme-production", SME)
    client.get("/eligibility/sme-production")
    assert client.page.select_one("[name=size][checked]")["value"] == "small"
    with client.session_transaction() as session:
        kept = dict(session)
    with app.test_request_context():
        from flask import session

        session.update(kept)
        given = carried.answers("sme-production")
        assert given["not_insolvent"] == "no"
        assert (given["activity_code"], given["caen_code"], given["caen_revision"]) == ("2562", "2562", "3")
        assert carried.answers("health") == {}


def test_session_data_from_elsewhere_is_not_trusted(seeded, client):
    with client.session_transaction() as session:
        session[carried.KEY] = {"call": "health", "answers": {"legal_nature": "emperor"}}
    assert client.get("/eligibility/health/result").location == "/eligibility/health"


def test_the_check_writes_nothing_to_the_database(seeded, client):
    from dih.extensions.database import db

    before = db.session.query(AuditRecord).count(), db.session.query(StoredSetting).count()
    answer(client, "sme-production", SME)
    assert (db.session.query(AuditRecord).count(), db.session.query(StoredSetting).count()) == before


def test_a_call_that_closed_answers_without_a_way_to_apply(seeded, client, moment):
    moment.advance(days=400)
    answer(client, "sme-production", SME)
    assert [link for link in client.page.select("a") if "apply" in link.get("href", "")] == []
