"""A manager opens a line and moves money to it, and reads what the books say about it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.support.applying import go_on, sign_in
from tests.support.live import ROOT, Live
from tests.support.visitor import NARROW, Visitor

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


def test_a_transfer_is_shown_before_it_is_done_and_stands_in_the_statement(
    live_server: Live, visitor: Callable[..., Visitor]
) -> None:
    subprocess.run([sys.executable, "-m", "tests.support.staff"], cwd=ROOT, env=live_server.environment, check=True)
    manager = sign_in(visitor(), "manager1@dih4society.test")
    manager.goto("/budget/lines")
    manager.look_everywhere()
    manager.goto("/budget/lines/PUB-TEST/transfer")
    manager.look_everywhere()
    manager.page.get_by_label("Către linia").select_option(label="Instituții publice: instruire")
    manager.fill({"amount": "1.000,50", "reason": "Se cere mai multă instruire."})
    go_on(manager)
    assert "321.000,50" in manager.page.locator("main table").inner_text()
    manager.page.set_viewport_size({"width": NARROW, "height": 800})
    manager.look()
    go_on(manager)
    assert "Se cere mai multă instruire." in manager.page.locator("main").inner_text()
    manager.look_everywhere()
    manager.goto("/budget/statement?line=PUB-SKILL")
    assert manager.page.locator("main tbody tr").count() == 3
    manager.look_everywhere()
    for page in ("/budget/as-of", "/budget", "/budget/lines/ENV/open"):
        manager.goto(page)
        manager.look_everywhere()
    live_server.flask("budget", "verify")
