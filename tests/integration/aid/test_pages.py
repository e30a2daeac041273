"""The pages about aid: what an applicant states, what a manager does with it, the register and its files."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from dih.aid import queries
from dih.calls.models import Call
from dih.decisions import operations as decisions
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.shared import clock
from dih.shared.errors import BrokenRule
from dih.shared.models import ExchangeRate
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher
from tests.support.aided import HOLDING, bring, linked, party
from tests.support.hub import Hub

PDF = b"%PDF-1.7\n%%EOF"
EARLIER = {
    "member": "",
    "basis": "gber_28",
    "day": "2026-03-02",
    "amount": "1.000,00",
    "currency": "RON",
    "authority": "Ministerul Economiei",
    "reference": "CF 17/2026",
}
LINK = {"member": "", "number": HOLDING, "name": "Holding SRL", "kind": "enterprise", "direction": "holds"}
LINK |= {"percent": "", "since": "", "until": "", "note": ""}
"""What a browser sends, with what was left empty."""


@pytest.fixture
def hub(context, now):
    made = Hub(now)
    with unit_of_work():
        day = clock.day_of(now).replace(month=3, day=2)
        db.session.add(ExchangeRate(currency="RON", day=day, micros=5_000_000, source="BNR"))
    return made


@pytest.fixture
def signed_in(hub, new_client, sign_in):
    return lambda name: sign_in(new_client(), *hub.people[name])


def sheet_of(hub):
    return f"/organisations/{db.session.get_one(Organisation, hub.organisation).uuid}/aid"


def test_an_applicant_states_and_a_manager_confirms_ends_and_strikes(hub, signed_in, now):
    sheet, owner, manager = sheet_of(hub), signed_in("owner"), signed_in("manager")
    assert owner.get("/organisation").status_code == 200
    assert owner.page.find("a", href=sheet)
    assert owner.get(f"{sheet}/earlier").status_code == 200
    wrong = owner.post(f"{sheet}/earlier", data={**EARLIER, "amount": "-5", "day": "2026-02-30", "reference": ""})
    assert wrong.status_code == 422
    assert len(owner.page.select(".error-summary li")) == 4
    sent = {**EARLIER, "file": (io.BytesIO(PDF), "act.pdf")}
    assert owner.post(f"{sheet}/earlier", data=sent).status_code == 302
    (row,) = queries.grants_of([party(db.session.get_one(Organisation, hub.organisation).cui).id])
    assert (row.minor, row.amount_cents, row.rate_source) == (100_000, 20_000, "BNR")

    assert owner.get(f"{sheet}/links/new").status_code == 200
    assert owner.post(f"{sheet}/links/new", data={**LINK, "link": "votes"}).status_code == 422
    assert "percent" in str(owner.page.select_one(".error-summary"))
    assert owner.post(f"{sheet}/links/new", data={**LINK, "link": "votes", "percent": "60"}).status_code == 302
    link_id = queries.stated(hub.organisation)[0].row.id
    assert owner.get(sheet).status_code == 200
    assert owner.page.select_one(".notice-warning")
    assert not owner.page.find("a", href=f"{sheet}/links/{link_id}/end")
    assert owner.post(f"{sheet}/links/{link_id}/confirm").status_code == 403

    manager.get("/desk")
    assert manager.page.main.find("a", href="/aid"), "it stands on the desk, because nothing is granted before"
    assert manager.get("/aid").status_code == 200
    assert manager.page.select_one(".notice-warning").find("a", href=sheet)
    assert manager.get(sheet).status_code == 200
    assert manager.post(f"{sheet}/links/{link_id}/confirm").status_code == 302
    assert len(manager.get(sheet).text.split("Holding SRL")) > 3
    assert manager.get(f"{sheet}/links/{link_id}/end").status_code == 200
    assert manager.post(f"{sheet}/links/{link_id}/end", data={"how": "ended", "until": ""}).status_code == 422
    assert manager.post(f"{sheet}/links/{link_id}/end", data={"how": "ended", "until": "2026-11-20"}).status_code == 302
    struck = {"how": "mistake", "until": "", "reason": "Another firm of that name."}
    assert manager.post(f"{sheet}/links/{link_id}/end", data=struck).status_code == 302, "a day may stay empty"
    assert manager.get(f"{sheet}/grants/{row.uuid}/document").data == PDF
    assert manager.get(f"{sheet}/grants/{row.uuid}/strike").status_code == 200
    assert manager.post(f"{sheet}/grants/{row.uuid}/strike", data={"reason": "Paid back."}).status_code == 302
    assert manager.post(f"{sheet}/grants/{row.uuid}/strike", data={"reason": "Again."}).status_code == 422
    assert "Paid back." in manager.get(sheet).text
    assert manager.get(f"{sheet}/certificate.pdf").data.startswith(b"%PDF")
    stranger = signed_in("stranger")
    for way in ("", "/earlier", "/links/new", "/certificate.pdf", f"/grants/{row.uuid}/document"):
        assert stranger.get(sheet + way).status_code == 404


def test_the_register_and_the_file_for_the_state(hub, signed_in, now):
    manager = signed_in("manager")
    assert "Încă nu este" in manager.get("/aid").text
    hub.active()
    bring(linked(hub, now), 50_000_00, clock.day_of(now), now)
    assert "50.666,66" in manager.get("/aid").text
    assert len(manager.page.select("tbody tr")) == 2
    assert manager.get("/aid?origin=imported&basis=gber_28&text=Holding").status_code == 200
    assert "666,66" not in manager.page.select_one("tbody").text
    assert "Niciun ajutor" in manager.get("/aid?status=withdrawn").text
    lines = manager.get("/aid.csv?origin=hub&status=granted").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "666.66" in lines[1]
    assert "2026-12-04" in lines[1]
    book = load_workbook(io.BytesIO(manager.get("/aid.xlsx").data))
    assert book.active.max_row == 3


def test_who_decides_sees_what_fills_the_window(hub, signed_in, now):
    application = hub.placed()
    bring(linked(hub, now), 220_000_00, clock.day_of(now), now)
    manager = signed_in("manager")
    sheet = sheet_of(hub)
    assert manager.get(f"/cases/{application.uuid}").status_code == 200
    assert manager.page.select_one("#aid").find("a", href=sheet)
    where = f"/decisions/{db.session.get_one(Call, application.call_id).code}/decide"
    before = manager.get(f"{where}?chosen={application.id}&outcome=approved").text
    assert "Nu încape" in before
    assert "Holding SRL" in before
    refused = manager.post(where, data={"chosen": application.id, "outcome": "approved", "reason": ""})
    assert refused.status_code == 422
    assert "666,66" in manager.page.select_one(".error-summary").text
    owner = signed_in("owner")
    assert sheet in owner.get(f"/cases/{application.uuid}").text
    assert "Holding SRL" in owner.get(sheet).text
    coordinator = signed_in("coordinator")
    assert sheet not in coordinator.get(f"/cases/{application.uuid}").text
    assert coordinator.get(sheet).status_code == 403


@pytest.mark.parametrize(("percent", "seen"), [("10", False), ("60", True)])
def test_people_of_an_enterprise_read_the_aid_of_those_who_may_count_as_one_with_it(hub, signed_in, now, percent, seen):
    """Who holds a tenth of it is named, what that holder got is nobody's business but the hub's."""
    bring(linked(hub, now, percent=percent), 77_777_00, clock.day_of(now), now)
    sheet = sheet_of(hub)
    assert ("77.777,00" in signed_in("owner").get(sheet).text) is seen
    assert "77.777,00" in signed_in("manager").get(sheet).text


def test_the_calculators_answer_anyone(context, client):
    case = {
        "basis": "de_minimis",
        "beneficiary": "A",
        "new": {"date": "2026-11-20", "amount_cents": 3_000_000},
        "prior": [],
        "links": [],
    }
    answer = client.post("/api/aid/check", data=json.dumps(case), csrf=False)
    assert (answer.status_code, answer.json["allowed"], answer.json["free_cents"]) == (200, True, 30_000_000)
    figures = {"staff": 40, "turnover_cents": 1, "balance_cents": 1}
    years = {"years": [{"year": 2025, "own": figures, "related": []}]}
    assert client.post("/api/aid/size", data=json.dumps(years), csrf=False).json["class"] == "small"
    wrong = client.post("/api/aid/size", data=json.dumps({"years": [{"year": "x"}]}), csrf=False)
    assert (wrong.status_code, wrong.json["field"]) == (400, "years[0].own")
    assert client.post("/api/aid/size", data=b"[" * 200_000, csrf=False).status_code == 413


def test_the_size_counts_those_who_are_linked_and_says_whose_figures_are_missing(hub, signed_in, now):
    sheet, owner, manager = sheet_of(hub), signed_in("owner"), signed_in("manager")
    application = hub.placed()
    assert "Microîntreprindere" in owner.get("/organisation").text
    linked(hub, now, figures=False)
    missing = "cifrele întreprinderii Holding SRL"
    assert missing in owner.get("/organisation").text
    assert missing in manager.get(sheet).text
    with pytest.raises(BrokenRule, match=r"enter the figures of Holding SRL .* for 2024"), unit_of_work():
        decisions.approve(application.id, "", hub.actor("manager"), now)

    holding = party(HOLDING).id
    assert owner.get(f"{sheet}/figures?party={holding}&year=2024").status_code == 200
    assert owner.page.select_one("option[selected][value='2024']")
    typed = {"party": holding, "year": "2024", "last_staff": "20", "last_turnover": "1.000.000", "last_balance": "1"}
    assert owner.post(f"{sheet}/figures", data={**typed, "last_staff": "-1", "party": ""}).status_code == 422
    assert owner.post(f"{sheet}/figures", data={**typed, "year": "1999"}).status_code == 422
    for year in ("2024", "2025"):
        assert owner.post(f"{sheet}/figures", data={**typed, "year": year}).status_code == 302
    assert "Întreprindere mică" in owner.get("/organisation").text
    form = owner.get(sheet).text
    assert "Holding SRL" in form
    assert "29" in form, "nine of its own and twenty of the holding's"
    with unit_of_work():
        decisions.approve(application.id, "", hub.actor("manager"), now)

    grown = {"last_staff": "900", "last_turnover": "99.000.000", "last_balance": "99.000.000"}
    assert manager.post(f"{sheet}/figures", data=typed | grown).status_code == 302
    assert owner.post(f"{sheet}/figures", data=typed).status_code == 422, "the hub corrected that year"
    assert "Întreprindere mare" in owner.get("/organisation").text
    voucher = db.session.scalars(select(Voucher)).one()
    with pytest.raises(BrokenRule, match="a large enterprise gets no aid on this legal basis"), unit_of_work():
        vouchers.accept(voucher.uuid, hub.actor("owner"), now)
    assert signed_in("stranger").get(f"{sheet}/figures").status_code == 404
