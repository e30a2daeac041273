"""The statement of a line and the balances of a day: what the ledger says, on the screen and in files."""

import csv
import datetime as dt
import io

import openpyxl
import pytest

from dih.budget import ledger, queries
from dih.budget.ledger import Approval, Part
from dih.budget.vocabulary import MoveKind
from dih.reporting import statement as statements
from dih.reporting.statement import Balance, Statement
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.unit_of_work import unit_of_work
from tests.support.hub import Hub

JUNE = dt.datetime(2026, 6, 30, 20, 59, tzinfo=dt.UTC)
"""23:59 in Bucharest, the last minute of June."""


def statement(line: str, first: dt.date, last: dt.date) -> Statement:
    return statements.statement(line, first, last, SYSTEM, last)


@pytest.fixture
def hub(context, now):
    """The envelope opened in May; 100.00 reserved at the end of June, 40.00 of it spent in July, 10.00 cut after."""
    made = Hub(dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    line = queries.line_id("SME")
    with unit_of_work():
        ledger.reserve([Part(line, 10_000)], "1", SYSTEM, JUNE, application_id=0)
        ledger.spend([Part(line, 4_000)], "2", SYSTEM, JUNE + dt.timedelta(minutes=1), application_id=0)
        why = Approval("Moved within.", None, None)
        ledger.channel(MoveKind.CUT, line, queries.line_id("ROOT"), 1_000, "3", why, JUNE + dt.timedelta(days=1))
    return made


def test_it_begins_and_ends_with_what_stood_and_counts_what_is_below(hub):
    of = statement("ROOT", dt.date(2026, 6, 1), dt.date(2026, 6, 30))
    assert of.opening == Balance(400_000_000)
    assert [one.change for one in of.moves] == [Balance(0, 10_000)]
    assert of.closing == Balance(400_000_000, 10_000)
    july = statement("ROOT", dt.date(2026, 7, 1), dt.date(2026, 7, 31))
    assert july.opening == of.closing
    assert [one.change for one in july.moves] == [Balance(0, -4_000, 4_000)], "what moves below it is no change"
    own = statement("SME", dt.date(2026, 7, 1), dt.date(2026, 7, 31))
    assert [one.kind for one in own.moves] == [MoveKind.SPEND, MoveKind.CUT]
    assert [one.free_after_cents for one in own.moves] == [399_990_000, 399_989_000]
    with pytest.raises(NotFound):
        statement("NONE", dt.date(2026, 7, 1), dt.date(2026, 7, 31))
    with pytest.raises(BrokenRule):
        statement("SME", dt.date(2026, 7, 2), dt.date(2026, 7, 1))


def test_the_command_writes_each_kind(hub, app, tmp_path):
    run = app.test_cli_runner().invoke
    asked = ["budget", "statement", "--line", "SME", "--from", "2026-06-01", "--to", "2026-07-31"]
    rows = list(csv.reader(io.StringIO(run(args=asked).stdout_bytes.decode("utf-8-sig")), delimiter=";"))
    assert [row[-1] for row in rows[1:]] == ["4000000.00", "3999900.00", "3999900.00", "3999890.00", "3999890.00"]
    assert rows[1][1] == "Sold la început"
    book = tmp_path / "statement.xlsx"
    assert run(args=[*asked, "--out", str(book), "--language", "en"]).exit_code == 0
    sheet = openpyxl.load_workbook(book).active
    assert [sheet.cell(3, column).value for column in (2, 6, 8)] == ["Reserved", 100, 3_999_900]
    assert {type(sheet.cell(row, 1).value) for row in (2, 3)} == {dt.datetime}, "moments, not texts"
    paper = tmp_path / "statement.pdf"
    assert run(args=[*asked, "--out", str(paper)]).exit_code == 0
    assert paper.read_bytes().startswith(b"%PDF")
    assert run(args=[*asked[:3], "NONE", *asked[4:]]).exit_code == 1
    assert run(args=[*asked, "--out", str(tmp_path / "x.doc")]).exit_code == 2


def test_the_pages(hub, client, sign_in):
    sign_in(client, *hub.people["auditor"])
    assert client.get("/budget/as-of?day=2026-06-30").status_code == 200
    assert "3.999.900,00" in client.page.text
    assert client.get("/budget/as-of?day=2020-01-01").status_code == 200
    assert client.get("/budget/as-of?day=nonsense").status_code == 200
    assert client.get("/budget/statement?line=SME&from=2026-06-01&to=2026-07-31").status_code == 200
    assert len(client.page.select("tbody tr")) == 5
    files = [client.get(link["href"]) for link in client.page.select(".downloads a")]
    assert [file.mimetype.rpartition(".")[2] for file in files] == ["text/csv", "sheet", "application/pdf"]
    assert files[2].data.startswith(b"%PDF")
    assert client.get("/budget/statement").status_code == 200
    assert client.get("/budget/statement?from=2026-07-02&to=2026-07-01").status_code == 422
    assert client.get("/budget/statement?line=NONE").status_code == 404
    assert client.get("/budget").status_code == 200
    assert client.page.find(id="forecast-chart")
