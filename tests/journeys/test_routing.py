"""A manager plans a call, moves one by hand and applies; a coordinator declines, and the next partner is proposed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.applying import sign_in
from tests.support.live import ROOT, Live
from tests.support.visitor import NARROW, Visitor

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

COORDINATORS = [f"coordonator@{name}.test" for name in ("clujit", "utcn", "ccibn", "uoradea")]


@pytest.fixture(scope="module")
def planned(live_server: Live) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.support.planned"]
    return json.loads(subprocess.check_output(command, cwd=ROOT, env=live_server.environment))  # type: ignore[no-any-return]


def asked(live: Live, reference: str, but: tuple[str, ...] = ()) -> str:
    """The coordinator who was written to last about an application, once one other than `but` was asked."""
    for _ in range(150):
        found = [
            (mail["Date"].datetime, address)
            for address in COORDINATORS
            if address not in but
            for mail in live.mails(address)
            if reference in mail["Subject"] and "pentru dumneavoastră" in mail["Subject"]
        ]
        if found:
            return max(found)[1]
        time.sleep(0.1)
    raise AssertionError(f"nobody was asked:\n{live.log()}")


def test_plan_apply_decline_next(planned: dict[str, Any], live_server: Live, visitor: Callable[..., Visitor]) -> None:
    manager = sign_in(visitor(), "manager1@dih4society.test")
    manager.context.set_default_timeout(30_000)  # the first plan loads the solver
    manager.goto("/routing")
    manager.press("Planificați un apel", role="link")
    manager.page.locator("tbody a").first.click()
    first, second = planned["moved"]
    main = manager.page.locator("main")
    for one in (first, second):
        assert main.locator(f'tr:has-text("{one["reference"]}") input[name=moves]').is_checked()
    manager.look_everywhere()
    manager.page.set_viewport_size({"width": NARROW, "height": 844})
    main.locator(f'tr:has-text("{second["reference"]}") a:has-text("Alegeți manual")').click()
    manager.look()
    manager.page.locator("tbody a.btn").first.click()
    manager.look()
    assert "Ați mutat manual" in main.inner_text()
    manager.press("Dacă un partener ar avea mai multe zile?", role="link")
    manager.fill({"quarter": "1", "days": "20"})
    manager.page.locator("[name=partner]").select_option(index=1)
    manager.press("Arătați ce se schimbă")
    assert "presupus" in main.inner_text()
    manager.press("Înapoi la plan", role="link")
    manager.fill({"reason": "Partenerul propus cunoaște domeniul."})
    manager.press("Aplicați aceste mutări")
    assert "mutat" in manager.page.locator(".flash, .alert, [role=status]").first.inner_text()

    address = asked(live_server, first["reference"])
    coordinator = sign_in(visitor(width=NARROW, javascript=False), address)
    coordinator.goto(f"/routing/{first['uuid']}")
    assert "Partenerul propus cunoaște domeniul." in coordinator.page.inner_text("main")
    coordinator.fill(
        {"answer": "decline", "kind": "no_capacity", "until": "2027-02-01", "reason": "Echipa lucrează la alt dosar."}
    )
    coordinator.press("Trimiteți răspunsul")
    other = asked(live_server, first["reference"], but=(address,))
    assert other != address
    manager.goto(f"/routing/{first['uuid']}")
    assert "fără capacitate pentru astfel de servicii" in main.inner_text()
    coordinator.goto("/partner")
    coordinator.press("Nu mai este așa")
    assert "Nu mai contează." in coordinator.page.inner_text("body")
