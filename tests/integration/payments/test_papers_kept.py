"""What stands on a paper stays: the rate of an invoice's VAT in lei, the VAT of a pro-forma."""

import re

import pytest

from dih.extensions.database import db
from dih.payments import papers, queries
from dih.payments.models import Invoice
from dih.shared import rates, settings
from dih.shared.access import SYSTEM
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations as vouchers
from tests.support.paying import TOTAL

HEAD = "currency,day,rate,source\n"


@pytest.fixture
def sheets(monkeypatch):
    """The data of each paper that is set."""
    taken = []
    monkeypatch.setattr(papers, "typeset", lambda _file, data, _at: taken.append(data) or b"%PDF")
    return taken


def test_an_invoice_keeps_the_rate_of_its_day(hub, visit, sheets):
    with unit_of_work():
        rates.load(HEAD + "RON,2026-11-20,5.0912,BNR\n", hub.now.date())
    voucher, payment = hub.paid_by_card()
    with unit_of_work():
        rates.load(HEAD + "RON,2026-11-23,5.2000,BNR\n", hub.now.date())
    with unit_of_work():
        vouchers.cancel(voucher.uuid, "Because.", hub.actor("manager"), hub.now)
    with unit_of_work():
        hub.refund(payment)
    hub.work()
    hub.stripe.deliver(hub.hear)
    manager = visit("manager")
    for paper in db.session.query(Invoice).order_by(Invoice.id):
        xml = manager.get(f"/payments/invoices/{paper.uuid}.xml").get_data(as_text=True)
        assert re.findall('currencyID="RON">(.*?)<', xml) == ["142.55"], "28 euro of VAT at 5.0912"
        assert "1 EUR = 5.0912 RON, BNR, 2026-11-20" in xml
        assert manager.get(f"/payments/invoices/{paper.uuid}.pdf").status_code == 200
    assert [sheet["lei"]["sum"] for sheet in sheets] == ["142,55\xa0lei"] * 2, "the invoice and its credit note"
    assert sheets[0]["lei"]["rate"] == "5,0912"


def test_an_invoice_without_a_rate_says_nothing_of_lei(hub, visit, sheets):
    hub.paid_by_card()
    paper = db.session.query(Invoice).one()
    manager = visit("manager")
    assert manager.get(f"/payments/invoices/{paper.uuid}.pdf").status_code == 200
    assert sheets[0]["lei"] is None
    assert manager.get(f"/payments/invoices/{paper.uuid}.xml").status_code == 422


def test_a_pro_forma_keeps_the_vat_that_it_was_made_with(hub, sheets):
    voucher = hub.active()
    hub.transfer(voucher)
    with unit_of_work():
        settings.change("vat_percent", 25, SYSTEM, hub.now)
    case = queries.case(voucher.uuid, hub.actor("owner"), hub.now.date())
    assert papers.pro_forma(case, case.transfer, settings.read_all()).startswith(b"%PDF")
    said = sheets[0]
    assert (said["net"]["ro"], said["vat"]["ro"], said["percent"], said["total"]["ro"]) == (
        "133,33\xa0€",
        "28,00\xa0€",
        "21",
        "161,33\xa0€",
    )
    assert TOTAL == 13_333 + 2_800
