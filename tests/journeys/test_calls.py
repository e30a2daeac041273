"""A manager changes a call: a next version in the browser, with and without scripts, wide and narrow."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.support.applying import sign_in
from tests.support.live import ROOT, Live
from tests.support.visitor import NARROW, Visitor

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def staffed(live_server: Live) -> Live:
    subprocess.run([sys.executable, "-m", "tests.support.staff"], cwd=ROOT, env=live_server.environment, check=True)
    return live_server


def test_a_next_version_without_scripts_on_a_phone(staffed: Live, visitor: Callable[..., Visitor]) -> None:
    manager = sign_in(visitor(width=NARROW, javascript=False), "manager1@dih4society.test")
    manager.goto("/manage/calls")
    manager.goto("/manage/calls/health")
    manager.press("Începeți versiunea următoare")
    manager.goto("/manage/calls/health/edit/questions")
    manager.press("Adăugați: Întrebare")
    rows = manager.page.locator(".edit-part > .edit-rows > .edit-row")
    last = rows.count() - 1
    manager.fill({f"questions.{last}.label.ro": "De ce?", f"questions.{last}.label.en": "Why?"})
    manager.press("Salvați")
    manager.goto("/manage/calls/health/publish")
    assert "Întrebări › 12 › Secțiune" in manager.page.inner_text("main")


def test_the_pages_around_a_draft_and_its_longest_parts_opened(staffed: Live, visitor: Callable[..., Visitor]) -> None:
    manager = sign_in(visitor(), "manager1@dih4society.test")
    manager.goto("/manage/calls/sme-production")
    manager.press("Începeți versiunea următoare")
    for page in ("", "/new", "/sme-production/dates", "/sme-production/publish", "/sme-production/discard"):
        manager.goto(f"/manage/calls{page}")
    for part in ("money", "conditions", "grid"):
        manager.goto(f"/manage/calls/sme-production/edit/{part}")
        manager.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        manager.look()
    manager.look_everywhere()
