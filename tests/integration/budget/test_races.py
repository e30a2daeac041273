"""Real processes at the same moment: whatever order they get, the money moves once and every refusal says why."""

import uuid

import pytest
from sqlalchemy import func, select, update

from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.budget import ledger, queries, verification
from dih.budget import operations as budget
from dih.budget.ledger import Approval
from dih.budget.operations import open_line
from dih.budget.vocabulary import MoveKind
from dih.calls.models import CallVersion
from dih.catalogue.models import Service
from dih.decisions import operations as decisions
from dih.decisions.vocabulary import Outcome
from dih.delivery import operations as delivery
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.shared.access import SYSTEM
from dih.shared.unit_of_work import unit_of_work
from dih.taxonomy.vocabulary import Category, TargetGroup
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher
from tests import factories
from tests.support.hub import Hub
from tests.support.race import deed, queues, together

WORTH = 133_333
NAME = {"ro": "Linie", "en": "Line"}


@pytest.fixture
def raced(databases, make_app, now):
    """A hub in a database of its own: (address, hub)."""
    address = databases.clone()
    app = make_app(address)
    with app.app_context():
        yield address, Hub(now)
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)


def line(code):
    db.session.rollback()
    return next(one for one in queries.lines() if one.code == code)


def leave_free(cents, now):
    sme = line("SME")
    why = Approval("So that few fit.", None, None)
    surplus = sme.free_cents - cents
    way = (sme.id, sme.parent_id) if surplus > 0 else (sme.parent_id, sme.id)
    with unit_of_work():
        ledger.channel(MoveKind.TRANSFER, *way, abs(surplus), f"leave {cents}", why, now)


def open_below(part, now):
    open_line("PUB-NEW", NAME, 0, SYSTEM, now, parent_code="PUB", category=Category(part))


def test_two_at_once(raced, now):
    address, hub = raced
    manager, coordinator = hub.actor("manager"), hub.actor("coordinator")
    held, active, waiting, other = hub.offered(), hub.active(), hub.placed(), hub.placed()
    with unit_of_work():
        group = TargetGroup.PUBLIC_INSTITUTION
        ledger_line = open_line("PUB", NAME, 0, SYSTEM, now, parent_code="ROOT", target_group=group)
    sme = line("SME")
    db.session.rollback()
    redeem = deed(vouchers.redeem, active.code, coordinator, now)
    assert "done" in (told := together(address, redeem, redeem))
    assert told.count("done") == 1

    parts = [deed(open_below, Category.SKILLS.value, now), deed(open_below, Category.ECOSYSTEM.value, now)]
    assert sorted(together(address, *parts)) == ["BrokenRule", "done"], "one code names one line"

    leave_free(WORTH - 1, now)
    db.session.rollback()
    (approved,), (cancelled,) = queues(
        address,
        [deed(decisions.approve, waiting.id, "", manager, now)],
        [deed(vouchers.cancel, held.uuid, "Ended.", manager, now)],
    )
    assert cancelled == "done"
    assert approved == "done" or "EUR 0.01 less than needed" in approved
    assert line("SME").free_cents == WORTH - 1 + (0 if approved == "done" else WORTH)

    leave_free(WORTH, now)
    db.session.rollback()
    move = (MoveKind.TRANSFER, sme.id, ledger_line, 1, "Moved.", uuid.uuid4())
    approve = deed(decisions.approve, other.id, "", manager, now)
    (approved,), (moved,) = queues(address, [approve], [deed(budget.change_ceiling, *move, manager, now)])
    assert [approved, moved].count("done") == 1, (approved, moved)
    assert "EUR 0.01 less than needed" in approved or "At most EUR 0.00 can go" in moved
    assert verification.differences() == []


@pytest.mark.long
@pytest.mark.timeout(900)
def test_eight_processes_approve_four_hundred_where_three_hundred_fit(raced, now):
    address, hub = raced
    manager = hub.actor("manager")
    ids = []
    for number in range(400):
        if number % 20 == 0:
            with unit_of_work():
                hub.organisation = factories.organisation(now).id
        ids.append(hub.application().id)
    with unit_of_work():
        place = {"status": ApplicationStatus.PLACED, "partner_id": hub.lead}
        db.session.execute(update(Application).where(Application.id.in_(ids)).values(**place))
    assert db.session.scalar(select(func.count()).select_from(Organisation)) > 20
    leave_free(300 * WORTH, now)
    db.session.rollback()
    shares = [[deed(decisions.approve, one, "", manager, now) for one in ids[number::8]] for number in range(8)]
    answers = [answer for told in queues(address, *shares, patience=800) for answer in told]
    told = [answer for answer in answers if answer != "done"]
    assert (len(answers) - len(told), len(told)) == (300, 100), set(answers)
    words = "The budget line SME has EUR 0.00 free, EUR 1,333.33 less than needed."
    assert {answer.partition("amount: ")[2] for answer in told} == {words}
    sme = line("SME")
    assert (sme.reserved_cents, sme.free_cents) == (300 * WORTH, 0)
    assert db.session.scalar(select(func.count()).select_from(Voucher)) == 300
    assert verification.differences() == []


def test_many_lines_are_locked_in_one_order(raced, now):
    """Bulks in opposite orders, and confirmations that spend on one line and give back on the other: nobody dies."""
    address, hub = raced
    manager, coordinator = hub.actor("manager"), hub.actor("coordinator")
    with unit_of_work():
        for code, category in (("SME-A", Category.TEST_BEFORE_INVEST), ("SME-B", Category.SKILLS)):
            open_line(code, NAME, 100_000_000, SYSTEM, now, parent_code="SME", category=category)
        second = factories.service([db.session.get_one(Partner, hub.lead)], category=Category.SKILLS).id
    first = hub.services[0]

    def placed(*services):
        with unit_of_work():
            version = db.session.get_one(CallVersion, hub.version)
            wanted = [db.session.get_one(Service, one) for one in services]
            firm = factories.organisation(hub.now)
            made = factories.application(hub.now, firm, version, wanted, partner_id=hub.lead)
            db.session.execute(
                update(Application).where(Application.id == made.id).values(status=ApplicationStatus.PLACED)
            )
            return made.id

    def delivered():
        application_id = placed(first, second)
        with unit_of_work():
            decisions.approve(application_id, "", manager, now)
        voucher = db.session.scalars(select(Voucher).where(Voucher.application_id == application_id)).one()
        with unit_of_work():
            vouchers.accept(voucher.uuid, SYSTEM, now)
            vouchers.redeem(voucher.code, coordinator, now)
        with unit_of_work():
            delivery.report(voucher.uuid, "Done.", {first: 0, second: 100_000}, coordinator, now)
        return voucher.uuid

    bulks = [[placed(one) for one in order * 3] for order in ([first, second], [second, first])]
    confirms = [deed(delivery.confirm, delivered(), SYSTEM, now) for _ in range(4)]
    approvals = [deed(decisions.approve, placed(first, second), "", manager, now) for _ in range(4)]
    db.session.rollback()
    told = together(address, *(deed(decisions.decide, one, Outcome.APPROVED, "Good.", manager, now) for one in bulks))
    assert told == ["done", "done"]
    answers = queues(address, confirms[::2], approvals[::2], confirms[1::2], approvals[1::2])
    assert {answer for told in answers for answer in told} == {"done"}
    assert verification.differences() == []
