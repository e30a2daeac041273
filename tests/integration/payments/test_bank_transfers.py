"""By bank transfer: the pro-forma, the statement, what matches by itself, and two managers for the rest."""

import datetime as dt
import io

import pytest
from sqlalchemy import select, text

from dih.extensions.database import db
from dih.payments import jobs, operations, papers, queries, statements
from dih.payments.models import Invoice, Payment, StatementLine
from dih.payments.vocabulary import LineStatus, PaymentStatus
from dih.shared import rates, settings
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule
from dih.shared.models import AuditRecord, OutboxItem
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus
from tests import factories
from tests.support.hub import audited
from tests.support.paying import TOTAL

HEAD = "day;amount;currency;payer;iban;details;bank_reference\n"
RATE = "currency,day,rate,source\nRON,2026-11-20,5.0912,BNR\n"
IN_LEI = 82_136
"""161.33 euro at 5.0912."""


def state(voucher):
    db.session.rollback()
    return db.session.get_one(Voucher, voucher.id, populate_existing=True).status


def bring(client, content, name="extras.csv"):
    file = (io.BytesIO(content if isinstance(content, bytes) else content.encode()), name)
    return client.post("/payments/statements", data={"file": file}, content_type="multipart/form-data")


def lines(status):
    db.session.rollback()
    return list(db.session.scalars(select(StatementLine).where(StatementLine.status == status)))


def test_from_the_pro_forma_to_the_active_voucher(hub, visit):
    with unit_of_work():
        rates.load(RATE, hub.now.date())
    voucher = hub.active()
    owner, path = visit("owner"), f"/vouchers/{voucher.uuid}/payment"
    for _ in range(2):
        assert owner.post(f"{path}/transfer").status_code == 302
    payment = hub.payment(voucher)
    assert (payment.reference, payment.lei_minor, payment.status) == ("PLATA-2026-00001", IN_LEI, PaymentStatus.OPEN)
    owner.get(path)
    assert {"PLATA-2026-00001", "RO89DIHB0000999900000001"} <= set(owner.page.main.get_text().split())
    assert owner.get(f"{path}/pro-forma.pdf").data.startswith(b"%PDF")
    mails = [item.payload["body"] for item in db.session.scalars(select(OutboxItem))]
    assert sum("PLATA-2026-00001" in body for body in mails) == 1
    manager = visit("manager")
    statement = (
        HEAD + "23.11.2026;-5,00;EUR;Banca;;Comision;1\n"
        "2026-11-23;821,36;RON;Fabrica SRL;RO49AAAA1B31007593840000;plata PLATA 2026 00001 voucher;2\n"
        "2026-11-23;161,33;EUR;Altcineva;;fără referință;3\n"
    )
    assert bring(manager, statement).status_code == 302
    assert state(voucher) is VoucherStatus.ACTIVE
    assert [line.payment_id for line in lines(LineStatus.MATCHED)] == [payment.id]
    assert [line.words for line in lines(LineStatus.UNMATCHED)] == ["fără referință"]
    assert db.session.scalars(select(Invoice)).one().total_cents == TOTAL
    assert bring(manager, statement).status_code == 422, "the same file"
    assert bring(manager, statement + "\n").status_code == 302, "the same lines in another file"
    assert len(db.session.scalars(select(StatementLine)).all()) == 2
    assert visit("owner").post("/payments/statements").status_code == 403
    assert visit("auditor").get("/payments/statements").status_code == 200


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-23;161,32;EUR;;;PLATA-2026-00001;1",
        "2026-11-23;161,33;USD;;;PLATA-2026-00001;1",
        "2026-11-23;161,33;RON;;;PLATA-2026-00001;1",
        "2026-11-23;161,33;EUR;;;PLATA-2026-00002;1",
        "2026-11-23;161,33;EUR;;;PLATA-2026-00001 PLATA-2026-00003;1",
    ],
)
def test_another_sum_or_reference_is_for_people(hub, line):
    hub.transfer(hub.active())
    content = (HEAD + line).encode()
    with unit_of_work():
        operations.import_statement("a.csv", content, statements.read(content), hub.actor("manager"), hub.now)
    assert jobs.match_lines(hub.now) == 0
    assert len(lines(LineStatus.UNMATCHED)) == 1


def test_two_managers_match_by_hand(hub, visit, new_client, sign_in):
    voucher = hub.active()
    payment = hub.transfer(voucher)
    with unit_of_work():
        second = factories.member(hub.people["manager"][1].role, hub.now)
    first, other = visit("manager"), sign_in(new_client(), *second)
    bring(first, HEAD + "2026-11-23;170,00;EUR;Fabrica;;contributie;1\n2026-11-23;9;EUR;X;;dobanda;2")
    line, interest = sorted(lines(LineStatus.UNMATCHED), key=lambda one: -one.minor)
    way = f"/payments/lines/{line.id}"
    first.get(way)
    assert payment.reference in first.page.main.get_text()
    for wrong in ({"note": "x"}, {"reference": payment.reference}, {"reference": "PLATA-1-1", "note": "x"}):
        assert first.post(way, data=wrong).status_code == 422
    proposal = {"reference": payment.reference.lower(), "note": "Plătit în plus"}
    assert first.post(way, data=proposal).status_code == 302
    assert first.post(f"{way}/confirm").status_code == 422, "nobody is both"
    assert hub.on_desk("Transfers to confirm", factories.actor(*second)) == [payment.reference]
    assert hub.on_desk("Transfers to confirm") == []
    assert state(voucher) is VoucherStatus.AWAITING_PAYMENT
    other.get("/payments/statements")
    assert other.page.select_one(f'form[action="{way}/confirm"]')
    assert other.post(f"{way}/turn-down").status_code == 302
    assert other.post(way, data=proposal).status_code == 302
    assert first.post(f"{way}/confirm").status_code == 302
    assert state(voucher) is VoucherStatus.ACTIVE
    assert first.post(f"{way}/confirm").status_code == 422
    assert hub.due() == {payment.reference: 17_000 - TOTAL}, "what came in above what was asked"
    assert hub.on_desk("Refunds to order") == [payment.reference]
    aside = f"/payments/lines/{interest.id}"
    assert first.post(aside, data={"note": "Dobândă", "action": "aside"}).status_code == 302
    first.get("/payments/statements?state=aside")
    assert first.post(f"{aside}/take-up").status_code == 302
    assert audited("statement_line") == [
        *("match_proposed", "match_turned_down", "match_proposed", "match_confirmed"),
        *("line_put_aside", "line_taken_up"),
    ]
    assert visit("auditor").post(f"{way}/confirm").status_code == 403


def test_the_database_wants_two_people_and_leaves_invoices_alone(hub):
    voucher = hub.active()
    payment = hub.transfer(voucher)
    content = (HEAD + f"2026-11-23;161,33;EUR;;;{payment.reference};1").encode()
    with unit_of_work():
        operations.import_statement("a.csv", content, statements.read(content), hub.actor("manager"), hub.now)
    jobs.match_lines(hub.now)
    person = hub.actor("manager").person_id
    for order in (
        f"UPDATE bank_statement_line SET proposed_by = {person}, confirmed_by = {person}",
        "UPDATE invoice SET total_cents = total_cents - 1, vat_cents = vat_cents - 1",
        "DELETE FROM invoice",
    ):
        with pytest.raises(Exception, match=r"two_people|append-only"), unit_of_work():
            db.session.execute(text(order))
    assert len(db.session.scalars(select(Invoice)).all()) == 1


def test_a_transfer_for_a_cancelled_voucher_is_sent_back_by_the_bank(hub, visit):
    voucher = hub.active()
    payment = hub.transfer(voucher)
    with unit_of_work():
        vouchers.cancel(voucher.uuid, "Because.", hub.actor("manager"), hub.now)
    manager = visit("manager")
    bring(manager, HEAD + f"2026-11-23;161,33;EUR;;;{payment.reference};1")
    assert hub.due() == {payment.reference: TOTAL}
    assert hub.on_desk("Refunds to order") == [payment.reference]
    way = f"/payments/{payment.uuid}/refund-by-transfer"
    manager.get(way)
    assert manager.post(way, data={"note": ""}).status_code == 422
    assert manager.post(way, data={"note": "OP 114"}).status_code == 302
    assert (hub.due(), manager.get(way).status_code) == ({}, 404)
    assert hub.on_desk("Refunds to order") == []
    assert db.session.scalars(select(Invoice)).all() == [], "nothing was invoiced, so nothing is credited"
    record = db.session.scalars(select(AuditRecord).where(AuditRecord.action == "refund_succeeded")).one()
    assert (record.reason, record.person_id) == ("OP 114", hub.actor("manager").person_id)


def test_without_an_account_or_a_rate(hub, visit):
    voucher = hub.active()
    assert hub.transfer(voucher).lei_minor is None
    with unit_of_work():
        settings.change("issuer_iban", "", SYSTEM, hub.now)
    with pytest.raises(BrokenRule, match="not offered"):
        hub.transfer(voucher)
    owner = visit("owner")
    owner.get(f"/vouchers/{voucher.uuid}/payment")
    assert not owner.page.select_one('form[action$="/transfer"]')


def test_exempt_from_vat_nothing_is_added(hub):
    with unit_of_work():
        settings.change("vat_exemption", "art. 292", SYSTEM, hub.now)
    voucher = hub.active()
    payment = hub.transfer(voucher)
    assert (payment.vat_cents, payment.vat_exemption) == (0, "art. 292")
    case = queries.case(voucher.uuid, hub.actor("owner"), hub.now.date())
    assert papers.pro_forma(case, case.transfer, settings.read_all()).startswith(b"%PDF")


def test_the_list_its_filters_and_the_export_that_equals_them(hub, visit):
    paid, _ = hub.paid_by_card()
    waiting = hub.several(1)[0]
    hub.transfer(waiting)
    manager = visit("manager")

    def listed(query):
        manager.get(f"/payments?{query}")
        return [row.th.get_text(strip=True) for row in manager.page.select("tbody tr")]

    assert listed("") == ["PLATA-2026-00002", "PLATA-2026-00001"]
    assert listed("status=paid") == listed("method=card") == listed("paid_from=2026-11-23") == ["PLATA-2026-00001"]
    assert listed("text=plata-2026-00002") == ["PLATA-2026-00002"]
    assert listed("paid_to=2026-11-22") == listed("text=nimeni") == []
    for query in ("status=x", "method=x", "paid_from=2026-99-99", "before=-1", "text=%00"):
        assert manager.get(f"/payments?{query}").status_code == 200
    sheet = manager.get("/payments.csv?status=paid").get_data().decode("utf-8-sig").strip().split("\r\n")
    assert len(sheet) == 2
    assert "161.33" in sheet[1]
    assert manager.get("/payments.xlsx").status_code == 200
    for way in ("refunds", "disputes", "invoices"):
        assert manager.get(f"/payments/{way}").status_code == 200
    assert visit("owner").get("/payments").status_code == 403
    manager.get(f"/vouchers/{paid.uuid}/payment")
    case = db.session.get_one(Voucher, paid.id).application_id
    assert queries.panel(case, hub.actor("owner")).paid_cents == TOTAL
    assert queries.panel(case, hub.actor("coordinator")) is None
    assert db.session.scalars(select(Payment)).first() is not None
    assert dt.timedelta(0) < hub.payment(waiting).expires_at - hub.now <= dt.timedelta(days=31)
