"""What the scripts do for a form: saving as one types, and never losing or overwriting a text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.visitor import Visitor

STATE = (
    'data-saving="saving" data-saved="saved" data-failed="failed" data-retry="retry" data-restored="restored" '
    'data-conflict="conflict" data-mine="mine" data-theirs="theirs" data-keep-mine="keep" data-take-theirs="take"'
)


@dataclass
class Server:
    """Answers one form's page, its autosaves and its submits; `texts` is what it holds."""

    scripts: str
    version: int = 1
    texts: dict[str, str] = field(default_factory=lambda: {"need": "", "goal": ""})
    broken: bool = False
    submits: int = 0
    refuses: bool = False

    def page(self, route: Route) -> None:
        texts, theirs = self.texts, ""
        if route.request.method == "POST":
            self.submits += 1
            if not self.refuses:
                route.fulfill(body="sent", content_type="text/html")
                return
            texts = dict(parse_qsl(route.request.post_data or "", keep_blank_values=True))
            theirs = f"data-theirs='{json.dumps({'values': {'need': self.texts['need']}, 'who': ''})}'"
        fields = "".join(
            f'<div class="field"><textarea id="{name}" name="{name}" aria-label="{name}">{texts[name]}</textarea></div>'
            for name in self.texts
        )
        route.fulfill(
            content_type="text/html",
            body=f'<html lang="en"><script type="module" src="{self.scripts}"></script><form method="post" data-guard '
            f'data-autosave="/trial/save" {theirs}><input type="hidden" name="version" value="{self.version}">{fields}'
            f'<button type="submit">Send</button><div data-save-state {STATE}></div></form></html>',
        )

    def save(self, route: Route) -> None:
        sent = _fields(route)
        if self.broken:
            route.fulfill(status=429, body="")
        elif int(sent.pop("version")) != self.version:
            self._answer(route, 409, version=self.version, values=self.texts, who="Colleague")
        else:
            self.version += 1
            self.texts = sent
            self._answer(route, 200, version=self.version)

    def _answer(self, route: Route, status: int, **values: Any) -> None:
        route.fulfill(status=status, content_type="application/json", body=json.dumps(values))


def _fields(route: Route) -> dict[str, str]:
    boundary, body = route.request.headers["content-type"].partition("boundary=")[2], route.request.post_data or ""
    parts = [part.partition("\r\n\r\n") for part in body.split(f"--{boundary}")[1:-1]]
    return {head.split('name="')[1].split('"')[0]: text.removesuffix("\r\n") for head, _, text in parts}


@pytest.fixture
def server(visitor: Callable[..., Visitor]) -> tuple[Server, Page]:
    somebody = visitor()
    somebody.page.goto(f"{somebody.address}/help")
    server = Server(somebody.page.locator("script[type=module]").get_attribute("src") or "")
    somebody.context.route("**/trial", server.page)
    somebody.context.route("**/trial/save", server.save)
    somebody.page.on("dialog", lambda dialog: dialog.accept())
    somebody.page.goto(f"{somebody.address}/trial")
    somebody.page.wait_for_load_state("networkidle")
    return server, somebody.page


def says(page: Page, words: str) -> None:
    expect(page.locator("[data-save-state]")).to_contain_text(words)


def kept(page: Page) -> str | None:
    found: str | None = page.evaluate(
        "localStorage.getItem(Object.keys(localStorage).find(k => k.startsWith('draft:/trial/save#')))"
    )
    return found


def test_a_second_after_typing_the_text_is_saved(server: tuple[Server, Page]) -> None:
    there, page = server
    page.fill("#need", "Robots")
    says(page, "saved")
    assert there.texts["need"] == "Robots"
    assert page.locator("[name=version]").input_value() == "2"
    assert kept(page) is None


def test_a_text_that_was_not_saved_is_kept_and_can_be_tried_again(server: tuple[Server, Page]) -> None:
    there, page = server
    there.broken = True
    page.fill("#need", "Robots")
    says(page, "failed")
    assert "Robots" in (kept(page) or "")
    there.broken = False
    page.get_by_role("button", name="retry").click()
    says(page, "saved")
    assert there.texts["need"] == "Robots"
    assert kept(page) is None


def test_a_text_left_behind_comes_back(server: tuple[Server, Page]) -> None:
    there, page = server
    there.broken = True
    page.fill("#need", "Robots")
    says(page, "failed")
    there.broken = False
    page.goto(page.url)
    says(page, "restored")
    assert page.locator("#need").input_value() == "Robots"
    says(page, "saved")
    assert there.texts["need"] == "Robots"


def test_another_persons_text_is_shown_and_never_overwritten(server: tuple[Server, Page]) -> None:
    there, page = server
    there.version, there.texts = 7, {"need": "Training", "goal": ""}
    page.fill("#need", "Robots")
    says(page, "conflict")
    expect(page.locator(".versions")).to_contain_text("theirs (Colleague)")
    page.fill("#goal", "Growth")
    page.wait_for_timeout(1500)
    assert there.texts == {"need": "Training", "goal": ""}
    page.get_by_role("button", name="Send").click()
    assert there.submits == 0
    page.get_by_role("button", name="take").click()
    says(page, "saved")
    assert there.texts == {"need": "Training", "goal": "Growth"}


def test_what_was_typed_beside_a_comparison_is_kept_whichever_way_one_takes(server: tuple[Server, Page]) -> None:
    there, page = server
    there.version, there.texts = 7, {"need": "Training", "goal": ""}
    page.fill("#need", "Robots")
    says(page, "conflict")
    page.fill("#need", "Robots and more")
    expect(page.locator(".versions")).to_contain_text("Robots and more")
    page.goto(page.url)
    expect(page.locator(".versions")).to_contain_text("Training")
    assert page.locator("#need").input_value() == "Robots and more"
    page.fill("#need", "Robots and much more")
    page.get_by_role("button", name="keep").click()
    says(page, "saved")
    assert there.texts["need"] == "Robots and much more"


def test_a_comparison_that_the_server_shows_can_be_settled_and_left(server: tuple[Server, Page]) -> None:
    there, page = server
    there.version, there.texts, there.refuses = 7, {"need": "Training", "goal": ""}, True
    page.fill("#need", "Robots")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".versions")).to_contain_text("Training")
    page.goto(page.url)
    expect(page.locator("#need")).to_have_value("Robots")
    page.get_by_role("button", name="keep").click()
    says(page, "saved")
    assert there.texts["need"] == "Robots"


def test_what_one_tab_saves_takes_nothing_away_from_another(server: tuple[Server, Page]) -> None:
    _, page = server
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_load_state("networkidle")
    other.fill("#need", "Training")
    says(other, "saved")
    page.fill("#need", "Robots")
    says(page, "conflict")
    other.fill("#goal", "Growth")
    says(other, "saved")
    page.goto(page.url)
    expect(page.locator(".versions")).to_contain_text("Training")
    assert page.locator("#need").input_value() == "Robots"


def test_what_was_submitted_does_not_come_back(server: tuple[Server, Page]) -> None:
    there, page = server
    page.fill("#need", "Robots")
    page.get_by_role("button", name="Send").click()
    page.wait_for_load_state()
    there.version, there.texts = 5, {"need": "Robots, reviewed", "goal": ""}
    page.go_back()
    page.goto(page.url)
    page.wait_for_load_state("networkidle")
    assert page.locator("#need").input_value() == "Robots, reviewed"
    assert page.locator(".versions").count() == 0


def test_a_submit_waits_for_the_save_on_its_way(server: tuple[Server, Page]) -> None:
    behind, page = server
    held: list[Route] = []
    page.context.route("**/trial/save", lambda route: held.append(route))
    page.locator("#need").fill("New text")
    page.wait_for_timeout(1300)
    page.get_by_role("button", name="Send", exact=True).click()
    page.wait_for_timeout(100)
    assert (len(held), behind.submits) == (1, 0)
    with page.expect_navigation():
        behind.save(held[0])
    assert behind.submits == 1


def test_a_double_click_sends_once(server: tuple[Server, Page]) -> None:
    there, page = server
    page.evaluate("document.querySelectorAll('button').forEach(b => { b.click(); b.click(); b.click(); })")
    expect(page.locator("body")).to_contain_text("sent")
    assert there.submits == 1


def test_sending_one_form_asks_about_what_was_typed_in_another(server: tuple[Server, Page]) -> None:
    there, page = server
    forms = "".join(
        f'<form method="post" data-guard><textarea id="{name}" aria-label="x"></textarea><button>{name}</button></form>'
        for name in ("answer", "file")
    )
    body = f'<html lang="en"><script type="module" src="{there.scripts}"></script>{forms}</html>'
    page.context.route("**/two", lambda route: route.fulfill(body=body, content_type="text/html"))
    asked: list[str] = []
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    for typed, sent, asks in (("answer", "answer", 0), ("answer", "file", 1)):
        page.goto(page.url.rpartition("/")[0] + "/two")
        page.wait_for_load_state("networkidle")
        page.fill(f"#{typed}", "Long")
        with page.expect_navigation():
            page.get_by_role("button", name=sent).click()
        assert len(asked) == asks, f"{sent} sent"
