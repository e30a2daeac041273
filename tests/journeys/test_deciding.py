"""The decision meeting in the browser: thirty applications down to the money line, and an appeal against it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.support.applying import go_on, sign_in
from tests.support.live import ROOT, Live
from tests.support.visitor import NARROW, Visitor

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

CHAIR, OTHER = "manager1@dih4society.test", "manager2@dih4society.test"
LIST = "/decisions/sme-production"


@pytest.fixture(scope="module")
def case(live_server: Live) -> dict[str, str]:
    """One of the thirty applications that wait, which the money does not reach; its owner can sign in."""
    command = [sys.executable, "-m", "tests.support.deciding"]
    told = subprocess.check_output(command, cwd=ROOT, env=live_server.environment)
    return json.loads(told.splitlines()[-1])  # type: ignore[no-any-return]


def test_a_meeting_decides_thirty_applications_and_one_of_them_appeals(
    live_server: Live, case: dict[str, str], visitor: Callable[..., Visitor]
) -> None:
    decides_thirty_and_stops_at_the_money_line(live_server, case, visitor)
    an_appeal_is_filed_without_scripts_heard_by_another_and_upheld(live_server, case, visitor)


def decides_thirty_and_stops_at_the_money_line(
    live_server: Live, case: dict[str, str], visitor: Callable[..., Visitor]
) -> None:
    chair = sign_in(visitor(), CHAIR)
    chair.goto(LIST)
    assert chair.page.locator("main form tbody .state-green").count() == 18
    chair.press("Deschideți o ședință", role="link")
    chair.page.get_by_label("Coordonator CCI Bistrița-Năsăud, CCI Bistrița-Năsăud").check()
    go_on(chair)
    record = chair.page.url
    chair.goto(LIST)
    chair.press("Aprobați cele 18 la care ajung banii", role="link")
    go_on(chair)
    chair.press("Puneți celelalte 12 pe lista de așteptare", role="link")
    chair.fill({"reason": "Banii din linie nu ajung până aici."})
    go_on(chair)
    chair.look_everywhere()
    mail = live_server.wait_for_mail(case["owner"], "lista de așteptare", seconds=60)
    letter = re.search(r"http\S+/letters/\d+\.pdf", mail.get_content())
    assert letter is not None
    chair.goto(record)
    assert chair.page.get_by_role("table", name="Deciziile luate în ședință").locator("tbody tr").count() == 30
    chair.press("Închideți ședința", role="link")
    go_on(chair)
    chair.look_everywhere()
    for file in (f"{record}/minutes.pdf", letter[0]):
        assert chair.page.request.get(file).body().startswith(b"%PDF")
    chair.goto(f"{LIST}/results")
    chair.press("Publicați")
    somebody = visitor(width=NARROW)
    somebody.goto("/calls/sme-production/results")
    assert somebody.page.locator("main tbody tr").count() == 18
    live_server.flask("budget", "verify")


def an_appeal_is_filed_without_scripts_heard_by_another_and_upheld(
    live_server: Live, case: dict[str, str], visitor: Callable[..., Visitor]
) -> None:
    applicant = sign_in(visitor(width=NARROW, javascript=False), case["owner"])
    here = f"/applications/{case['uuid']}/appeal"
    applicant.goto(f"/cases/{case['uuid']}")
    applicant.press("Contestație", role="link")
    applicant.fill({"reasons": "Evaluarea nu a văzut planul de lucru."})
    applicant.page.locator("main input[type=file]").set_input_files(
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF"}
    )
    go_on(applicant)

    live_server.wait_for_mail(OTHER, case["reference"], seconds=60)
    chair = sign_in(visitor(), CHAIR)
    chair.goto(here)
    assert chair.page.locator("main select option").count() == 2, "only who had no part may hear it"
    chair.page.locator("main select").select_option(index=1)
    go_on(chair)

    hearer = sign_in(visitor(), OTHER)
    hearer.goto(live_server.link_in(live_server.wait_for_mail(OTHER, "dumneavoastră soluționați", seconds=60)))
    hearer.look_everywhere()
    hearer.fill({"outcome": "uphold", "reason": "Planul de lucru era în dosar."})
    go_on(hearer)
    hearer.goto("/decisions/appeals")
    letter = live_server.link_in(live_server.wait_for_mail(case["owner"], "admisă", seconds=60))
    assert applicant.page.request.get(letter).body().startswith(b"%PDF")
    applicant.goto(f"/cases/{case['uuid']}")
    chair.goto(LIST)
    assert case["reference"] in chair.page.inner_text("main tbody")
    live_server.flask("budget", "verify")
