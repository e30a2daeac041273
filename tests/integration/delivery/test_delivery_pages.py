"""The pages about a delivery: the partner's work, the beneficiary's answer, the manager's word."""

import datetime as dt
import io

import pytest
from sqlalchemy import select

from dih.delivery import operations
from dih.delivery.models import DeliveryReport, Evidence, Milestone, WorkRecord
from dih.extensions.database import db
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus
from tests.support.counting import counted
from tests.support.hub import Hub

S = VoucherStatus


@pytest.fixture
def hub(context, now):
    return Hub(now)


@pytest.fixture
def visit(hub, new_client, sign_in):
    """A visitor signed in as somebody of the hub."""
    return lambda who: sign_in(new_client(), *hub.people[who])


def words(client):
    return client.page.main.get_text(" ", strip=True).replace("\xa0", " ")


def status(voucher):
    return db.session.get_one(Voucher, voucher.id, populate_existing=True).status


def test_the_partner_plans_records_and_reports(hub, visit):
    voucher = hub.in_delivery()
    here = f"/deliveries/{voucher.uuid}"
    client = visit("deliverer")
    client.get(here)
    assert "Planul nu are încă pași." in words(client)
    assert client.post(f"{here}/milestones", data={"title": "Măsurători", "due_on": "2026-12-01"}).status_code == 302
    assert client.post(f"{here}/work", data=work(hub)).status_code == 302
    pdf = (io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "raport.pdf")
    assert client.post(f"{here}/evidence", data={"file": pdf, "about": "Raportul"}).status_code == 302
    client.get(here)
    text = words(client)
    for expected in ("Măsurători", "7,5", "Calibrare", "raport.pdf", "Raportul"):
        assert expected in text
    step = db.session.scalars(select(Milestone.id)).one()
    assert client.post(f"{here}/milestones/{step}", data={"action": "done"}).status_code == 302
    client.get(f"{here}?lang=en")
    assert "7.5" in words(client)
    assert "done on" in words(client)
    report = {"summary": "Gata."} | {f"delivered-{one}": "100,00" for one in hub.services}
    assert client.post(f"{here}/report", data=report).location == here
    assert status(voucher) is S.DELIVERED
    client.get(here)
    assert not client.page.select("form[action*=milestones]")
    assert client.post(f"{here}/milestones", data={"title": "x", "due_on": "2026-12-01"}).status_code == 409


def work(hub, **more):
    return {"service": hub.services[0], "day": "2026-11-23", "hours": "7,5", "note": "Calibrare", **more}


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("milestones", {"title": "", "due_on": "2026-12-01"}),
        ("milestones", {"title": "x" * 201, "due_on": "2026-12-01"}),
        ("milestones", {"title": "Pas", "due_on": "31.02.2026"}),
        ("milestones", {"title": "Pas", "due_on": "2020-01-01"}),
        ("work", {"hours": "NaN"}),
        ("work", {"hours": "1e9"}),
        ("work", {"hours": "7,55"}),
        ("work", {"hours": "-1"}),
        ("work", {"hours": "25"}),
        ("work", {"day": "2026-11-24"}),
        ("work", {"service": "999"}),
        ("work", {"note": "x" * 301}),
        ("evidence", {}),
        ("evidence", {"file": (b"", "gol.pdf")}),
        ("evidence", {"file": (b"hello", "fals.pdf")}),
    ],
)
def test_what_cannot_be_recorded_stays_typed(hub, visit, path, typed):
    voucher = hub.in_delivery()
    client = visit("coordinator")
    data = work(hub, **typed) if path == "work" else dict(typed)
    if "file" in data:
        data["file"] = (io.BytesIO(data["file"][0]), data["file"][1])
    assert client.post(f"/deliveries/{voucher.uuid}/{path}", data=data).status_code == 422
    assert client.page.title.get_text(strip=True).startswith("Eroare:")
    assert client.page.select(".error-summary a")
    for name in ("title", "hours"):
        if name in typed:
            assert client.page.select_one(f"input[name={name}]")["value"] == typed[name]
    for model in (Milestone, WorkRecord, Evidence):
        assert db.session.scalars(select(model)).all() == []


@pytest.mark.parametrize("amount", ["", "1.000,01", "-1", "NaN", "1e3", "12,345", "10" * 8, "x"])
def test_a_report_with_an_impossible_sum(hub, visit, amount):
    voucher = hub.in_delivery()
    client = visit("coordinator")
    first, second = (f"delivered-{one}" for one in hub.services)
    typed = {"summary": "Gata.", first: amount, second: "1"}
    assert client.post(f"/deliveries/{voucher.uuid}/report", data=typed).status_code == 422
    assert client.page.select_one(f"input[name={first}]")["value"] == amount
    assert client.page.find("textarea").get_text(strip=True) == "Gata."
    assert db.session.scalars(select(DeliveryReport)).all() == []


def test_the_beneficiary_confirms_and_rates(hub, visit):
    voucher = hub.delivered()
    here = f"/deliveries/{voucher.uuid}"
    client = visit("owner")
    client.get(here)
    assert "All is done." in words(client)
    client.get(f"{here}/confirm")
    assert "1.333,33" in words(client)
    assert client.post(f"{here}/confirm").location == f"{here}/rate"
    assert client.post(f"{here}/confirm").status_code == 409
    client.get(f"{here}/confirm")
    assert "Acum acest lucru nu este posibil" in words(client)
    assert client.post(f"{here}/rate", data={"rating": "6"}).status_code == 422
    assert client.post(f"{here}/rate", data={"rating": "4", "comment": "Bine lucrat"}).location == here
    client.get(here)
    assert "Nota: 4 din 5." in words(client)
    client.get(f"{here}/rate")
    assert client.page.select_one("input[name=rating][value='4']").has_attr("checked")


def test_the_beneficiary_disputes_and_a_manager_settles(hub, visit):
    voucher = hub.delivered()
    here = f"/deliveries/{voucher.uuid}"
    client = visit("owner")
    assert client.post(f"{here}/dispute", data={"reason": ""}).status_code == 422
    assert client.post(f"{here}/dispute", data={"reason": "Lipsește raportul"}).status_code == 302
    manager = visit("manager")
    manager.get(f"{here}/settle")
    assert "Lipsește raportul" in words(manager)
    assert manager.post(f"{here}/settle", data={"reason": "x"}).status_code == 422
    assert manager.post(f"{here}/settle", data={"outcome": "redo", "reason": "Predați-l"}).status_code == 302
    assert status(voucher) is S.IN_DELIVERY
    partner = visit("coordinator")
    partner.get(here)
    assert "Trimis înapoi de hub" in words(partner)


def test_a_manager_upholds_and_closes(hub, visit):
    voucher = hub.disputed()
    here = f"/deliveries/{voucher.uuid}"
    manager = visit("manager")
    assert manager.post(f"{here}/settle", data={"outcome": "uphold", "reason": "Totul e acolo"}).status_code == 302
    manager.get(f"{here}/close")
    assert manager.post(f"{here}/close").status_code == 302
    assert status(voucher) is S.CLOSED


def test_a_manager_confirms_in_the_place_of_who_never_answered(hub, visit, moment):
    voucher = hub.delivered()
    here = f"/deliveries/{voucher.uuid}"
    manager = visit("manager")
    assert manager.get(here).status_code == 200
    assert not manager.page.select("a[href$='/stand-in']")
    manager.get(f"{here}/stand-in")
    assert "până la 14 dec" in words(manager)
    assert manager.post(f"{here}/stand-in", data={"reason": "Prea devreme"}).status_code == 422
    moment.advance(days=22)
    manager.get(here)
    assert manager.page.select("a[href$='/stand-in']")
    assert manager.get(f"{here}/stand-in").status_code == 200
    assert manager.post(f"{here}/stand-in", data={"reason": ""}).status_code == 422
    assert manager.post(f"{here}/stand-in", data={"reason": "Nu a răspuns nimeni"}).status_code == 302
    assert status(voucher) is S.CONFIRMED
    for who in ("owner", "coordinator"):
        reader = visit(who)
        reader.get(here)
        assert "Nu a răspuns nimeni" in words(reader)


@pytest.mark.parametrize(
    ("who", "expected"),
    [(who, 200) for who in ("owner", "editor", "coordinator", "deliverer", "manager", "auditor")]
    + [(who, 404) for who in ("stranger", "other_coordinator")],
)
def test_who_sees_a_delivery(hub, visit, who, expected):
    voucher = hub.in_delivery()
    client = visit(who)
    assert client.get(f"/deliveries/{voucher.uuid}").status_code == expected
    if expected == 200:
        assert bool(client.page.select("form[action*=milestones]")) == (who in ("coordinator", "deliverer"))


def test_before_the_redemption_there_is_none(hub, visit):
    assert visit("owner").get(f"/deliveries/{hub.active().uuid}").status_code == 404


@pytest.mark.parametrize(
    ("who", "deeds"),
    [
        ("owner", ["milestones", "work", "evidence", "report", "settle", "stand-in", "close"]),
        ("editor", ["confirm", "dispute", "rate"]),
        ("coordinator", ["confirm", "dispute", "rate", "settle", "close"]),
        ("auditor", ["milestones", "report", "confirm", "settle", "close"]),
        ("manager", ["milestones", "report", "confirm", "dispute"]),
    ],
)
def test_a_role_too_low(hub, visit, who, deeds):
    voucher = hub.in_delivery()
    client = visit(who)
    for deed in deeds:
        assert client.post(f"/deliveries/{voucher.uuid}/{deed}").status_code == 403


def test_another_partner_records_nothing(hub, visit):
    voucher = hub.in_delivery()
    client = visit("other_coordinator")
    here = f"/deliveries/{voucher.uuid}"
    assert client.post(f"{here}/milestones", data={"title": "x", "due_on": "2026-12-01"}).status_code == 404
    assert client.post(f"{here}/work", data=work(hub)).status_code == 404
    assert client.post(f"{here}/evidence").status_code == 404
    assert client.get(f"{here}/report").status_code == 404


def test_a_file_of_evidence_is_saved_never_opened(hub, visit):
    voucher = hub.in_delivery()
    here = f"/deliveries/{voucher.uuid}"
    visit("coordinator").post(f"{here}/evidence", data={"file": (io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "a.pdf")})
    kept = db.session.scalars(select(Evidence.id)).one()
    answer = visit("owner").get(f"{here}/evidence/{kept}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert visit("stranger").get(f"{here}/evidence/{kept}").status_code == 404
    assert visit("owner").get(f"{here}/evidence/{kept + 1}").status_code == 404


def test_the_list(hub, visit):
    client = visit("coordinator")
    client.get("/deliveries")
    assert "Nicio livrare nu este în curs" in words(client)
    voucher = hub.in_delivery()
    with unit_of_work():
        operations.plan_milestone(voucher.uuid, "Pas", dt.date(2026, 11, 30), hub.actor("deliverer"), hub.now)
    client.get("/deliveries")
    assert "30 nov. 2026" in words(client)
    manager = visit("manager")
    for query in ("late=1", "done=1", "status=delivered", "partner=" + "1" * 30, "before=x", "status=offered"):
        assert manager.get(f"/deliveries?{query}").status_code == 200
    with counted() as few:
        manager.get("/deliveries")
    hub.in_delivery()
    hub.delivered()
    with counted() as many:
        manager.get("/deliveries")
    assert many.number == few.number <= 12, many.statements
    assert visit("owner").get("/deliveries").status_code == 403


def test_the_page_costs_the_same_whatever_was_recorded(hub, visit):
    voucher = hub.delivered()
    client = visit("owner")
    with counted() as page:
        client.get(f"/deliveries/{voucher.uuid}")
    assert page.number <= 12, page.statements
