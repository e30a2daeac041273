"""The main job in a browser: from the start page to a voucher redeemed and a euro spent."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from dih.demo.seed import data
from tests.support.applying import answer_all, apply, go_on, sign_in
from tests.support.live import ROOT, Live
from tests.support.visitor import NARROW, Visitor

OWNER = "secretar@primaria-noua.test"
COORDINATORS = [f"coordonator@{name}.test" for name in ("clujit", "utcn", "ccibn", "uoradea")]
FREE, SPENT, REQUESTED = 0, 2, 3
"""Where the dashboard shows them."""


@pytest.fixture(scope="module")
def cases(live_server: Live) -> dict[str, Any]:
    """Three cases on the live platform, told by its own operations up to where a journey begins."""
    command = [sys.executable, "-m", "tests.support.staff", "cases"]
    return json.loads(subprocess.check_output(command, cwd=ROOT, env=live_server.environment))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def staffed(live_server: Live, cases: dict[str, Any]) -> Live:
    """The live platform with the people of the hub and its partners."""
    return live_server


def asked_coordinator(live: Live, reference: str) -> str:
    """The address of the coordinator whom the worker asked about a case."""
    for _ in range(150):
        for address in COORDINATORS:
            if any(reference in mail["Subject"] for mail in live.mails(address)):
                return address
        time.sleep(0.2)
    raise AssertionError(f"no partner was asked:\n{live.log()}")


def sum_on_dashboard(manager: Visitor, which: int) -> int:
    """Cents of one of the key figures of the dashboard."""
    manager.goto("/budget")
    return int(re.sub(r"\D", "", manager.page.locator(".keyfig-value").nth(which).inner_text()))


def place(live: Live, visitor: Callable[..., Visitor], manager: Visitor, case: str, reference: str) -> Visitor:
    """The manager finds the case eligible, the coordinator who was asked accepts it, and is returned."""
    manager.goto(f"/applications/{case}/eligibility")
    answer_all(manager)
    manager.page.locator("main textarea").last.fill("")
    go_on(manager)
    coordinator = sign_in(visitor(), asked_coordinator(live, reference))
    coordinator.goto(f"/routing/{case}")
    coordinator.fill({"answer": "accept"})
    go_on(coordinator)
    return coordinator


def approve(manager: Visitor, case: str) -> int:
    """The manager approves the case; returns the cents that the decision's page announced."""
    manager.goto(f"/cases/{case}")
    manager.page.locator("main a[href*='outcome=approved']").click()
    manager.look()
    cents = int(re.sub(r"\D", "", manager.page.locator("main td.sum").last.inner_text()))
    go_on(manager)
    return cents


@pytest.mark.timeout(900)
def test_from_the_start_page_to_a_euro_spent(staffed: Live, visitor: Callable[..., Visitor]) -> None:
    applicant = visitor()
    count, case = apply(applicant, staffed, OWNER, "95000007")
    reference = re.search(r"DIH-2026-\d{5}", applicant.page.locator("main").inner_text())
    assert reference is not None
    staffed.wait_for_mail(OWNER, reference[0])
    assert len(count.pages) <= 12, count.pages
    assert count.required <= 35

    manager = sign_in(visitor(), "manager1@dih4society.test")
    free_before = sum_on_dashboard(manager, FREE)
    coordinator = place(staffed, visitor, manager, case, reference[0])
    cents = approve(manager, case)
    assert cents > 0
    assert sum_on_dashboard(manager, FREE) == free_before - cents

    applicant.goto(staffed.link_in(staffed.wait_for_mail(OWNER, "voucher")))
    applicant.look_everywhere()
    applicant.page.locator("main a[href*='/accept']").first.click()
    applicant.page.locator("main input[type=checkbox]").check()
    go_on(applicant)
    applicant.goto(f"/cases/{case}")
    applicant.page.locator("main a[href*='/vouchers/']").first.click()
    applicant.look()
    code = re.search(r"DIH(-[0-9A-Z]{4}){3}", applicant.page.locator("main").inner_text())
    assert code is not None

    coordinator.goto("/vouchers/redeem")
    coordinator.fill({"code": code[0].lower().replace("-", " ")})
    go_on(coordinator)
    coordinator.look_everywhere()
    delivery = coordinator.page.url.removeprefix(coordinator.address)
    coordinator.goto(f"{delivery}/report")
    answer_all(coordinator)
    for field in coordinator.page.locator("main input[name^=delivered]").all():
        price = coordinator.page.locator(f"#{field.get_attribute('id')}-hint").inner_text()
        field.fill(re.search(r"[\d.]+,\d\d", price)[0])  # type: ignore[index]
    go_on(coordinator)

    applicant.goto(delivery)
    applicant.page.locator("main a[href$='/confirm']").first.click()
    applicant.look()
    go_on(applicant)
    assert sum_on_dashboard(manager, SPENT) == cents
    manager.look_everywhere()
    manager.goto(f"/cases/{case}")
    manager.look_everywhere()
    staffed.flask("budget", "verify")


@pytest.mark.timeout(900)
def test_one_reviewer_scores_while_a_conflict_stops_another(
    staffed: Live, cases: dict[str, Any], visitor: Callable[..., Visitor]
) -> None:
    case, addresses = cases["reviewed"], {one["code"]: one["email"] for one in data("people.toml")["people"]}
    (first, own), (second, others) = case["reviews"].items()
    scoring = sign_in(visitor(), addresses[first])
    scoring.goto("/reviews")
    scoring.page.get_by_role("link", name=case["reference"]).click()
    scoring.look_everywhere()
    for field in scoring.page.locator("#score input[type=number]").all():
        field.fill(str(field.get_attribute("max")))
    scoring.page.locator("button[value=submit]").click()
    scoring.page.wait_for_load_state()
    scoring.goto(own)
    assert scoring.page.locator("#score").count() == 0

    stopped = sign_in(visitor(), addresses[second])
    assert stopped.goto(others).ok
    assert first not in stopped.page.inner_text("main")
    stopped.page.locator(f"main a[href='/applications/{case['uuid']}/conflict']").click()
    stopped.look_everywhere()
    stopped.fill({"kind": "family", "note": "O rudă lucrează acolo."})
    go_on(stopped)
    assert not stopped.page.locator("main table").count()
    for closed in (others, f"/applications/{case['uuid']}", f"/cases/{case['uuid']}"):
        assert stopped.goto(closed).status == 404
    stopped.look_everywhere()
    staffed.wait_for_mail("manager1@dih4society.test", case["reference"])


@pytest.mark.long
@pytest.mark.timeout(900)
def test_what_an_applicant_withdraws_or_refuses_is_free_for_others(
    staffed: Live, cases: dict[str, Any], visitor: Callable[..., Visitor]
) -> None:
    manager = sign_in(visitor(), "manager1@dih4society.test")
    case, before = cases["waiting"], sum_on_dashboard(manager, REQUESTED)
    applicant = sign_in(visitor(), case["owner"])
    applicant.goto(f"/applications/{case['uuid']}")
    applicant.look_everywhere()
    applicant.page.locator("main a[href$='/withdraw']").click()
    applicant.look_everywhere()
    applicant.fill({"reason": "Am găsit altă soluție."})
    applicant.page.locator("main form .btn-danger").click()
    applicant.page.wait_for_load_state()
    applicant.look_everywhere()
    assert sum_on_dashboard(manager, REQUESTED) == before - case["cents"]

    case, before = cases["offered"], sum_on_dashboard(manager, FREE)
    applicant = sign_in(visitor(width=NARROW), case["owner"])
    applicant.goto(f"/cases/{case['uuid']}")
    applicant.page.locator("main a[href$='/refuse']").first.click()
    applicant.look_everywhere()
    applicant.page.locator("main form .btn-danger").click()
    applicant.page.wait_for_load_state()
    applicant.look()
    assert sum_on_dashboard(manager, FREE) == before + case["cents"]
    staffed.flask("budget", "verify")


@pytest.mark.long
@pytest.mark.timeout(900)
def test_without_javascript_on_a_phone_and_the_voucher_lapses(staffed: Live, visitor: Callable[..., Visitor]) -> None:
    owner = "primar@alta-primarie.test"
    applicant = visitor(width=NARROW, javascript=False)
    _, case = apply(applicant, staffed, owner, "95000015")
    reference = re.search(r"DIH-2026-\d{5}", applicant.page.locator("main").inner_text())
    assert reference is not None
    manager = sign_in(visitor(), "manager2@dih4society.test")
    free_before = sum_on_dashboard(manager, FREE)
    place(staffed, visitor, manager, case, reference[0])
    cents = approve(manager, case)
    assert sum_on_dashboard(manager, FREE) == free_before - cents
    staffed.advance(days=60)
    staffed.wait_for_mail(owner, "expirat", seconds=120)
    assert sum_on_dashboard(manager, FREE) == free_before
    staffed.flask("budget", "verify")
