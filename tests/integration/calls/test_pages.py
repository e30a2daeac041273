"""The public pages of calls and services in both languages."""

import datetime as dt

import pytest

from dih.calls import operations, queries
from dih.shared.access import SYSTEM, Role
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.counting import counted

LANGUAGES = ["ro", "en"]
CALLS = ["sme-production", "public-institutions", "health"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_calls(seeded, client, language):
    assert client.get(f"/calls?lang={language}").status_code == 200
    links = [link["href"] for link in client.page.select(".call-card h3 a")]
    assert links == ["/calls/health", "/calls/sme-production", "/calls/public-institutions"]


def test_without_calls_the_list_says_what_to_do(context, client):
    client.get("/calls")
    assert client.page.select_one(".empty-state a")["href"] == "/services"
    client.get("/eligibility")
    assert client.page.select_one(".empty-state a")["href"] == "/calls"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_shows_everything_it_will_ask(seeded, client, language):
    for code in CALLS:
        _shows_everything(client, code, language)


def _shows_everything(client, code, language):
    assert client.get(f"/calls/{code}?lang={language}").status_code == 200
    text = " ".join(client.page.main.get_text(" ", strip=True).split())
    content = queries.current(code).content
    every = [
        *(condition.text for condition in content.conditions),
        *(condition.source for condition in content.conditions),
        *(question.label for question in content.questions),
        *(document.label for document in content.documents),
        *(declaration.text for declaration in content.declarations),
        *(rule.source for rule in content.money),
    ]
    if content.grid:
        every += [criterion.label for criterion in content.grid.criteria]
        every += [part.guidance for criterion in content.grid.criteria for part in criterion.sub_criteria]
    assert [words[language] for words in every if words[language] not in text] == []
    for service in content.services:
        assert client.page.select_one(f"a[href='/services/{service}']") is not None


@pytest.mark.parametrize(("days", "words"), [(-400, "se deschide la"), (200, "este închis")])
def test_a_call_outside_its_dates_shows_its_questions_but_no_way_to_apply(seeded, client, moment, days, words):
    moment.advance(days=days)
    assert client.get("/calls/health").status_code == 200
    assert words in client.page.select_one(".notice").get_text()
    assert client.page.select("a[href$='/apply']") == []
    assert client.page.select_one("#questions") is not None


def test_drafts_and_absent_calls_are_not_found(seeded, client, now):
    with unit_of_work():
        operations.create("draft", queries.current("health").content, now, now + dt.timedelta(days=9), SYSTEM, now)
    for address in ("/calls/draft", "/calls/none", "/calls/a%00b", "/eligibility/draft", "/eligibility/none/result"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_service_with_the_calls_that_pay_for_it(seeded, client, language):
    assert client.get(f"/services/SKL-HEALTH?lang={language}").status_code == 200
    assert [link["href"] for link in client.page.select("#calls .asked-words a")] == ["/calls/health"]
    assert client.get("/services/none").status_code == 404


def test_a_service_that_no_call_pays_for(seeded, client, moment):
    moment.advance(days=400)
    client.get("/services/SKL-HEALTH")
    assert "Niciun apel nu plătește" in client.page.select_one("#calls").get_text()


def test_the_way_to_an_application(seeded, client, sign_in, now):
    start = "/applications/start?call=health"
    first_the_organisation = "/organisation/new?next=/applications/start?call%3Dhealth"
    for role, target in (
        (Role.OWNER, start),
        (Role.EDITOR, start),
        (Role.MANAGER, start),
        (Role.READER, first_the_organisation),
        (Role.REVIEWER, first_the_organisation),
    ):
        with unit_of_work():
            somebody, membership = factories.member(role, now, scope_id=0 if role is Role.MANAGER else 1)
        sign_in(client, somebody, membership)
        assert client.get("/calls/health/apply").location == target
        assert client.get("/calls/none/apply").status_code == 404


def test_who_is_not_signed_in_signs_in_first(seeded, client):
    assert client.get("/calls/health/apply").location.endswith("/login?next=/calls/health/apply")


def test_pages_take_few_queries_however_many_calls_there_are(seeded, client, now):
    few = _queries(client)
    with unit_of_work():
        for number in range(20):
            content = queries.current("health").content
            call_id = operations.create(
                f"more-{number}", content, now - dt.timedelta(days=1), now + dt.timedelta(days=9), SYSTEM, now
            )
            operations.publish(call_id, SYSTEM, now)
    assert _queries(client) == few
    assert max(few.values()) <= 6


def _queries(client):
    """Queries of each page once its contents are known to the process."""
    found = {}
    for address in ("/calls", "/calls/health", "/services/SEC-AUDIT", "/eligibility", "/eligibility/health"):
        client.get(address)
        with counted() as count:
            client.get(address)
        found[address] = count.number
    return found
