"""What people at a browser do in several journeys: sign in, go on, fill in an application."""

from __future__ import annotations

import re

import typst

from dih.demo.people import PASSWORD
from tests.support.live import Live
from tests.support.visitor import Visitor

OWN_PASSWORD = "O parola lunga 2026"
PAPER = typst.compile(b"= Mandat")


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
