"""With a conflict of interest in force a case is closed on every page and in every file, not on its own pages only."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import numpy as np
from flask import Flask

from dih.accounts.operations import name_scope
from dih.applications.models import Application
from dih.calls.models import Call
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews import operations, queries
from dih.reviews.queries import Solved
from dih.shared import audit, clock
from dih.shared.access import SYSTEM, ScopeKind
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.aided import linked
from tests.support.barred import bar
from tests.support.hub import Hub
from tests.support.reviewed import Reviewed

Pages = Callable[..., Any]
CLOSED = "Un caz la care nu aveți acces din cauza unui conflict de interese"
NAME = "Firma închisă SRL"


def test_sums_and_rows_stay_and_what_tells_of_the_case_goes(
    context: Flask, now: dt.datetime, new_client: Pages, sign_in: Pages, moment: Any
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
        name_scope(ScopeKind.ORGANISATION, of.id, NAME)
        where = {"scope_kind": "organisation", "scope_id": of.id}
        audit.record(SYSTEM, now, ("membership", 1), "role_given", after=where)
    telling = [NAME, of.cui, str(of.uuid), application.reference or "", str(application.uuid), application.title]
    clients = {name: sign_in(new_client(), *hub.people[name]) for name in ("manager", "auditor")}
    client = clients["manager"]
    lists = ["/budget", "/budget/at-risk", "/budget/moves", "/budget/statement", "/aid", f"/decisions/{code}/results"]
    files = ["/budget/moves.csv", "/budget/statement.csv?line=ROOT", "/aid.csv"]

    def sums(path: str) -> tuple[list[str], list[str]]:
        """The sums on a page, and what tells of the case."""
        assert client.get(path).status_code == 200
        cells = [cell.get_text(strip=True) for cell in client.page.select("td.sum")]
        return cells, [one for one in telling if one in str(client.page)]

    def audited() -> list[str]:
        assert client.get("/audit").status_code == 200
        return [cell.get_text(" ", strip=True) for cell in client.page.select("main tbody td:nth-of-type(2)")]

    about = f"Voucher {application.reference}", "Legătură între întreprinderi"
    assert [any(one in row for row in audited()) for one in about] == [True, True]
    assert NAME in client.page.text
    pages, tables = {one: sums(one) for one in lists}, {one: client.get(one).get_data(as_text=True) for one in files}
    assert all(told for _sums, told in pages.values())
    assert all(application.reference in table for table in tables.values())
    own = f"/organisations/{of.uuid}"
    assert {one.get(own).status_code for one in clients.values()} == {200}

    bar(hub.people["manager"][0], of.id, now)
    for path, (old, _told) in pages.items():
        assert sums(path) == (old, []), path
        assert CLOSED in client.page.text, path
    for path, table in tables.items():
        found = client.get(path).get_data(as_text=True)
        assert found.count("\n") == table.count("\n")
        assert not [one for one in telling if one in found], path
        assert CLOSED in found
    assert CLOSED not in client.get(f"/aid?text={of.cui}").get_data(as_text=True), "a search would tell whose it is"
    ways = ["", "/edit", "/aid", "/aid/earlier", "/aid/certificate.pdf"]
    assert {client.get(own + way).status_code for way in ways} == {404}
    assert not [row for row in audited() for one in (*about, "Cerere") if one in row]
    assert not [one for one in telling if one in str(client.page)]
    assert clients["auditor"].get(own).status_code == 200
    bar(hub.people["auditor"][0], of.id, now)
    client = clients["auditor"]
    assert client.get(own).status_code == 404
    assert sums("/budget/moves") == (pages["/budget/moves"][0], [])


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
