"""A wrong confirmation taken back: money, aid, rating and dates as before it, then settled and confirmed again."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from dih.aid import queries as aid
from dih.applications.models import Application
from dih.budget import ledger, queries, verification
from dih.budget.models import BudgetMove
from dih.delivery import operations
from dih.delivery import queries as deliveries
from dih.delivery.models import DeliveryReport
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule, Forbidden, Stale
from dih.shared.models import AuditRecord, OutboxItem
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.vocabulary import VoucherStatus
from tests.support.aided import bring, linked
from tests.support.hub import Hub, audited

S = VoucherStatus
WORTH, AID, CEILING = 133_333, 66_666, 220_000_00
DELIVERED, AID_OF_IT = 83_333, AID - 25_000
REASON = "The report of another case was confirmed."


@pytest.fixture
def hub(context, now):
    return Hub(now)


def run(verb, *arguments):
    with unit_of_work():
        return verb(*arguments)


def take_back(hub, voucher, who="manager"):
    run(operations.take_back, voucher.uuid, REASON, hub.actor(who), hub.now)


def facts(voucher):
    """State, reserved and spent of the line, aid, confirmed value, whether the case counts as done."""
    db.session.rollback()
    line = next(one for one in queries.lines() if one.code == "SME")
    confirmed = select(func.sum(VoucherService.confirmed_cents)).where(VoucherService.voucher_id == voucher.id)
    return (
        db.session.get_one(Voucher, voucher.id, populate_existing=True).status,
        (line.reserved_cents, line.spent_cents),
        aid.grant_of_application(voucher.application_id).amount_cents,
        db.session.scalar(confirmed),
        db.session.get_one(Application, voucher.application_id, populate_existing=True).closed_at is not None,
    )


def test_taken_back_done_again_and_confirmed_again(hub):
    voucher = hub.confirmed(50_000, 33_333)
    owner, manager, coordinator = (hub.actor(name) for name in ("owner", "manager", "coordinator"))
    run(operations.rate, voucher.uuid, 5, "Thanks", owner, hub.now)
    confirmed = (S.CONFIRMED, (0, DELIVERED), AID_OF_IT, DELIVERED, True)
    held = (S.DISPUTED, (WORTH, 0), AID, 0, False)
    assert facts(voucher) == confirmed
    mails = select(func.count()).select_from(OutboxItem)
    records, before = audited("voucher"), db.session.scalar(mails)
    take_back(hub, voucher)
    assert facts(voucher) == held
    assert audited("voucher") == [*records, "voucher_take_back"]
    record = db.session.scalars(select(AuditRecord).where(AuditRecord.action == "voucher_take_back")).one()
    assert record.after == {"status": "disputed", "unspent_cents": DELIVERED, "reserved_cents": WORTH - DELIVERED}
    assert (record.reason, record.application_id) == (REASON, voucher.application_id)
    told = list(db.session.scalars(select(OutboxItem).order_by(OutboxItem.id)))[before:]
    assert len(told) == 2, "the beneficiary and the partner"
    assert all(REASON in item.payload["body"] for item in told)
    report = deliveries.case(voucher.uuid, owner, clock.day_of(hub.now)).report
    assert (report.taken_back_reason, report.rating, report.rating_comment) == (REASON, None, "")
    with pytest.raises(Stale):
        take_back(hub, voucher)
    with pytest.raises(Stale):
        run(operations.rate, voucher.uuid, 5, "", owner, hub.now)
    run(operations.uphold, voucher.uuid, "It was right after all.", manager, hub.now)
    assert facts(voucher) == confirmed
    take_back(hub, voucher)
    assert facts(voucher) == held
    run(operations.redo, voucher.uuid, "Finish it.", manager, hub.now)
    again = dict(zip(hub.services, (100_000, 0), strict=True))
    run(operations.report, voucher.uuid, "Now it is.", again, coordinator, hub.now)
    run(operations.confirm, voucher.uuid, owner, hub.now)
    assert facts(voucher) == (S.CONFIRMED, (0, 100_000), 50_000, 100_000, True)
    moves = db.session.scalars(select(BudgetMove.key).where(BudgetMove.key.contains("confirm")).order_by(BudgetMove.id))
    first = f"voucher:{voucher.id}:confirm"
    assert list(moves) == [
        f"{first}{more}"
        for more in (
            *("", ":rest", ":back:rest", ":back"),
            *(":2", ":2:rest", ":2:back:rest", ":2:back"),
            *(":3", ":3:rest"),
        )
    ]
    assert verification.differences() == []


def test_what_others_have_by_now_is_not_taken_from_them(hub):
    voucher = hub.confirmed(50_000, 33_333)
    free = next(one for one in queries.lines() if one.code == "SME").free_cents
    others = [ledger.Part(hub.line, free - 49_999)]
    run(lambda: ledger.reserve(others, "others", SYSTEM, hub.now, application_id=0))
    before, records = facts(voucher), audited("voucher")
    with pytest.raises(BrokenRule, match=r"EUR 499\.99 free, EUR 0\.01 less than needed") as refused:
        take_back(hub, voucher)
    assert "Raise the ceiling of the line" in str(refused.value)
    assert (facts(voucher), audited("voucher")) == (before, records)
    assert verification.differences() == []


def test_aid_that_does_not_fit_any_more_refuses_it(hub, now):
    voucher = hub.confirmed(50_000, 33_333)
    bring(linked(hub, now), CEILING - AID_OF_IT, clock.day_of(now), now)
    before = facts(voucher)
    with pytest.raises(BrokenRule, match=r"EUR 250\.00 above the ceiling of EUR 220,000\.00"):
        take_back(hub, voucher)
    assert facts(voucher) == before


def test_only_a_manager_with_a_reason_and_only_before_it_is_closed(hub, new_client, sign_in):
    voucher = hub.confirmed()
    with pytest.raises(Forbidden):
        take_back(hub, voucher, "owner")
    with pytest.raises(BrokenRule, match="reason"):
        run(operations.take_back, voucher.uuid, " ", hub.actor("manager"), hub.now)
    manager, here = sign_in(new_client(), *hub.people["manager"]), f"/deliveries/{voucher.uuid}"

    def words(address):
        manager.get(address)
        return manager.page.main.get_text(" ", strip=True)

    assert "Retrageți confirmarea" in words(here)
    assert "rezervați din nou" in words(f"{here}/take-back")
    assert manager.post(f"{here}/take-back", data={"reason": ""}).status_code == 422
    assert manager.post(f"{here}/take-back", data={"reason": "Caz greșit"}).location == here
    assert "Hubul a retras confirmarea" in words(here)
    assert "Caz greșit" in words(f"{here}/settle")
    assert "Caz greșit" in words(f"/cases/{db.session.get_one(Application, voucher.application_id).uuid}")
    assert manager.post(f"{here}/settle", data={"outcome": "uphold", "reason": "Rămâne"}).location == here
    assert "pus în locul" not in words(here)
    assert manager.post(f"{here}/close").location == here
    assert "rambursările și facturile rămân valabile" in words(f"{here}/take-back")
    assert manager.post(f"{here}/take-back", data={"reason": "Caz greșit"}).status_code == 409


def test_a_confirmation_in_the_beneficiarys_place_too(hub):
    voucher = hub.delivered()
    late = hub.now + dt.timedelta(days=40)
    run(operations.stand_in, voucher.uuid, "No answer.", hub.actor("manager"), late)
    take_back(hub, voucher)
    report = db.session.scalars(select(DeliveryReport)).one()
    assert (report.stood_in_reason, report.taken_back_reason) == ("", REASON)
    assert facts(voucher) == (S.DISPUTED, (WORTH, 0), AID, 0, False)
