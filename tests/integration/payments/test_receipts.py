"""What came in is what is booked: too little, too much, twice, late, in another currency, before the wrong eyes."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import select

from dih.conflicts import operations as conflicts
from dih.conflicts.operations import Declaration
from dih.conflicts.vocabulary import ConflictKind
from dih.extensions.database import db
from dih.payments import jobs, operations, queries, statements
from dih.payments.models import Invoice, StatementLine
from dih.payments.vocabulary import InvoiceKind, LineStatus
from dih.shared import clock, rates, settings
from dih.shared.access import SYSTEM, Role
from dih.shared.errors import BrokenRule, Stale
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import jobs as voucher_jobs
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus
from tests import factories
from tests.support.paying import TOTAL, Paying
from tests.support.race import deed, together

HEAD = "day;amount;currency;payer;iban;details;bank_reference\n"


def state(voucher):
    db.session.rollback()
    return db.session.get_one(Voucher, voucher.id, populate_existing=True)


class Bank:
    """Statements and two managers who match their lines."""

    def __init__(self, hub):
        self.hub, self.now = hub, hub.now
        with unit_of_work():
            hub.people["second"] = factories.member(Role.MANAGER, hub.now)

    def brings(self, *rows):
        """The lines of a statement, each "day;sum;currency;words"; those that nobody matched, the first one first."""
        parts = [row.split(";") for row in rows]
        content = HEAD + "".join(f"{day};{cents};{currency};X;RO1;{words};\n" for day, cents, currency, words in parts)
        with unit_of_work():
            operations.import_statement(
                "a.csv", content.encode(), statements.read(content.encode()), self.hub.actor("manager"), self.now
            )
        jobs.match_lines(self.now)
        wanted = select(StatementLine.id).where(StatementLine.status == LineStatus.UNMATCHED)
        return list(db.session.scalars(wanted.order_by(StatementLine.minor, StatementLine.id)))

    def proposes(self, line, payment):
        with unit_of_work():
            operations.propose(line, payment.reference, "Why", self.hub.actor("manager"), self.now)

    def confirms(self, line, actor=None):
        with unit_of_work():
            operations.confirm(line, actor or self.hub.actor("second"), self.now)


@pytest.fixture
def bank(hub):
    return Bank(hub)


def test_only_what_came_in_is_booked_and_goes_back(hub, bank, visit):
    with unit_of_work():
        rates.load("currency,day,rate,source\nRON,2026-11-20,5.0912,BNR\n", hub.now.date())
    voucher = hub.active()
    payment = hub.transfer(voucher)
    little, foreign, lei, much = bank.brings(
        "2026-11-23;1,00;EUR;y", "2026-11-23;500,00;USD;y", "2026-11-23;900,00;RON;z", "2026-11-23;1000,00;RON;x"
    )
    with pytest.raises(BrokenRule, match=r"brings EUR 1\.00; EUR 161\.33 is asked for"):
        bank.proposes(little, payment)
    with pytest.raises(BrokenRule, match="takes no USD"):
        bank.proposes(foreign, payment)
    bank.proposes(much, payment)
    second, first = hub.actor("second"), hub.actor("manager")
    stand_ins = (
        dataclasses.replace(second, deputy_for=first.person_id),
        first,
        dataclasses.replace(first, deputy_for=second.person_id),
    )
    for actor in stand_ins:
        with pytest.raises(BrokenRule, match="yourself"):
            bank.confirms(much, actor)
        assert hub.on_desk("Transfers to confirm", actor) == []
    bank.confirms(much)
    surplus = 3_509
    """1,000 lei are 178.64 lei more than asked, at 5.0912."""
    assert (hub.payment(voucher).received_cents, hub.due()) == (TOTAL + surplus, {payment.reference: surplus})
    for line in (little, lei):
        bank.proposes(line, payment)
        bank.confirms(line)
    due = surplus + 100 + 17_678
    assert hub.due() == {payment.reference: due}, "more for a paid payment is due, whatever its sum"
    assert hub.on_desk("Refunds to order") == [payment.reference]
    with unit_of_work():
        operations.by_transfer(payment.uuid, "OP 1", first, hub.now)
    assert (hub.due(), hub.on_desk("Refunds to order")) == ({}, [])
    credited = select(Invoice.total_cents).where(Invoice.kind == InvoiceKind.CREDIT_NOTE)
    assert db.session.scalars(credited).all() == [], "what was never invoiced is not credited"
    with unit_of_work():
        vouchers.cancel(voucher.uuid, "Because.", first, hub.now)
    assert hub.due() == {payment.reference: TOTAL}
    with unit_of_work():
        operations.by_transfer(payment.uuid, "OP 2", first, hub.now)
    assert db.session.scalars(credited).all() == [TOTAL]
    manager = visit("manager")
    manager.get(f"/payments/lines/{foreign}")
    assert manager.get("/payments.csv").status_code == 200


def test_the_same_transfer_twice_in_one_file_and_again_next_day(hub, bank):
    payment = hub.transfer(hub.active())
    twice = f"2026-11-23;161,33;EUR;{payment.reference}"
    (second,) = bank.brings(twice, twice)
    bank.brings(twice, twice, "2026-11-24;5;EUR;other")
    assert len(db.session.scalars(select(StatementLine)).all()) == 3
    bank.proposes(second, payment)
    bank.confirms(second)
    assert hub.due() == {payment.reference: TOTAL}


def test_money_booked_in_time_counts_though_told_late(hub, bank):
    other, voucher = hub.active(), hub.several(1)[0]
    last = other.valid_until
    with unit_of_work():
        db.session.get_one(Voucher, voucher.id).valid_until = last
    payment, late = hub.transfer(voucher), hub.transfer(other)
    grace = last + dt.timedelta(days=5)
    bank.now = clock.start_of_day(last + dt.timedelta(days=2))
    voucher_jobs.lapse(bank.now)
    assert state(voucher).status is VoucherStatus.AWAITING_PAYMENT
    days = last.isoformat(), (last + dt.timedelta(days=1)).isoformat()
    (missed,) = bank.brings(
        f"{days[0]};121;EUR;{payment.reference}",
        f"{days[1]};161,33;EUR;{late.reference}",
    )
    found, paid = state(voucher), hub.payment(voucher)
    assert (found.status, found.valid_until, paid.paid_on) == (VoucherStatus.ACTIVE, grace, last)
    assert db.session.scalars(select(Invoice)).one().content["paid_on"] == days[0]
    with pytest.raises(BrokenRule, match="Extend the voucher"):
        bank.proposes(missed, late)
    with pytest.raises(Stale), unit_of_work():
        vouchers.lapse(other.id, clock.start_of_day(grace))
    bank.now = clock.start_of_day(grace + dt.timedelta(days=1))
    with unit_of_work():
        vouchers.lapse(other.id, bank.now)
    assert state(other).status is VoucherStatus.LAPSED
    jobs.match_lines(bank.now)
    assert hub.due()[late.reference] == TOTAL


def test_who_is_in_conflict_sees_and_moves_no_line_of_the_case(hub, bank):
    payment = hub.transfer(hub.active())
    (line,) = bank.brings(f"2026-11-23;99;EUR;{payment.reference}")
    with unit_of_work():
        conflicts.declare(Declaration(hub.organisation, None, ConflictKind.FAMILY, "Sot"), hub.actor("second"), hub.now)
    second = hub.actor("second")
    assert queries.lines(LineStatus.UNMATCHED, second, hub.now) == []
    assert queries.candidates("", second, hub.now) == []
    assert [one.id for one in queries.lines(LineStatus.UNMATCHED, hub.actor("manager"), hub.now)] == [line]
    for verb in (operations.put_aside, operations.propose):
        more = ("x",) if verb is operations.put_aside else (payment.reference, "x")
        with pytest.raises(BrokenRule, match="conflict"), unit_of_work():
            verb(line, *more, second, hub.now)
    with unit_of_work():
        operations.put_aside(line, "x", hub.actor("manager"), hub.now)
    with pytest.raises(BrokenRule, match="conflict"), unit_of_work():
        operations.take_up(line, second, hub.now)
    (other,) = bank.brings("2026-11-23;200;EUR;no name")
    bank.proposes(other, payment)
    with pytest.raises(BrokenRule, match="conflict"), unit_of_work():
        operations.turn_down(other, second, hub.now)
    assert queries.lines(LineStatus.PROPOSED, second, hub.now) == []


def test_a_statement_of_another_account_is_refused(hub):
    line = statements.Line(hub.now.date(), 100, "EUR", "", "", "", "", account="RO49AAAA1B31007593840000")
    with pytest.raises(BrokenRule, match="RO49AAAA1B31007593840000"), unit_of_work():
        operations.import_statement("a.xml", b"x", [line], hub.actor("manager"), hub.now)
    with unit_of_work():
        settings.change("issuer_iban", "", SYSTEM, hub.now)
    with unit_of_work():
        assert operations.import_statement("a.xml", b"x", [line], hub.actor("manager"), hub.now) == 1


def test_one_statement_uploaded_twice_at_once_and_a_line_confirmed_twice_at_once(databases, make_app, now):
    address = databases.clone()
    with make_app(address).app_context():
        hub = Paying(now, None)
        bank = Bank(hub)
        payment = hub.transfer(hub.active())
        (line,) = bank.brings("2026-11-23;200;EUR;no name")
        bank.proposes(line, payment)
        second, first = hub.actor("second"), hub.actor("manager")
        content = (HEAD + "2026-11-23;9;EUR;;;one;1\n2026-11-23;9;EUR;;;two;2\n").encode()
        upload = deed(operations.import_statement, "a", content, statements.read(content), first, now)
        other = deed(operations.import_statement, "b", content + b"\n", statements.read(content), first, now)
        db.session.rollback()
        assert sorted(together(address, upload, upload, other)) == ["BrokenRule", "done", "done"]
        said = together(address, *[deed(operations.confirm, line, second, now)] * 2)
        assert sorted(said) == ["BrokenRule", "done"]
        assert len(db.session.scalars(select(StatementLine)).all()) == 3
        assert hub.payment(db.session.scalars(select(Voucher)).one()).received_cents == 20_000
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)
