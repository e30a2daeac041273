"""The manager's pages of calls: by role, without scripts, with everything typed kept."""

import datetime as dt

import pytest

from dih.calls import managed, operations, queries
from dih.calls.parts import PARTS
from dih.calls.vocabulary import CallStatus
from dih.shared.access import HUB_ROLES, SYSTEM, Role
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.counting import counted

PAGES = [
    "",
    "/new",
    "/spring",
    "/spring/dates",
    "/spring/publish",
    "/spring/discard",
    "/health/close",
    "/spring/preview",
]


@pytest.fixture
def spring(seeded, now):
    """A draft like the call for health."""
    with unit_of_work():
        operations.copy(queries.current("health").call_id, "spring", SYSTEM, now)


@pytest.fixture
def manager(spring, client, sign_in, now):
    with unit_of_work():
        person, membership = factories.member(Role.MANAGER, now)
    sign_in(client, person, membership)
    return client


def form_of(client):
    """What the browser would send of the page's form."""
    found = []
    for control in client.page.select("main form.form [name]"):
        if control.name == "button" or control["name"] == "csrf_token":
            continue
        if control.name == "select":
            chosen = control.select_one("option[selected]")
            found.append((control["name"], chosen["value"] if chosen else ""))
        elif control.name == "textarea":
            found.append((control["name"], control.get_text().removeprefix("\n")))
        elif control.get("type") != "checkbox" or control.has_attr("checked"):
            found.append((control["name"], control.get("value", "")))
    return found


def sent(client, address, pairs, **more):
    data = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return client.post(address, data=data | more)


@pytest.mark.parametrize("language", ["ro", "en"])
def test_every_page_stands(manager, language):
    for page in [*PAGES, *(f"/spring/edit/{part.key}" for part in PARTS)]:
        assert manager.get(f"/manage/calls{page}?lang={language}").status_code == 200, page


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COORDINATOR, Role.OWNER, Role.ADMINISTRATOR])
def test_nobody_else_enters(spring, client, sign_in, now, role):
    with unit_of_work():
        person, membership = factories.member(role, now, int(role not in HUB_ROLES))
    sign_in(client, person, membership)
    for page in [*PAGES, "/spring/edit/basics"]:
        assert client.get(f"/manage/calls{page}").status_code == 403
    assert client.post("/manage/calls/health/close").status_code == 403
    assert queries.current("health").status is CallStatus.PUBLISHED


def test_what_is_not_there_is_not_found(manager):
    for page in ("/nothing", "/nothing/edit/basics", "/spring/edit/secrets", "/health/publish", "/health/discard"):
        assert manager.get(f"/manage/calls{page}").status_code == 404
    assert manager.get("/manage/calls/health/edit/basics").location == "/manage/calls/health"


def test_each_part_saved_as_shown_changes_nothing(manager):
    draft = managed.one("spring").draft
    before = managed.content(draft.id)
    for part in PARTS:
        address = f"/manage/calls/spring/edit/{part.key}"
        manager.get(address)
        assert sent(manager, address, form_of(manager), do="next").status_code == 302
    assert queries.CallContent.model_validate(managed.content(draft.id)) == queries.CallContent.model_validate(before)


def test_rows_come_and_go_without_losing_what_was_typed(manager):
    address = "/manage/calls/spring/edit/questions"
    manager.get(address)
    pairs = [(name, "Cum?" if name == "questions.2.label.ro" else value) for name, value in form_of(manager)]
    assert sent(manager, address, pairs, do="questions.2.up").status_code == 200
    assert dict(form_of(manager))["questions.1.label.ro"] == "Cum?"
    count = len(manager.page.select(".edit-part > .edit-rows > .edit-row"))
    assert sent(manager, address, form_of(manager), do="questions.add").status_code == 200
    rows = manager.page.select(".edit-part > .edit-rows > .edit-row")
    assert len(rows) == count + 1
    assert rows[-1].details.has_attr("open")
    assert managed.one("spring").draft.lock_version == 1
    assert sent(manager, address, form_of(manager), do="save").status_code == 302
    questions = managed.content(managed.one("spring").draft.id)["questions"]
    assert questions[1]["label"]["ro"] == "Cum?"
    assert questions[-1] == {"required": False}
    manager.get("/manage/calls/spring/publish?lang=en")
    assert manager.page.h1.get_text(strip=True) == "Not ready yet"
    links = [link["href"] for link in manager.page.select("main .card li a")]
    assert f"/manage/calls/spring/edit/questions#questions-{count}-label" in links
    assert manager.post("/manage/calls/spring/publish").status_code == 422


def test_a_wrong_number_is_named_and_kept(manager):
    address = "/manage/calls/spring/edit/money"
    manager.get(address)
    pairs = [(name, "mult" if name == "money.1.max_value_cents" else value) for name, value in form_of(manager)]
    assert sent(manager, f"{address}?lang=en", pairs).status_code == 422
    assert manager.page.select_one(".error-summary a")["href"] == "#money-1-max_value_cents"
    assert manager.page.select_one("#money-1-max_value_cents")["value"] == "mult"
    assert manager.page.select_one("#money-1 details").has_attr("open")
    assert manager.page.title.get_text().startswith("Error")


def test_a_stale_page_keeps_what_was_typed(manager, now):
    address = "/manage/calls/spring/edit/sections"
    manager.get(address)
    pairs = [(name, "Al meu" if name == "sections.0.title.ro" else value) for name, value in form_of(manager)]
    draft = managed.one("spring").draft
    with unit_of_work():
        operations.save_part(draft.id, "sections", {"sections": []}, 1, SYSTEM, now)
    assert sent(manager, address, pairs).status_code == 409
    assert managed.content(draft.id)["sections"] == []
    assert dict(form_of(manager))["sections.0.title.ro"] == "Al meu"
    assert sent(manager, address, form_of(manager)).status_code == 302
    assert managed.content(draft.id)["sections"][0]["title"]["ro"] == "Al meu"


def test_from_a_copy_to_a_published_call_and_its_next_version(manager, now):
    made = manager.post("/manage/calls/new", data={"origin": "health", "code": "summer"})
    assert made.location == "/manage/calls/summer"
    assert manager.post("/manage/calls/new", data={"origin": "health", "code": "summer"}).status_code == 422
    last = now.date() + dt.timedelta(days=400)
    days = {"opens_at": str(now.date()), "closes_at": str(last), "lock_version": "1"}
    assert manager.post("/manage/calls/summer/dates", data=days).status_code == 302
    assert manager.post("/manage/calls/summer/dates", data=days).status_code == 409
    backwards = days | {"closes_at": "2020-01-01", "lock_version": "2"}
    assert manager.post("/manage/calls/summer/dates", data=backwards).status_code == 422
    assert manager.post("/manage/calls/summer/publish").status_code == 302
    assert manager.get("/calls/summer").status_code == 200
    assert manager.post("/manage/calls/summer/version").status_code == 302
    assert managed.one("summer").draft.number == 2
    manager.get("/manage/calls/summer")
    assert manager.post("/manage/calls/summer/discard").location == "/manage/calls/summer"
    assert manager.post("/manage/calls/summer/close").status_code == 302
    assert queries.current("summer").status is CallStatus.CLOSED
    assert manager.get("/manage/calls/summer").status_code == 200
    assert manager.post("/manage/calls/spring/discard").location == "/manage/calls"


def test_the_list_asks_as_much_with_more_calls(manager, now):
    manager.get("/manage/calls")
    with counted() as few:
        manager.get("/manage/calls")
    for number in range(5):
        with unit_of_work():
            operations.copy(queries.current("health").call_id, f"more-{number}", SYSTEM, now)
    with counted() as many:
        manager.get("/manage/calls")
    assert many.number == few.number
