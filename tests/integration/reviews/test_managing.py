"""The pages of managers: assigning, the proposal, the ranking with its files, and what each role sees on a case."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook

from dih.conflicts.vocabulary import ConflictKind
from dih.reviews import operations
from dih.reviews.operations import Relation
from dih.reviews.vocabulary import ReviewStatus
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.counting import counted
from tests.support.grids import GOOD
from tests.support.reviewed import Reviewed

FILLED = {f"mark_{key}": str(points) for key, points in GOOD.items()}
SignIn = Callable[..., Any]


def texts(client: Any) -> str:
    return re.sub(r"\s+", " ", client.page.main.get_text(" "))


def test_a_manager_assigns_and_takes_back(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    application = hub.placed()
    hub.knows("second", sectors=["manufacturing"], areas=["robotics"])
    sign_in(client, *hub.people["manager"])
    assert client.get("/reviews/calls").status_code == 200
    assert client.get(f"/reviews/calls/{hub.code}").status_code == 200
    page = client.page.select_one("main table th a")["href"]
    assert client.get(page).status_code == 200
    offered = [box["value"] for box in client.page.select("input[name=reviewers]")]
    assert offered[0] == str(hub.person_id("second"))
    assert str(hub.person_id("colleague")) not in offered
    assert "Partenerul care livrează" in texts(client)
    assert client.post(page, data={}).status_code == 422
    assert client.post(page, data={"reviewers": [str(hub.person_id("colleague")), "x"]}).status_code == 422
    assert client.post(page, data={"reviewers": offered[:2]}).status_code == 302
    client.get(page)
    assert client.post(f"/reviews/{hub.review(application, 'second').uuid}/recall").location == page
    assert hub.review(application, "second").status is ReviewStatus.RECALLED
    assert client.post(f"/reviews/{hub.review(application, 'second').uuid}/recall").status_code == 302


def test_the_files_of_the_ranking_equal_the_page(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    one, two, three = (hub.assigned("first", "second") for _ in range(3))
    hub.submitted(one, "first")
    hub.submitted(one, "second", {**GOOD, "idea": 30})
    hub.submitted(two, "first", {**GOOD, "effect": 2})
    sign_in(client, *hub.people["auditor"])
    client.get(f"/reviews/calls/{hub.code}/ranking")
    shown = [row.select_one("th a").get_text() for row in client.page.select("main tbody tr")]
    assert shown == [one.reference, two.reference, three.reference]
    assert "82,5 %" in texts(client)
    text = client.get(f"/reviews/calls/{hub.code}/ranking.csv").get_data().decode("utf-8-sig")
    lines = [line.split(";") for line in text.splitlines()[1:]]
    assert [line[:2] for line in lines] == [["1", one.reference], ["", two.reference], ["", three.reference]]
    assert lines[0][3:7] == ["82.5", "82.5", "5", "2"]
    answer = client.get(f"/reviews/calls/{hub.code}/ranking.xlsx")
    sheet = load_workbook(io.BytesIO(answer.get_data())).active
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == shown
    assert sheet["D2"].value == 82.5
    assert client.get(f"/reviews/calls/{hub.code}/ranking.pdf").status_code == 404


def test_a_case_of_the_managers_conflict_keeps_its_place_unseen(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    with unit_of_work():
        of = factories.organisation(hub.now).id
    best, next_best = hub.assigned("first", application=hub.placed(of)), hub.assigned("first")
    hub.submitted(best, "first", {**GOOD, "idea": 40})
    hub.submitted(next_best, "first")
    with unit_of_work():
        operations.declare_conflict(best.uuid, Relation(ConflictKind.FAMILY, "Da"), hub.actor("manager"), hub.now)
    sign_in(client, *hub.people["manager"])
    client.get(f"/reviews/calls/{hub.code}/ranking")
    rows = [row.get_text(" ", strip=True) for row in client.page.select("main tbody tr")]
    assert len(rows) == 1
    assert rows[0].startswith("2")
    client.get(f"/reviews/calls/{hub.code}")
    assert best.reference not in texts(client)


def test_panels_by_role(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    application = hub.assigned("first", "second")
    hub.submitted(application, "second")
    seen = {}
    for name in ("manager", "auditor", "coordinator", "first", "owner"):
        sign_in(client, *hub.people[name])
        assert client.get(f"/cases/{application.uuid}").status_code == 200
        panels = [client.page.select_one("#reviews"), client.page.select_one("#conflicts")]
        seen[name] = " ".join(panel.get_text(" ") for panel in panels if panel)
        assert ("Evaluare trimisă" in texts(client)) == (name in ("manager", "auditor"))
    assert "85 %" in seen["manager"]
    assert "85 %" in seen["auditor"]
    for name in ("coordinator", "first", "owner"):
        assert "85 %" not in seen[name]
    for name in ("coordinator", "owner"):
        assert "Second" not in seen[name]
    assert "Deschideți evaluarea mea" in seen["first"]
    assert "Semnalați o persoană sau o instituție în conflict" in seen["owner"]


def test_numbers_of_queries_do_not_depend_on_rows(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    application = hub.assigned("first", "second")
    hub.submitted(application, "second")
    review = f"/reviews/{hub.review(application, 'first').uuid}"
    manager = ["/reviews/calls", f"/reviews/calls/{hub.code}", f"/reviews/calls/{hub.code}/ranking"]
    manager += [f"/reviews/calls/{hub.code}/plan", f"/reviews/applications/{application.uuid}"]

    def queries() -> dict[str, int]:
        found = {}
        for name, pages in (("first", ["/reviews", review]), ("manager", manager)):
            sign_in(client, *hub.people[name])
            for page in pages:
                with counted() as count:
                    assert client.get(page).status_code == 200
                found[page] = count.number
        return found

    hub.placed()
    before = queries()
    for _ in range(4):
        more = hub.assigned("first", "second")
        hub.submitted(more, "second")
        hub.placed()
    assert queries() == before
    assert max(before.values()) <= 12, before


def test_the_board_says_complete_once_the_reviews_are_in(hub: Reviewed, client: Any, sign_in: Any) -> None:
    application = hub.assigned("first")
    sign_in(client, *hub.people["manager"])

    def state() -> str:
        client.get(f"/reviews/calls/{hub.code}")
        return str(client.page.select("tbody td")[-1].get_text(strip=True))

    assert state() == "lipsește 1 evaluator"
    hub.assigned("second", application=application)
    assert state() == "0 din 2 depuse"
    hub.submitted(application, "first")
    assert state() == "1 din 2 depuse"
    client.get(f"/reviews/calls/{hub.code}/ranking")
    assert "Lipsesc evaluări" in client.page.main.get_text(), "its place may still change"
    hub.submitted(application, "second")
    assert state() == "Complet"
    client.get(f"/reviews/calls/{hub.code}/ranking")
    assert "Lipsesc evaluări" not in client.page.main.get_text()
