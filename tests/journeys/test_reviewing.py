"""Reviewers in the browser: a plan published, declined and repaired, a conflict found and cleared, ten by keyboard."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.applying import go_on, sign_in
from tests.support.live import ROOT, Live
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

MANAGER = "manager1@dih4society.test"
CALL = "/reviews/calls/sme-production"
SWEPT = 60
"""Seconds within which the worker has looked for reviewers of a partner that delivers."""


@pytest.fixture(scope="module")
def waiting(live_server: Live) -> dict[str, Any]:
    """Applications that wait for reviewers, and the people; ten reviews are given to one reviewer."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.support.reviewing"],
        cwd=ROOT,
        env=live_server.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def test_a_plan_is_published_declined_and_repaired(
    live_server: Live, waiting: dict[str, Any], visitor: Callable[..., Visitor]
) -> None:
    manager = sign_in(visitor(), MANAGER)
    manager.goto(f"{CALL}/plan")
    go_on(manager)
    manager.look_everywhere()
    assert "demonstrat" in manager.page.inner_text("main")
    rows = manager.page.locator("main tbody tr")
    reference, name = rows.nth(0).locator("th").inner_text().split()[0], rows.nth(0).locator("td").nth(0).inner_text()
    plan = manager.page.url
    manager.goto(str(manager.page.locator("main tbody a").first.get_attribute("href")))
    manager.goto(plan)
    manager.press("Publicați planul")

    reviewer = sign_in(visitor(), waiting["names"][name])
    reviewer.goto("/reviews")
    reviewer.page.get_by_role("link", name=reference).click()
    reviewer.page.wait_for_load_state()
    reviewer.press("Nu pot evalua această cerere", role="link")
    reviewer.fill({"reason": "Plec în concediu."})
    reviewer.page.locator("main form button[type=submit]").last.click()
    reviewer.page.wait_for_load_state()
    reviewer.look()
    live_server.wait_for_mail(MANAGER, "Plec în concediu.", seconds=60)

    manager.goto("/reviews/calls")
    manager.goto(str(manager.page.locator("a[href$='/repair']").first.get_attribute("href")))
    assert "Plec în concediu." in manager.page.inner_text("main")
    manager.look_everywhere()
    manager.press("Aplicați schimbările")
    assert "Nimic de reparat" in manager.page.inner_text("main")
    for page in ("/reviews/reviewers", f"{CALL}/plan", f"{CALL}/ranking"):
        manager.goto(page)


def test_a_conflict_is_found_and_cleared(waiting: dict[str, Any], visitor: Callable[..., Visitor]) -> None:
    manager = sign_in(visitor(), MANAGER)
    until = time.monotonic() + SWEPT
    manager.goto("/conflicts/all?routine=1")
    while not manager.page.locator("main tbody a").count() and time.monotonic() < until:
        manager.page.wait_for_timeout(1_000)
        manager.goto("/conflicts/all?routine=1")
    found = str(manager.page.locator("main tbody a").first.get_attribute("href"))
    manager.goto(found)
    manager.fill({"reason": "Lucrează la altă facultate."})
    manager.page.locator("main form button[type=submit]").last.click()
    manager.page.wait_for_load_state()
    manager.look()
    manager.goto("/conflicts/all?routine=1")
    assert manager.page.locator("main tbody tr").count()
    assert not manager.page.locator(f"main tbody a[href='{found}']").count()


def test_ten_reviews_by_keyboard_alone(waiting: dict[str, Any], visitor: Callable[..., Visitor]) -> None:
    reviewer = sign_in(visitor(), waiting["reviewer"])
    reviewer.goto("/reviews")
    keys = reviewer.page.keyboard
    tab_to(reviewer, "a.btn-primary")
    with reviewer.page.expect_navigation():
        keys.press("Enter")
    seen = set()
    for number in range(10):
        assert reviewer.page.url not in seen
        assert not reviewer.page.url.endswith("/reviews")
        seen.add(reviewer.page.url)
        tab_to(reviewer, "#score input[type=number]")
        fields = reviewer.page.locator("#score input[type=number]").count()
        for _ in range(fields):
            tab_to(reviewer, "#score input[type=number]", here=True)
            keys.type(reviewer.page.evaluate("document.activeElement.max"))
            keys.press("Tab")
        tab_to(reviewer, "button[value=submit]", here=True)
        if number in (0, 9):
            reviewer.look()
        with reviewer.page.expect_navigation():
            keys.press("Enter")
    assert reviewer.page.url.endswith("/reviews")
    assert reviewer.page.locator("main table").count() == 1
    reviewer.look_everywhere()


def tab_to(person: Visitor, selector: str, *, here: bool = False) -> None:
    """Presses Tab until what has the focus fits the selector; `here`: it may have it already."""
    fits = f"document.activeElement.matches({json.dumps(selector)})"
    if here and person.page.evaluate(fits):
        return
    for _ in range(80):
        person.page.keyboard.press("Tab")
        if person.page.evaluate(fits):
            return
    raise AssertionError(f"Tab never reaches {selector} on {person.page.url}")
