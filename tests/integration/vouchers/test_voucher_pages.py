"""The pages about vouchers: what each side sees and does, with what is refused and what stays typed."""

import io

import openpyxl
import pytest

from dih.applications.models import Application
from dih.extensions.database import db
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations
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


def case_of(voucher):
    return db.session.get_one(Application, voucher.application_id).uuid


def test_offered_accepted_and_what_comes_next(hub, visit):
    voucher = hub.offered()
    client = visit("owner")
    case = client.get(f"/cases/{case_of(voucher)}", unwatched=True)
    assert f"/vouchers/{voucher.uuid}/accept" in case.get_data(as_text=True)
    accept = f"/vouchers/{voucher.uuid}/accept"
    client.get(accept)
    assert "1.333,33" in words(client)
    assert client.post(accept).status_code == 422
    assert "Bifați că ați citit acordul." in words(client)
    assert status(voucher) is S.OFFERED
    done = client.post(accept, data={"read": "y"})
    assert done.location == f"/vouchers/{voucher.uuid}/accepted"
    client.get(done.location)
    assert voucher.code in words(client)
    assert status(voucher) is S.ACTIVE
    client.get(accept)
    assert "nu este posibil" in words(client)
    assert client.post(accept, data={"read": "y"}).status_code == 409


def test_refused_with_a_reason(hub, visit):
    voucher = hub.offered()
    client = visit("owner")
    client.get(f"/vouchers/{voucher.uuid}/refuse")
    assert client.post(f"/vouchers/{voucher.uuid}/refuse", data={"reason": "x" * 2001}).status_code == 422
    assert client.post(f"/vouchers/{voucher.uuid}/refuse", data={"reason": "Nu mai e nevoie"}).status_code == 302
    client.get(f"/vouchers/{voucher.uuid}")
    assert "Nu mai e nevoie" in words(client)
    assert not client.page.select("img.voucher-code"), "nobody redeems it any more"


def test_the_partner_redeems_by_code(hub, visit):
    voucher = hub.active()
    client = visit("coordinator")
    client.get(f"/vouchers/{voucher.uuid}")
    assert voucher.code not in words(client)
    assert client.get(f"/vouchers/{voucher.uuid}/code.svg").status_code == 404
    assert client.get(f"/vouchers/{voucher.uuid}/agreement.pdf").status_code == 404
    client.get(f"/vouchers/redeem?code={voucher.code}")
    assert client.page.select_one("input[name=code]")["value"] == voucher.code
    assert client.post("/vouchers/redeem", data={"code": "DIH-2222-2222-2222"}).status_code == 422
    assert client.page.select_one("input[name=code]")["value"] == "DIH-2222-2222-2222"
    done = client.post("/vouchers/redeem", data={"code": voucher.code.lower()})
    assert done.location == f"/deliveries/{voucher.uuid}"
    client.get(f"/vouchers/{voucher.uuid}")
    assert voucher.code in words(client)


def test_the_code_as_a_picture(hub, visit):
    voucher = hub.offered()
    client = visit("owner")
    client.get(f"/vouchers/{voucher.uuid}")
    assert client.page.select_one("img.voucher-code")
    picture = client.get(f"/vouchers/{voucher.uuid}/code.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.get_data().startswith(b"<svg")
    assert b"style=" not in picture.get_data()


def test_the_agreement(hub, visit):
    voucher = hub.offered()
    client = visit("owner")
    offered = client.get(f"/vouchers/{voucher.uuid}/agreement.pdf")
    assert offered.mimetype == "application/pdf"
    assert offered.get_data().startswith(b"%PDF-1.7")
    assert offered.get_data() == client.get(f"/vouchers/{voucher.uuid}/agreement.pdf").get_data()
    with unit_of_work():
        operations.accept(voucher.uuid, hub.actor("owner"), hub.now)
    assert client.get(f"/vouchers/{voucher.uuid}/agreement.pdf").get_data() != offered.get_data()


@pytest.mark.parametrize(
    ("who", "expected"),
    [(who, 200) for who in ("owner", "editor", "coordinator", "deliverer", "manager", "auditor")]
    + [(who, 404) for who in ("stranger", "other_coordinator")],
)
def test_who_sees_a_voucher(hub, visit, who, expected):
    voucher = hub.in_delivery()
    client = visit(who)
    for path in ("", "/code.svg", "/agreement.pdf"):
        assert client.get(f"/vouchers/{voucher.uuid}{path}").status_code == expected
    listed = client.get("/vouchers")
    assert listed.status_code == 200
    assert (client.page.select_one("tbody") is not None) == (expected == 200)


@pytest.mark.parametrize("who", ["editor", "coordinator", "manager", "auditor"])
def test_only_the_owner_accepts(hub, visit, who):
    voucher = hub.offered()
    client = visit(who)
    for deed in ("accept", "refuse"):
        assert client.get(f"/vouchers/{voucher.uuid}/{deed}").status_code == 403
        assert client.post(f"/vouchers/{voucher.uuid}/{deed}", data={"read": "y"}).status_code == 403
    assert status(voucher) is S.OFFERED


@pytest.mark.parametrize("who", ["owner", "coordinator", "auditor"])
def test_only_managers_cancel_and_extend(hub, visit, who):
    voucher = hub.offered()
    client = visit(who)
    for deed in ("cancel", "extend"):
        assert client.post(f"/vouchers/{voucher.uuid}/{deed}", data={"reason": "x"}).status_code == 403


def test_a_manager_moves_the_deadline(hub, visit):
    voucher = hub.offered()
    client = visit("manager")
    path = f"/vouchers/{voucher.uuid}/extend"
    client.get(path)
    assert "8 dec. 2026" in words(client)
    for until in ("", "x", "2026-12-08", "2999-01-01", "2026-02-30"):
        assert client.post(path, data={"until": until, "reason": "Sărbători"}).status_code == 422
        assert client.page.find("textarea").get_text(strip=True) == "Sărbători"
        assert client.page.select_one("#until-error")
    assert client.post(path, data={"until": "2026-12-20", "reason": "Sărbători"}).status_code == 302
    client.get(f"/vouchers/{voucher.uuid}?lang=en")
    assert "Dec 20, 2026" in words(client) or "20 Dec 2026" in words(client)


def test_a_manager_cancels_with_a_reason(hub, visit):
    voucher = hub.active()
    client = visit("manager")
    path = f"/vouchers/{voucher.uuid}/cancel"
    assert client.post(path, data={"reason": " "}).status_code == 422
    assert client.post(path, data={"reason": "Firma a fost radiată", "status": "closed"}).status_code == 302
    assert status(voucher) is S.CANCELLED


def test_an_accepted_voucher_with_a_share_leads_to_its_payment(context, now, new_client, sign_in):
    hub = Hub(now, own_percent=10)
    voucher = hub.active()
    owner = sign_in(new_client(), *hub.people["owner"])
    way = f"/vouchers/{voucher.uuid}/payment"
    for page in (f"/vouchers/{voucher.uuid}/accepted", f"/vouchers/{voucher.uuid}"):
        owner.get(page)
        assert owner.page.select_one(f'main .btn-primary[href="{way}"]'), page
    assert owner.get(way).status_code == 200


def test_filters_and_the_export_that_equals_them(hub, visit):
    active, offered = hub.active(), hub.offered()
    client = visit("manager")

    def listed(query):
        client.get(f"/vouchers?{query}")
        return [row.a["href"].rsplit("/", 1)[1] for row in client.page.select("tbody tr")]

    assert listed("") == [str(offered.uuid), str(active.uuid)]
    assert listed("status=offered") == [str(offered.uuid)]
    assert listed("ends_by=2026-12-31") == [str(offered.uuid)]
    assert listed("county=BH") == listed("text=nimeni") == listed("group=public_institution") == []
    assert len(listed("text=fabrica")) == 2
    assert len(listed(f"partner={hub.lead}")) == 2
    for query in ("status=x", "partner=" + "9" * 40, "before=-1", "after=1e9", "ends_by=2026-99-99", "text=%00"):
        assert client.get(f"/vouchers?{query}").status_code == 200
    sheet = client.get("/vouchers.csv?status=offered").get_data().decode("utf-8-sig").strip().split("\r\n")
    assert len(sheet) == 2
    assert "1333.33" in sheet[1]
    book = openpyxl.load_workbook(io.BytesIO(client.get("/vouchers.xlsx").get_data()))
    assert book.active.max_row == 3
    assert client.get("/vouchers.pdf").status_code == 404
    assert visit("coordinator").get("/vouchers.csv").status_code == 403


def test_the_number_of_queries_does_not_follow_the_rows(hub, visit):
    voucher = hub.offered()
    client = visit("manager")
    with counted() as few:
        client.get("/vouchers")
    hub.offered()
    hub.active()
    with counted() as many:
        client.get("/vouchers")
    assert many.number == few.number <= 12, many.statements
    with counted() as page:
        client.get(f"/vouchers/{voucher.uuid}")
    assert page.number <= 6, page.statements
    with counted() as case:
        client.get(f"/cases/{case_of(voucher)}", unwatched=True)
    assert case.number <= 11, case.statements
    waits = hub.placed().uuid
    with counted() as case:
        client.get(f"/cases/{waits}", unwatched=True)
    assert case.number <= 16, case.statements
