"""The main job in a browser: from the start page to a voucher redeemed and a euro spent."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
import typst

from dih.demo.people import PASSWORD
from tests.support.live import ROOT, Live
from tests.support.visitor import NARROW, Visitor

OWN_PASSWORD = "O parola lunga 2026"
OWNER = "secretar@primaria-noua.test"
PAPER = typst.compile(b"= Mandat")
COORDINATORS = [f"coordonator@{name}.test" for name in ("clujit", "utcn", "ccibn", "uoradea")]


@pytest.fixture(scope="module")
def staffed(live_server: Live) -> Live:
    """The live platform with the people of the hub and its partners."""
    subprocess.run([sys.executable, "-m", "tests.support.staff"], cwd=ROOT, env=live_server.environment, check=True)
    return live_server


def go_on(person: Visitor, which: int = 0) -> None:
    """Presses the main button of the page, waits for what follows, and looks at it."""
    person.page.locator("main .btn-primary").nth(which).click()
    person.page.wait_for_load_state()
    person.look()


def sign_in(person: Visitor, email: str, password: str = PASSWORD) -> Visitor:
    person.goto("/login")
    person.fill({"email": email, "password": password})
    go_on(person)
    assert person.page.url.endswith("/desk"), person.page.url
    return person


class Counting:
    """Counts the pages on which one has to fill in something or press on, and the fields that are required there."""

    def __init__(self, person: Visitor) -> None:
        self.person, self.pages, self.required = person, [], 0

    def page(self) -> None:
        """Notes the page at hand, as it asks to be filled in."""
        main = self.person.page.locator("main")
        fields = main.locator(".field:has(input:not([type=hidden]), select, textarea)")
        self.pages.append(self.person.page.url)
        self.required += sum(not field.locator(".field-optional").count() for field in fields.all())


def answer_all(person: Visitor) -> None:
    """Answers each question of the page as somebody in a hurry would."""
    main = person.page.locator("main")
    for name in {field.get_attribute("name") for field in main.locator("input[type=radio]").all()}:
        main.locator(f'input[type=radio][name="{name}"]').first.check()
    for field in main.locator("textarea").all():
        field.fill("Avem nevoie de sprijin ca să lucrăm mai repede și mai sigur.")
    for field in main.locator("select").all():
        field.select_option(index=1)
    for field in main.locator("input:is([type=text], [type=number], :not([type]))").all():
        numeric = field.get_attribute("inputmode") in ("numeric", "decimal")
        date = "date" in (field.get_attribute("name") or "")
        field.fill("15.01.2027" if date else "12" if numeric else "Servicii pentru oraș")
    for group in main.locator("fieldset:has(input[type=checkbox])").all():
        group.locator("input[type=checkbox]").first.check()
    for box in main.locator("input[name=service]").all()[:1] + main.locator("input[name=declared]").all():
        box.check()


def apply(applicant: Visitor, live: Live, owner: str, cui: str) -> tuple[Counting, str]:
    """From the start page to a submitted application of a new organisation; returns the counts and the case's id."""
    count = Counting(applicant)
    page = applicant.page
    applicant.goto("/")
    count.page()
    page.locator("main a[href='/calls/public-institutions']").first.click()
    applicant.look()
    count.page()
    page.locator("main a[href^='/register']").first.click()
    applicant.look()
    count.page()
    applicant.fill({"name": "Secretar", "email": owner, "password": OWN_PASSWORD, "terms": ""})
    go_on(applicant)
    count.page()
    applicant.goto(live.link_in(live.wait_for_mail(owner)))
    count.page()
    go_on(applicant)
    count.page()
    applicant.fill({"cui": cui, "name": f"Primăria Comunei {cui}", "county": "CJ", "caen_code": "8411"})
    applicant.fill({"legal_nature": "public_body", "economic_activity": "no"})
    go_on(applicant)
    count.page()
    answer_all(applicant)
    while not page.url.endswith("/check"):
        go_on(applicant)
        count.page()
        if page.url.endswith("/tasks/documents"):
            page.set_input_files(
                "#file-mandate", {"name": "mandat.pdf", "mimeType": "application/pdf", "buffer": PAPER}
            )
            page.locator("form:has(#file-mandate) button").first.click()
            page.wait_for_load_state()
            applicant.look()
        else:
            answer_all(applicant)
    go_on(applicant)
    return count, re.search(r"applications/([0-9a-f-]{36})", page.url)[1]  # type: ignore[index]


def asked_coordinator(live: Live, reference: str) -> str:
    """The address of the coordinator whom the worker asked about a case."""
    for _ in range(150):
        for address in COORDINATORS:
            if any(reference in mail["Subject"] for mail in live.mails(address)):
                return address
        time.sleep(0.2)
    raise AssertionError(f"no partner was asked:\n{live.log()}")


def free_cents(manager: Visitor) -> int:
    """What the dashboard says is free."""
    manager.goto("/budget")
    return int(re.sub(r"\D", "", manager.page.locator(".keyfig-value").first.inner_text()))


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
    free_before = free_cents(manager)
    coordinator = place(staffed, visitor, manager, case, reference[0])
    cents = approve(manager, case)
    assert cents > 0
    assert free_cents(manager) == free_before - cents

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
    manager.goto("/budget")
    spent = int(re.sub(r"\D", "", manager.page.locator(".keyfig-value").nth(2).inner_text()))
    assert spent == cents
    manager.look_everywhere()
    manager.goto(f"/cases/{case}")
    manager.look_everywhere()
    staffed.flask("budget", "verify")


@pytest.mark.timeout(900)
def test_without_javascript_on_a_phone_and_the_voucher_lapses(staffed: Live, visitor: Callable[..., Visitor]) -> None:
    owner = "primar@alta-primarie.test"
    applicant = visitor(width=NARROW, javascript=False)
    _, case = apply(applicant, staffed, owner, "95000015")
    reference = re.search(r"DIH-2026-\d{5}", applicant.page.locator("main").inner_text())
    assert reference is not None
    manager = sign_in(visitor(), "manager2@dih4society.test")
    free_before = free_cents(manager)
    place(staffed, visitor, manager, case, reference[0])
    cents = approve(manager, case)
    assert free_cents(manager) == free_before - cents
    staffed.advance(days=60)
    staffed.wait_for_mail(owner, "expirat", seconds=120)
    assert free_cents(manager) == free_before
    staffed.flask("budget", "verify")
