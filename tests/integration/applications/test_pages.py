"""The pages, over HTTP: from start to confirmation without scripts, bad input, stale tabs, wrong people, lists."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from dih.applications import operations, queries
from dih.applications.models import AttachedDocument
from dih.applications.vocabulary import ApplicationStatus as S
from dih.documents.models import StoredFile
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.paging import Place
from dih.shared.unit_of_work import unit_of_work
from tests.integration.applications.conftest import PDF, World, application, seen, shown_version

Visitor = Callable[[str], Any]


def address(application_uuid: uuid.UUID, rest: str = "") -> str:
    return f"/applications/{application_uuid}{rest}"


def problems(client: Any) -> list[str]:
    return [line.get_text(" ", strip=True) for line in client.page.select(".error-summary li")]


def follow(client: Any, response: Any) -> Any:
    assert response.status_code == 302, problems(client)
    return client.get(response.location)


def test_an_application_from_start_to_confirmation_without_scripts(world: World, visitor: Visitor) -> None:
    owner = visitor("owner")
    owner.get("/applications")
    assert owner.get("/applications/start").status_code == 200
    assert owner.get("/applications/start?call=small").status_code == 200
    follow(owner, owner.post("/applications/start?call=small", data={"condition.funded": "no"}))
    base = owner.page.select_one("form.form")["action"] or owner.page.select_one(".crumbs li:last-child a")["href"]
    ticked = {"service": [str(world.services[0])]}
    follow(owner, owner.post(f"{base}/tasks/services", data=ticked))
    assert owner.page.h1.get_text(strip=True) == "Project"
    answers = {"version": shown_version(owner), "project_title": "Ghișeu mai rapid", "staff": "1.000"}
    assert owner.post(f"{base}/tasks/section-project", data=answers).status_code == 422
    assert "„Staff”" in problems(owner)[0]
    assert owner.page.select_one("input[name=staff]")["value"] == "1.000", "nothing typed is lost"
    answers |= {"version": shown_version(owner), "staff": "10"}
    follow(owner, owner.post(f"{base}/tasks/section-project", data=answers))
    assert owner.page.h1.get_text(strip=True).startswith("Documente")
    files = {"file": (io.BytesIO(PDF), "hotărâre.pdf")}
    follow(owner, owner.post(f"{base}/documents/mandate", data=files, content_type="multipart/form-data"))
    owner.get(f"{base}/check")
    declared = {"declared": [box["value"] for box in owner.page.select("input[name=declared]")]}
    follow(owner, owner.post(f"{base}/submit", data=declared))
    assert owner.page.select_one(".done-reference strong").get_text() == "DIH-2026-00001"
    follow(owner, owner.post(f"{base}/submit", data=declared))
    assert owner.page.select_one(".done-reference strong").get_text() == "DIH-2026-00001"


@pytest.mark.parametrize("language", ["ro", "en"])
def test_every_page_of_every_state_opens(world: World, draft: uuid.UUID, visitor: Visitor, language: str) -> None:
    owner, manager = visitor("owner"), visitor("manager")
    tasks = ["services", "organisation", "section-project", "section-extra", "documents"]
    for rest in ("", "/check", "/withdraw", "/versions", *(f"/tasks/{key}" for key in tasks)):
        assert owner.get(address(draft, f"{rest}?lang={language}")).status_code == 200, rest
    with unit_of_work():
        operations.submit(draft, ["true_data"], world.actor("owner"), world.now)
    row = application(draft)
    with unit_of_work():
        asked = operations.ask_clarification(row.id, "De ce?", ["staff", "mandate"], world.actor("manager"), world.now)
    for rest in ("", "/submitted", "/reopen", "/withdraw", "/versions", "/versions/1", f"/clarifications/{asked}"):
        assert owner.get(address(draft, f"{rest}?lang={language}")).status_code == 200, rest
    for rest in ("", "/eligibility", "/clarifications/new", "/look-again", "/versions"):
        assert manager.get(address(draft, f"{rest}?lang={language}")).status_code == 200, rest
    assert manager.get(f"/applications?lang={language}").status_code == 200


def test_a_stale_tab_is_shown_both_texts(world: World, draft: uuid.UUID, visitor: Visitor) -> None:
    owner, editor = visitor("owner"), visitor("editor")
    page = address(draft, "/tasks/section-project")
    owner.get(page)
    editor.get(page)
    typed = {"project_title": "Ghișeu mai rapid", "staff": "13", "version": shown_version(owner)}
    assert owner.post(page, data=typed).status_code == 302
    typed = {"project_title": "Ghișeu mai rapid", "staff": "14", "version": shown_version(editor)}
    assert editor.post(page, data=typed).status_code == 409
    assert editor.page.select_one(".versions-text").get_text(strip=True).endswith("13")
    assert editor.page.select_one("input[name=staff]")["value"] == "14"
    assert "altcineva" in editor.page.select_one(".notice-title").get_text()
    stale = dict(typed, staff="15")
    typed["version"] = shown_version(editor)
    assert editor.post(page, data=typed).status_code == 302
    assert editor.post(page, data=stale).status_code == 409, "the back button, or the own other tab"
    assert "altă filă" in editor.page.select_one(".notice-title").get_text()
    assert queries.stored_answers(application(draft).id)["staff"].value == 14


def test_autosave_answers_what_the_script_expects(world: World, draft: uuid.UUID, visitor: Visitor) -> None:
    owner, editor = visitor("owner"), visitor("editor")
    for client in (owner, editor):
        client.get(address(draft, "/tasks/section-project"))
    save, as_json = address(draft, "/autosave/section-project"), {"Accept": "application/json"}
    typed = {"project_title": "Nou", "staff": "12", "version": shown_version(owner)}
    saved = owner.post(save, data=typed, headers=as_json)
    assert saved.status_code == 200
    typed = {"project_title": "Altul", "staff": "12", "version": shown_version(editor)}
    stale = editor.post(save, data=typed, headers=as_json)
    assert (stale.status_code, stale.json["values"]) == (409, {"project_title": "Nou"})
    assert stale.json["who"] == world.people["owner"][0].name
    again = editor.post(save, data={**typed, "version": stale.json["version"]}, headers=as_json)
    assert again.status_code == 200
    bad = editor.post(save, data={"staff": "a\x00b", "version": "{}"}, headers=as_json)
    assert (bad.status_code, len(bad.json["problems"])) == (422, 1)


def test_a_forged_version_counts_as_nothing_seen(world: World, draft: uuid.UUID, visitor: Visitor) -> None:
    owner = visitor("owner")
    for version in ("", "[]", "{", '{"staff": 1}', '{"staff": ["x", 2]}', "null", "1", '{"staff": [1]}'):
        forged = {"version": version, "staff": "77"}
        assert owner.post(address(draft, "/tasks/section-project"), data=forged).status_code == 409, version


def test_what_is_not_mine_looks_like_what_is_not_there(world: World, submitted: uuid.UUID, visitor: Visitor) -> None:
    stranger, absent = visitor("stranger"), uuid.uuid4()
    pages = ["", "/check", "/submitted", "/versions", "/tasks/services", "/documents/1", "/reopen", "/withdraw"]
    for rest in pages:
        mine, none = stranger.get(address(submitted, rest)), stranger.get(address(absent, rest))
        assert (mine.status_code, none.status_code) == (404, 404), rest
    forms = ["/submit", "/reopen", "/withdraw", "/tasks/services", "/autosave/section-project", "/documents/mandate"]
    for rest in forms:
        assert stranger.post(address(submitted, rest)).status_code == 404, rest
    assert application(submitted).status is S.SUBMITTED


def test_a_role_too_low_is_told_so(world: World, draft: uuid.UUID, visitor: Visitor) -> None:
    reader = visitor("reader")
    assert reader.get(address(draft)).status_code == 200
    assert reader.get(address(draft, "/tasks/services")).status_code == 403
    assert visitor("editor").post(address(draft, "/submit")).status_code == 403
    assert visitor("owner").get(address(draft, "/eligibility")).status_code == 403
    assert visitor("auditor").get(address(draft)).status_code == 200
    assert visitor("manager").get(address(draft, "/tasks/services")).status_code == 403


def test_a_deadline_that_passes_while_typing_keeps_the_text(
    world: World, draft: uuid.UUID, visitor: Visitor, moment: Any
) -> None:
    owner = visitor("owner")
    page = address(draft, "/tasks/section-extra")
    owner.get(page)
    typed = {"version": shown_version(owner), "wishes": "Un text lung"}
    moment.advance(days=30, minutes=11)
    assert owner.post(page, data=typed).status_code == 422
    assert owner.page.select_one("textarea[name=wishes]").get_text().strip() == "Un text lung"
    assert owner.post(address(draft, "/submit"), data={"declared": "true_data"}).status_code == 422
    assert owner.get(address(draft)).status_code == 200


def test_an_upload_of_another_kind_is_refused_at_its_place(world: World, draft: uuid.UUID, visitor: Visitor) -> None:
    owner = visitor("owner")
    for content, name in ((b"", "empty.pdf"), (b"hello", "text.pdf"), (b"GIF89a", "picture.pdf")):
        files = {"file": (io.BytesIO(content), name)}
        answer = owner.post(address(draft, "/documents/mandate"), data=files, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert len(owner.page.select(".field-error")) == 1
    assert owner.post(address(draft, "/documents/mandate")).status_code == 422
    assert owner.post(address(draft, "/documents/none")).status_code == 404


def test_a_document_comes_back_to_who_may_have_it(world: World, submitted: uuid.UUID, visitor: Visitor) -> None:
    file = queries.contents_of(application(submitted), clock.day_of(clock.now())).documents[0]
    page = address(submitted, f"/documents/{file.id}")
    answer = visitor("reader").get(page)
    assert (answer.status_code, answer.data) == (200, PDF)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert visitor("manager").get(page).status_code == 200
    assert visitor("coordinator").get(page).status_code == 404
    with unit_of_work():
        db.session.get_one(AttachedDocument, file.id).removed_at = clock.now()
    assert visitor("manager").get(page).status_code == 200, "the submission names it"
    with unit_of_work():
        db.session.get_one(StoredFile, file.file_id).sha256 = "0" * 64
    assert visitor("manager").get(page).status_code == 404, "never submitted: the applicant's alone"
    assert queries.attachment(application(submitted).id, file.id, mine=True) is not None


def test_a_clarification_is_answered_on_one_page(world: World, submitted: uuid.UUID, visitor: Visitor) -> None:
    manager, owner = visitor("manager"), visitor("owner")
    ask = address(submitted, "/clarifications/new")
    assert manager.post(ask, data={"question": ""}).status_code == 422
    assert manager.post(ask, data={"question": "Câți?", "fields": ["staff"]}).status_code == 302
    owner.get(address(submitted))
    page = owner.page.select_one(".notice a.btn-primary")["href"]
    owner.get(page)
    assert set(seen(owner)) == {"staff"}
    editor = visitor("editor")
    editor.get(page)
    assert owner.post(page, data={"version": shown_version(owner), "staff": "x", "answer": "Doi"}).status_code == 422
    assert owner.page.select_one("textarea[name=answer]").get_text().strip() == "Doi"
    assert editor.post(page, data={"version": shown_version(editor), "staff": "3", "answer": "Trei"}).status_code == 409
    assert editor.page.select_one("input[name=staff]")["value"] == "3"
    assert editor.page.select_one(".versions-text").get_text().strip() == "x", (
        "what was saved meanwhile stands beside it"
    )
    last = {"version": shown_version(owner), "staff": "2", "project_title": "Altul", "answer": "Doi"}
    assert owner.post(page, data=last).status_code == 302
    answers = queries.stored_answers(application(submitted).id)
    assert (answers["staff"].value, answers["project_title"].value) == (2, "Ghișeu mai rapid")
    assert owner.get(page).status_code == 302
    assert editor.post(page, data={"version": shown_version(editor), "staff": "3", "answer": "Trei"}).status_code == 422
    assert editor.page.select_one("textarea[name=answer]").get_text().strip() == "Trei"


def test_a_clarification_about_a_declaration_is_answered_by_an_owner(
    world: World, submitted: uuid.UUID, visitor: Visitor
) -> None:
    manager, editor, owner = visitor("manager"), visitor("editor"), visitor("owner")
    ask = address(submitted, "/clarifications/new")
    named = ["declaration.true_data", "declaration.story"]
    assert manager.post(ask, data={"question": "Spunem povestea?", "fields": named}).status_code == 302
    owner.get(address(submitted))
    page = owner.page.select_one(".notice a.btn-primary")["href"]
    owner.get(page)
    ticked = {box["value"]: box.has_attr("checked") for box in owner.page.select("input[name=declared]")}
    assert ticked == {"true_data": True, "story": False}
    answer = {"version": shown_version(owner), "answer": "Da", "declared": ["true_data", "story"]}
    assert editor.post(page, data=answer).status_code == 422
    assert owner.post(page, data={**answer, "declared": ["story"]}).status_code == 422
    assert owner.page.select_one("#declaration-true_data")["aria-invalid"] == "true"
    assert owner.post(page, data=answer).status_code == 302
    answers = queries.stored_answers(application(submitted).id)
    assert answers["declaration.story"].value is answers["declaration.true_data"].value is True


def test_staff_enter_an_application_for_an_applicant(world: World, visitor: Visitor) -> None:
    manager = visitor("manager")
    assert manager.post("/applications/start?call=small", data={"cui": "95000007"}).status_code == 422
    manager.get(manager.page.select_one("main a[href*='/organisations/new']")["href"])
    assert manager.page.select_one("input[name=cui]")["value"] == "95000007"
    assert manager.page.select_one("main input[name=next]")["value"] == "/applications/start?call=small&cui=95000007"
    answer = manager.post("/applications/start?call=small", data={"cui": "RO 1590082"})
    assert answer.status_code == 302
    assert manager.get(answer.location).status_code == 200
    base = answer.location.rpartition("/tasks")[0]
    visitor("stranger").get(base)
    manager.get(base)
    assert "Introdusă de personalul hubului" in manager.page.get_text()


def test_a_list_makes_the_same_queries_with_few_and_many_rows(world: World, visitor: Visitor) -> None:
    def enter(count: int) -> None:
        with unit_of_work():
            for _one in range(count):
                made = operations.start(world.organisation, "small", world.actor("owner"), world.now)
                operations.withdraw(made, "", world.actor("owner"), world.now)

    def fetched(path: str) -> int:
        statements: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert manager.get(path).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(statements)

    manager = visitor("manager")
    enter(5)
    few = fetched("/applications")
    enter(50)
    assert fetched("/applications") == few <= 12
    assert fetched("/applications?text=primaria&status=withdrawn&county=CJ&group=public_institution&before=40") <= 12


def test_lists_are_paged_by_key_and_filtered(world: World, visitor: Visitor) -> None:
    with unit_of_work():
        for _one in range(7):
            made = operations.start(world.organisation, "small", world.actor("owner"), world.now)
            operations.withdraw(made, "", world.actor("owner"), world.now)
        operations.start(world.other_organisation, "small", world.actor("stranger"), world.now)
    manager, today = world.actor("manager"), world.now.date()
    first = queries.page(manager, today, size=3)
    assert (first.previous, first.rows[0].organisation) == ("", "Școala Exemplu")
    second = queries.page(manager, today, place=Place(after=first.next), size=3)
    third = queries.page(manager, today, place=Place(after=second.next), size=3)
    ids = [row.id for shown in (first, second, third) for row in shown.rows]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 8
    assert third.next == ""
    back = queries.page(manager, today, place=Place(before=third.previous), size=3)
    assert back.rows == second.rows
    assert back.previous != ""
    assert queries.page(manager, today, place=Place(before=second.previous), size=3).previous == ""
    found = {
        "text": queries.page(manager, today, queries.Filters(text="scoala")),
        "status": queries.page(manager, today, queries.Filters(status=S.DRAFT)),
        "none": queries.page(manager, today, queries.Filters(county="BH")),
        "own": queries.page(world.actor("stranger"), today),
    }
    assert {name: len(shown.rows) for name, shown in found.items()} == {"text": 1, "status": 1, "none": 0, "own": 1}


@pytest.mark.parametrize("query", ["call=x&before=-1&after=99999999999999999999", "text=%00%25_&status=none"])
def test_filters_that_mean_nothing_are_ignored(world: World, visitor: Visitor, query: str) -> None:
    assert visitor("manager").get(f"/applications?{query}").status_code == 200


def test_numbers_too_large_for_any_database_are_absent(world: World, draft: uuid.UUID, visitor: Visitor) -> None:
    owner = visitor("owner")
    for rest in ("/documents/99999999999999999999", "/versions/99999999999999999999"):
        assert owner.get(address(draft, rest)).status_code == 404
    huge = {"service": ["99999999999999999999", "x"], "seen": ["99999999999999999999"]}
    assert owner.post(address(draft, "/tasks/services"), data=huge).status_code in (302, 422)
