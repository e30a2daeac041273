"""The dashboard says what the ledger says, and each figure leads to its rows."""

import csv
import io

import openpyxl
import pytest

from dih.budget import ledger, queries
from dih.budget.ledger import Part
from dih.reporting import queries as reporting
from dih.shared.access import SYSTEM
from dih.shared.unit_of_work import unit_of_work
from tests.support.hub import Hub

WORTH = 133_333


@pytest.fixture
def hub(context, now):
    return Hub(now)


def test_the_dashboard_moves_by_exactly_what_was_approved(hub):
    before = reporting.dashboard(hub.actor("manager"), hub.now)
    hub.offered()
    after = reporting.dashboard(hub.actor("manager"), hub.now)
    assert after.free_cents == before.free_cents - WORTH
    assert after.reserved_cents == WORTH
    assert sum(share.reserved_cents for share in after.by["partner_id"]) == WORTH
    assert sum(share.reserved_cents for share in after.by["county"]) == WORTH
    assert after.requested_cents == 0


def test_what_is_asked_for_stands_in_the_pipeline_until_it_is_decided(hub):
    hub.routed()
    assert reporting.dashboard(hub.actor("manager"), hub.now).requested_cents == WORTH


@pytest.mark.parametrize(("percent", "tone"), [(79, "good"), (80, "warn"), (94, "warn"), (95, "bad")])
def test_a_line_warns_at_80_and_95_percent(hub, percent, tone):
    line = next(one for one in queries.lines() if one.code == "SME")
    with unit_of_work():
        part = Part(line.id, line.ceiling_cents * percent // 100)
        ledger.reserve([part], "fill", SYSTEM, hub.now, application_id=0)
    shown = next(one for one in reporting.dashboard(hub.actor("manager"), hub.now).lines if one.line.code == "SME")
    assert (shown.used_percent, shown.tone) == (percent, tone)


def test_the_files_hold_the_rows_of_the_page(hub, client, sign_in):
    hub.offered()
    sign_in(client, *hub.people["auditor"])
    assert client.get("/budget").status_code == 200
    assert client.get("/budget/moves?account=reserved").status_code == 200
    shown = client.page.select("tbody tr")
    asked = client.get("/budget/moves.csv?account=reserved")
    assert asked.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(asked.data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) - 1 == len(shown)
    assert sum(float(row[4]) for row in rows[1:]) == WORTH / 100
    book = openpyxl.load_workbook(io.BytesIO(client.get("/budget/moves.xlsx?account=reserved").data))
    assert len(list(book.active.rows)) == len(rows)
    assert sum(row[4].value for row in list(book.active.rows)[1:]) == WORTH / 100
    assert client.get("/budget/moves?account=reserved&line=ROOT").status_code == 200
    assert client.page.select("tbody tr") == shown, "what is divided leads to the rows of the lines below it"
    client.get("/budget/lines?lang=en")
    first = client.page.select_one("tbody tr").get_text(" ", strip=True).replace("\xa0", " ")
    assert "€1,333.33" in first, "and says what they hold"
    assert client.get("/budget/moves.exe").status_code == 404
    assert client.get("/budget/moves?account=nonsense&partner_id=x&before=y").status_code == 200


def test_what_lapses_soon_is_money_at_risk(hub, client, sign_in):
    voucher = hub.offered()
    found = reporting.lapsing(hub.actor("manager"), voucher.accept_by).rows
    assert [(one.day, one.envelope_cents) for one in found] == [(voucher.accept_by, WORTH)]
    assert reporting.at_risk(voucher.accept_by) == reporting.AtRisk(WORTH, 1)
    sign_in(client, *hub.people["manager"])
    assert client.get("/budget/at-risk").status_code == 200


def test_an_applicant_sees_no_budget(hub, client, sign_in):
    sign_in(client, *hub.people["owner"])
    for path in ("/budget", "/budget/moves", "/budget/moves.csv", "/budget/at-risk"):
        assert client.get(path).status_code == 403
