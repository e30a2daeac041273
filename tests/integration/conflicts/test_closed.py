"""With a conflict of interest in force a case is closed on every page and in every file, not on its own pages only."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import openpyxl
import pytest
from flask import Flask

from dih.applications.models import Application
from dih.calls.models import Call
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews import operations, queries
from dih.reviews.queries import Solved
from dih.shared import clock
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.aided import linked
from tests.support.barred import bar
from tests.support.hub import Hub
from tests.support.reviewed import Reviewed

Pages = Callable[..., Any]
CLOSED = "Un caz la care nu aveți acces din cauza unui conflict de interese"
NAME = "Firma închisă SRL"


@pytest.mark.parametrize("role", ["manager", "auditor"])
def test_sums_and_rows_stay_and_what_tells_of_the_case_goes(
    context: Flask, now: dt.datetime, new_client: Pages, sign_in: Pages, moment: Any, role: str
) -> None:
    hub = Hub(now)
    voucher = hub.offered()
    moment.advance(days=(voucher.accept_by - clock.day_of(now)).days - 1)
    linked(hub, now, by="owner")
    of = db.session.get_one(Organisation, hub.organisation)
    application = db.session.get_one(Application, voucher.application_id)
    code = db.session.get_one(Call, application.call_id).code
    with unit_of_work():
        of.name = NAME
    telling = [NAME, of.cui, str(of.uuid), application.reference or "", str(application.uuid), application.title]
    client = sign_in(new_client(), *hub.people[role])
    budget = ["/budget", "/budget/at-risk", "/budget/moves", "/budget/statement?from=2026-01-01"]
    files = ["/budget/moves", "/budget/statement", "/aid"]
    lists = [*budget, "/aid", *([f"/decisions/{code}/results"] if role == "manager" else [])]

    def sums(path: str) -> list[str]:
        return [cell.get_text(strip=True) for cell in client.page.select("td.sum")] if client.get(path) else []

    def rows(path: str, kind: str) -> list[list[Any]]:
        answer = client.get(f"{path}.{kind}" + ("?line=ROOT" if "statement" in path else ""))
        assert answer.status_code == 200
        if kind == "csv":
            return [line.split(";") for line in answer.get_data(as_text=True).splitlines()]
        return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(answer.data)).active.rows]

    def pages_of(uuid: Any) -> list[str]:
        ways = ["", "/aid", "/aid/certificate.pdf", *(["/edit", "/aid/earlier"] if role == "manager" else [])]
        return [f"/organisations/{uuid}{way}" for way in ways]

    def audited() -> list[str]:
        assert client.get("/audit").status_code == 200
        return [cell.get_text(" ", strip=True) for cell in client.page.select("main tbody td:nth-of-type(2)")]

    about = f"Voucher {voucher.id}", "Legătură între întreprinderi"
    assert [any(one in row for row in audited()) for one in about] == [True, True]
    before = {path: sums(path) for path in lists}
    stored = {(path, kind): rows(path, kind) for path in files for kind in ("csv", "xlsx")}
    for path in (*lists, *files):
        shown = str(stored[path, "csv"]) if path in files else str(client.page) if client.get(path) else ""
        assert any(one in shown for one in telling), path
    assert [client.get(path).status_code for path in pages_of(of.uuid)] == [200] * len(pages_of(of.uuid))

    bar(hub.people[role][0], of.id, now)
    for path in lists:
        assert sums(path) == before[path], path
        assert not [one for one in telling if one in str(client.page)], path
        assert CLOSED in client.page.text, path
    for (path, kind), old in stored.items():
        found = rows(path, kind)
        assert len(found) == len(old)
        assert not [one for one in telling if one in str(found)], (path, kind)
        assert CLOSED in str(found)
    assert CLOSED not in client.get(f"/aid?text={of.cui}").get_data(as_text=True), "a search would tell whose it is"
    assert client.get("/budget/statement.pdf?line=ROOT&from=2026-01-01").status_code == 200
    assert {client.get(path).status_code for path in pages_of(of.uuid)} == {404}
    assert not [row for row in audited() for one in (*about, "Cerere") if one in row]
    other = sign_in(new_client(), *hub.people["auditor" if role == "manager" else "manager"])
    assert other.get(f"/organisations/{of.uuid}").status_code == 200


def test_a_manager_takes_home_no_case_in_conflict_with_what_was_solved(
    context: Flask, now: dt.datetime, client: Any, sign_in: Pages
) -> None:
    hub = Reviewed(now)
    with unit_of_work():
        elsewhere = factories.organisation(now).id
    closed, open_ = hub.placed(), hub.placed(elsewhere)
    solved = queries.solve_for(hub.code, None, hub.actor("other_manager"), clock.day_of(now))
    assert isinstance(solved, Solved)
    with unit_of_work():
        uuid = operations.keep_plan(solved, hub.actor("other_manager"), now)
    sign_in(client, *hub.people["manager"])

    def taken() -> list[int]:
        with np.load(io.BytesIO(client.get(f"/reviews/plans/{uuid}/task.npz").get_data())) as task:
            assert {len(task[name]) for name in ("aff", "coi", "k", "floor", "most_floor")} == {
                len(task["applications"])
            }
            return sorted(task["applications"].tolist())

    ids = closed.id, open_.id
    assert taken() == sorted(ids)
    bar(hub.people["manager"][0], hub.organisation, now)
    assert taken() == [ids[1]]
