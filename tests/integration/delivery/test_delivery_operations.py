"""A delivery from the plan to the cent: what is recorded, what the beneficiary says, and what is spent."""

import datetime as dt
import io

import pytest
from sqlalchemy import func, select

from dih.applications.models import Application
from dih.budget import queries, verification
from dih.delivery import jobs, operations
from dih.delivery import queries as deliveries
from dih.delivery.models import DeliveryReport, Evidence, Milestone, WorkRecord
from dih.delivery.settings import ANSWER_DAYS
from dih.desks import waiting
from dih.documents import storage
from dih.extensions.database import db
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.models import AuditRecord, OutboxItem
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.vocabulary import VoucherStatus
from tests.support.hub import Hub, audited

S = VoucherStatus
WORTH = 133_333
REASON = "Because."
DAY = dt.date(2026, 11, 23)


@pytest.fixture
def hub(context, now):
    return Hub(now)


@pytest.fixture
def paying(context, now):
    return Hub(now, own_percent=10)


def money():
    line = next(one for one in queries.lines() if one.code == "SME")
    return line.reserved_cents, line.spent_cents


def fresh(voucher):
    return db.session.get_one(Voucher, voucher.id, populate_existing=True)


def run(verb, *arguments):
    with unit_of_work():
        return verb(*arguments)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def last_record(action):
    return db.session.scalars(
        select(AuditRecord).where(AuditRecord.action == action).order_by(AuditRecord.id.desc()).limit(1)
    ).one()


def test_confirmed_whole_it_is_spent_whole(hub):
    voucher = hub.confirmed()
    assert (fresh(voucher).status, money()) == (S.CONFIRMED, (0, WORTH))
    assert last_record("voucher_confirm").after == {"status": "confirmed", "spent_cents": WORTH, "released_cents": 0}
    assert db.session.get_one(Application, voucher.application_id).closed_at == hub.now
    assert verification.differences() == []
    with pytest.raises(Stale):
        run(operations.confirm, voucher.uuid, hub.actor("owner"), hub.now)
    assert money() == (0, WORTH)


def test_confirmed_in_part_the_rest_is_free_to_the_cent(hub):
    voucher = hub.confirmed(50_001, 0)
    assert money() == (0, 50_001)
    assert last_record("voucher_confirm").after["released_cents"] == WORTH - 50_001
    values = db.session.scalars(
        select(VoucherService.confirmed_cents)
        .where(VoucherService.voucher_id == voucher.id)
        .order_by(VoucherService.id)
    )
    assert list(values) == [50_001, 0]
    assert verification.differences() == []


def test_the_envelope_bears_its_part_of_what_was_delivered(paying):
    paying.confirmed(50_000, 33_333)
    assert money() == (0, 45_000 + 30_000)
    assert verification.differences() == []


def test_nothing_delivered_nothing_spent(hub):
    hub.confirmed(0, 0)
    assert money() == (0, 0)
    assert verification.differences() == []


def test_nothing_is_spent_before_the_beneficiary_answers(hub):
    voucher = hub.delivered()
    assert (fresh(voucher).status, money()) == (S.DELIVERED, (WORTH, 0))
    run(operations.dispute, voucher.uuid, REASON, hub.actor("owner"), hub.now)
    assert (fresh(voucher).status, money()) == (S.DISPUTED, (WORTH, 0))


def test_disputed_sent_back_reported_again_and_confirmed(hub):
    voucher = hub.disputed()
    run(operations.redo, voucher.uuid, "Finish it.", hub.actor("manager"), hub.now)
    assert fresh(voucher).status is S.IN_DELIVERY
    told = list(db.session.scalars(select(OutboxItem).order_by(OutboxItem.id)))[-2:]
    assert all("livrarea continuă" in one.payload["subject"] and "Finish it." in one.payload["body"] for one in told)
    again = {hub.services[0]: 80_000, hub.services[1]: 33_333}
    run(operations.report, voucher.uuid, "Now it is.", again, hub.actor("coordinator"), hub.now)
    run(operations.confirm, voucher.uuid, hub.actor("owner"), hub.now)
    assert money() == (0, 113_333)
    case = deliveries.case(voucher.uuid, hub.actor("owner"), DAY)
    assert [report.dispute_reason for report in case.reports] == ["", "Half is missing."]
    assert audited("voucher")[4:] == [
        "voucher_deliver",
        "voucher_dispute",
        "voucher_redo",
        "voucher_deliver",
        "voucher_confirm",
    ]


def test_disputed_and_upheld_it_is_spent_as_reported(hub):
    voucher = hub.disputed()
    run(operations.uphold, voucher.uuid, REASON, hub.actor("manager"), hub.now)
    assert (fresh(voucher).status, money()) == (S.CONFIRMED, (0, WORTH))
    assert last_record("voucher_uphold").reason == REASON
    assert verification.differences() == []


def test_a_report_without_an_answer_is_remembered_twice_and_then_a_manager_may_stand_in(hub):
    voucher = hub.delivered()
    report = db.session.scalars(select(DeliveryReport)).one()
    last = report.answer_by
    assert last == DAY + dt.timedelta(days=ANSWER_DAYS.default)
    reminded = []
    for day in range(ANSWER_DAYS.default + 20):
        jobs.remind(hub.now + dt.timedelta(days=day))
        db.session.refresh(report)
        reminded.append(report.reminders)
    assert (reminded[6], reminded[7], reminded[13], reminded[14], reminded[-1]) == (0, 1, 1, 2, 2)
    manager = hub.actor("manager")
    with pytest.raises(BrokenRule, match="has until"):
        run(operations.stand_in, voucher.uuid, REASON, manager, hub.now + dt.timedelta(days=ANSWER_DAYS.default))
    late = hub.now + dt.timedelta(days=ANSWER_DAYS.default + 1)
    assert {one.title: one.count for one in waiting.overdue(manager, late)}["Delivery reports without an answer"] == 1
    with pytest.raises(Forbidden):
        run(operations.stand_in, voucher.uuid, REASON, hub.actor("owner"), late)
    run(operations.stand_in, voucher.uuid, REASON, manager, late)
    assert (fresh(voucher).status, money()) == (S.CONFIRMED, (0, WORTH))
    assert (last_record("voucher_stand_in").reason, last_record("voucher_stand_in").person_id) == (
        REASON,
        manager.person_id,
    )
    db.session.refresh(report)
    assert (report.stood_in_reason, report.answered_by) == (REASON, manager.person_id)
    with pytest.raises(Stale):
        run(operations.stand_in, voucher.uuid, REASON, manager, late)
    assert verification.differences() == []


def test_nobody_is_reminded_of_what_is_answered(hub):
    hub.disputed()
    jobs.remind(hub.now + dt.timedelta(days=10))
    assert db.session.scalars(select(DeliveryReport.reminders)).all() == [0]


@pytest.mark.parametrize("verb", ["dispute", "redo", "uphold"])
def test_each_of_these_needs_a_reason(hub, verb):
    voucher = hub.delivered() if verb == "dispute" else hub.disputed()
    who = "owner" if verb == "dispute" else "manager"
    with pytest.raises(BrokenRule, match="reason"):
        run(getattr(operations, verb), voucher.uuid, " \x00", hub.actor(who), hub.now)


def test_a_report_names_every_fault_at_once(hub):
    voucher = hub.in_delivery()
    with pytest.raises(BrokenRule) as refused:
        run(operations.report, voucher.uuid, " ", {hub.services[0]: 100_001}, hub.actor("deliverer"), hub.now)
    assert [problem.field for problem in refused.value.problems] == [
        "summary",
        f"delivered-{hub.services[0]}",
        f"delivered-{hub.services[1]}",
    ]
    assert (fresh(voucher).status, count(DeliveryReport)) == (S.IN_DELIVERY, 0)


def test_closed_once_it_is_confirmed(hub):
    voucher = hub.confirmed()
    run(operations.close, voucher.uuid, hub.actor("manager"), hub.now)
    assert fresh(voucher).status is S.CLOSED
    with pytest.raises(Stale):
        run(operations.close, voucher.uuid, hub.actor("manager"), hub.now)


def test_the_plan(hub):
    voucher, actor = hub.in_delivery(), hub.actor("deliverer")
    run(operations.plan_milestone, voucher.uuid, " First ", DAY, actor, hub.now)
    run(operations.plan_milestone, voucher.uuid, "Second", DAY + dt.timedelta(days=9), actor, hub.now)
    first, second = db.session.scalars(select(Milestone).order_by(Milestone.id))
    assert first.title == "First"
    run(operations.finish_milestone, voucher.uuid, first.id, True, actor, hub.now)
    panel = deliveries.panel(voucher.id, actor)
    assert (panel.milestones, panel.milestones_done, panel.next_due) == (2, 1, second.due_on)
    with pytest.raises(BrokenRule, match="is done"):
        run(operations.remove_milestone, voucher.uuid, first.id, actor, hub.now)
    run(operations.remove_milestone, voucher.uuid, second.id, actor, hub.now)
    run(operations.finish_milestone, voucher.uuid, first.id, False, actor, hub.now)
    assert deliveries.panel(voucher.id, actor).milestones_done == 0


@pytest.mark.parametrize(
    ("title", "day", "words"),
    [(" ", DAY, "Name the step"), ("x", DAY - dt.timedelta(days=1), "began on"), ("x", dt.date(2999, 1, 1), "up to")],
)
def test_a_step_that_cannot_be_planned(hub, title, day, words):
    voucher = hub.in_delivery()
    with pytest.raises(BrokenRule, match=words):
        run(operations.plan_milestone, voucher.uuid, title, day, hub.actor("deliverer"), hub.now)


def test_hours(hub):
    voucher, actor = hub.in_delivery(), hub.actor("deliverer")
    run(operations.record_work, voucher.uuid, hub.services[0], DAY, 75, "Measured", actor, hub.now)
    run(operations.record_work, voucher.uuid, hub.services[0], DAY, 5, "", hub.actor("coordinator"), hub.now)
    case = deliveries.case(voucher.uuid, actor, DAY)
    assert (case.tenths, [service.tenths for service in case.services]) == (80, [80, 0])
    own, other = (next(w.id for w in case.work if w.tenths == tenths) for tenths in (75, 5))
    with pytest.raises(NotFound):
        run(operations.remove_work, voucher.uuid, other, actor, hub.now)
    run(operations.remove_work, voucher.uuid, own, actor, hub.now)
    assert count(WorkRecord) == 1


@pytest.mark.parametrize(
    ("service", "day", "tenths", "words"),
    [
        (0, DAY, 0, "0.1"),
        (0, DAY, 241, "24 hours"),
        (0, DAY + dt.timedelta(days=1), 10, "not ahead"),
        (0, DAY - dt.timedelta(days=1), 10, "began on"),
        (None, DAY, 10, "service of this voucher"),
    ],
)
def test_hours_that_cannot_be(hub, service, day, tenths, words):
    voucher = hub.in_delivery()
    service_id = 0 if service is None else hub.services[service]
    with pytest.raises(BrokenRule, match=words):
        run(operations.record_work, voucher.uuid, service_id, day, tenths, "", hub.actor("deliverer"), hub.now)


def test_evidence_and_who_reads_it(hub):
    voucher = hub.in_delivery()
    received = storage.receive(io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "proof.pdf", ["pdf"], 1000)
    run(operations.add_evidence, voucher.uuid, received, "The report", hub.actor("deliverer"), hub.now)
    kept = db.session.scalars(select(Evidence)).one()
    for who in ("owner", "editor", "coordinator", "deliverer", "manager", "auditor"):
        assert deliveries.evidence_file(voucher.uuid, kept.id, hub.actor(who), DAY).name == "proof.pdf"
    for who in ("stranger", "other_coordinator"):
        with pytest.raises(NotFound):
            deliveries.evidence_file(voucher.uuid, kept.id, hub.actor(who), DAY)


@pytest.mark.parametrize("state", ["delivered", "disputed", "confirmed"])
def test_nothing_is_recorded_once_it_is_reported(hub, state):
    voucher, actor = getattr(hub, state)(), hub.actor("deliverer")
    with pytest.raises(Stale):
        run(operations.plan_milestone, voucher.uuid, "x", DAY, actor, hub.now)
    with pytest.raises(Stale):
        run(operations.record_work, voucher.uuid, hub.services[0], DAY, 10, "", actor, hub.now)


@pytest.mark.parametrize("who", ["owner", "manager", "auditor", "other_coordinator", "stranger"])
def test_only_the_partners_people_record(hub, who):
    voucher = hub.in_delivery()
    with pytest.raises((Forbidden, NotFound)):
        run(operations.plan_milestone, voucher.uuid, "x", DAY, hub.actor(who), hub.now)
    assert count(Milestone) == 0


def test_a_step_of_another_voucher_is_not_found(hub):
    first, second, actor = hub.in_delivery(), hub.in_delivery(), hub.actor("deliverer")
    run(operations.plan_milestone, first.uuid, "x", DAY, actor, hub.now)
    step = db.session.scalars(select(Milestone.id)).one()
    with pytest.raises(NotFound):
        run(operations.finish_milestone, second.uuid, step, True, actor, hub.now)


def test_rated_once_it_is_confirmed_and_again(hub):
    voucher = hub.delivered()
    with pytest.raises(Stale):
        run(operations.rate, voucher.uuid, 5, "", hub.actor("owner"), hub.now)
    run(operations.confirm, voucher.uuid, hub.actor("owner"), hub.now)
    for wrong in (0, 6):
        with pytest.raises(BrokenRule, match="1 to 5"):
            run(operations.rate, voucher.uuid, wrong, "", hub.actor("owner"), hub.now)
    with pytest.raises(Forbidden):
        run(operations.rate, voucher.uuid, 5, "", hub.actor("coordinator"), hub.now)
    run(operations.rate, voucher.uuid, 4, "Good", hub.actor("owner"), hub.now)
    run(operations.rate, voucher.uuid, 5, "Better", hub.actor("owner"), hub.now)
    report = deliveries.case(voucher.uuid, hub.actor("owner"), DAY).report
    assert (report.rating, report.rating_comment) == (5, "Better")


def test_the_list_and_what_is_late(hub):
    late, fine = hub.in_delivery(), hub.in_delivery()
    run(operations.plan_milestone, late.uuid, "x", DAY, hub.actor("deliverer"), hub.now)
    later = hub.now + dt.timedelta(days=2)

    def listed(who, **filters):
        return [row.uuid for row in deliveries.page(hub.actor(who), deliveries.Filters(**filters), later).rows]

    assert listed("coordinator") == listed("manager") == [fine.uuid, late.uuid]
    assert listed("manager", late=True) == [late.uuid]
    assert listed("other_coordinator") == []
    assert listed("manager", done=True) == []
    assert deliveries.panel(late.id, hub.actor("manager")).is_late(later)
    assert not deliveries.panel(fine.id, hub.actor("manager")).is_late(later)


def test_the_panel_offers_what_the_actor_may_do(hub):
    assert deliveries.panel(hub.active().id, hub.actor("owner")) is None
    voucher = hub.in_delivery()

    def offered_to(who):
        return deliveries.panel(voucher.id, hub.actor(who)).actions

    assert offered_to("coordinator") == offered_to("deliverer") == ("record", "report")
    assert offered_to("owner") == offered_to("auditor") == ()
    voucher = hub.delivered()
    assert offered_to("owner") == ("confirm", "dispute")
    voucher = hub.disputed()
    assert offered_to("manager") == ("settle",)
    voucher = hub.confirmed()
    assert offered_to("manager") == ("take_back", "close")
    assert offered_to("owner") == ("rate",)


def test_a_cancelled_delivery_spends_nothing(hub):
    voucher = hub.in_delivery()
    run(vouchers.cancel, voucher.uuid, REASON, hub.actor("manager"), hub.now)
    with pytest.raises(Stale):
        run(operations.report, voucher.uuid, "x", dict.fromkeys(hub.services, 1), hub.actor("coordinator"), hub.now)
    assert money() == (0, 0)
    assert verification.differences() == []
