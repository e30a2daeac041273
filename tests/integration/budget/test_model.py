"""Random sequences of everything that moves money, held after each step against a model of a few lines.

The platform does what managers, beneficiaries and partners do; the model knows only sums. The short run is in
`make test`, the long one in `make test-long`.
"""

import datetime as dt
import uuid

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from dih.applications.models import Application
from dih.budget import ledger, queries, totals, verification
from dih.budget import operations as budget
from dih.budget.ledger import Approval
from dih.budget.models import BudgetEntry, BudgetMove
from dih.budget.operations import open_line
from dih.budget.vocabulary import Account, MoveKind
from dih.decisions import operations as decisions
from dih.delivery import operations as delivery
from dih.extensions.database import db
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule, Forbidden, Stale
from dih.shared.unit_of_work import unit_of_work
from dih.taxonomy.vocabulary import TargetGroup
from dih.vouchers import jobs
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher
from tests.support.hub import Hub, voucher_of

PRICES = (100_000, 33_333)
WORTH = sum(PRICES)
ENVELOPE = 4 * WORTH + 7
NAME = {"ro": "Linie", "en": "Line"}
LEAVES = ("SME", "PUB")
REFUSALS = (BrokenRule, Stale, Forbidden)

LIFE = {
    "accept": ("offered", "active"),
    "refuse": ("offered", "ended"),
    "redeem": ("active", "in_delivery"),
    "report": ("in_delivery", "delivered"),
    "confirm": ("delivered", "confirmed"),
    "dispute": ("delivered", "disputed"),
    "redo": ("disputed", "in_delivery"),
    "uphold": ("disputed", "confirmed"),
    "take_back": ("confirmed", "disputed"),
    "close": ("confirmed", "closed"),
}
DELIVERED = st.tuples(*(st.integers(0, price) for price in PRICES))
CANCELLABLE = {"offered", "active", "in_delivery", "disputed"}


class Envelope(RuleBasedStateMachine):
    """ENV with SME and PUB below it; the cases are all of SME. `ceiling`, `reserved`, `spent` are the model's sums."""

    begin: dict = {}

    def __init__(self) -> None:
        super().__init__()
        self.hub: Hub = self.begin["hub"]()
        self.now = self.hub.now
        self.ceiling = {"ROOT": ENVELOPE, "SME": ENVELOPE, "PUB": 0}
        self.reserved = self.spent = self.asked = 0
        self.applications: list[Application] = []
        self.cases: list[str] = []
        self.states: dict[int, str] = {}
        self.delivered: dict[int, tuple[int, int]] = {}
        self.ids = {line.code: line.id for line in queries.lines()}

    def attempt(self, allowed: bool, deed, *values) -> bool:
        """Does it in one unit of work; fails unless it is refused exactly when the model says so."""
        refusal = None
        try:
            with unit_of_work():
                deed(*values)
        except REFUSALS as error:
            refusal = error
        assert allowed is (refusal is None), f"{deed.__name__}{values}: {refusal!r}"
        return allowed

    @property
    def free(self) -> int:
        return self.ceiling["SME"] - self.reserved - self.spent

    @initialize(cents=DELIVERED)
    def first_case(self, cents: tuple[int, int]) -> None:
        """One case is confirmed at the start, after a mistake: steps drawn at random seldom come so far."""
        self.place()
        self.approve(0)
        for action in ("accept", "redeem", "report", "confirm", "take_back", "uphold"):
            self.live(0, action, cents)

    @precondition(lambda self: len(self.cases) < 7)
    @rule()
    def place(self) -> None:
        """Somebody applies, and a partner takes the case."""
        self.applications.append(self.hub.placed())
        self.cases.append("placed")
        self.asked += WORTH

    @rule(number=st.integers(0, 6))
    def approve(self, number: int) -> None:
        number %= len(self.cases)
        allowed = self.cases[number] in ("placed", "waiting") and self.free >= WORTH
        application = self.applications[number]
        if self.attempt(allowed, decisions.approve, application.id, "", self.hub.actor("manager"), self.now):
            self.cases[number], self.states[number] = "approved", "offered"
            self.asked -= WORTH
            self.reserved += WORTH

    @rule(number=st.integers(0, 6), outcome=st.sampled_from(["reject", "put_on_waiting_list"]))
    def decide_otherwise(self, number: int, outcome: str) -> None:
        number %= len(self.cases)
        allowed = self.cases[number] == "placed" or (self.cases[number] == "waiting" and outcome == "reject")
        deed, manager = getattr(decisions, outcome), self.hub.actor("manager")
        if self.attempt(allowed, deed, self.applications[number].id, "Because.", manager, self.now):
            self.cases[number] = "rejected" if outcome == "reject" else "waiting"
            self.asked -= WORTH if outcome == "reject" else 0

    @precondition(lambda self: self.states)
    @rule(number=st.integers(0, 6), action=st.sampled_from(sorted(LIFE)), cents=DELIVERED)
    def live(self, number: int, action: str, cents: tuple[int, int]) -> None:
        """One step of a voucher's life, possible or not."""
        number = sorted(self.states)[number % len(self.states)]
        source, target = LIFE[action]
        allowed = self.states[number] == source
        if action == "take_back" and allowed:
            allowed = self.free >= WORTH - sum(self.delivered[number])
        if not self.attempt(allowed, self._step, action, voucher_of(self.applications[number]), cents):
            return
        self.states[number] = target
        if action == "report":
            self.delivered[number] = cents
        if target == "ended":
            self.reserved -= WORTH
        if target == "confirmed":
            self.reserved -= WORTH
            self.spent += sum(self.delivered[number])
        if action == "take_back":
            self.reserved += WORTH
            self.spent -= sum(self.delivered[number])

    @precondition(lambda self: self._open())
    @rule(place=st.integers(0, 99), cents=DELIVERED)
    def go_on(self, place: int, cents: tuple[int, int]) -> None:
        """A step that is possible in some case."""
        steps = self._open()
        self.live(*steps[place % len(steps)], cents)

    def _open(self) -> list[tuple[int, str]]:
        """The steps that the states allow, as places among the vouchers and actions."""
        states = [self.states[number] for number in sorted(self.states)]
        return [(place, action) for place, state in enumerate(states) for action in LIFE if LIFE[action][0] == state]

    def _step(self, action: str, voucher: Voucher, cents: tuple[int, int]) -> None:
        owner, manager, coordinator = (self.hub.actor(name) for name in ("owner", "manager", "coordinator"))
        deeds = {
            "accept": lambda: vouchers.accept(voucher.uuid, owner, self.now),
            "refuse": lambda: vouchers.refuse(voucher.uuid, "", owner, self.now),
            "redeem": lambda: vouchers.redeem(voucher.code, coordinator, self.now),
            "report": lambda: delivery.report(
                voucher.uuid, "Done.", dict(zip(self.hub.services, cents, strict=True)), coordinator, self.now
            ),
            "confirm": lambda: delivery.confirm(voucher.uuid, owner, self.now),
            "dispute": lambda: delivery.dispute(voucher.uuid, "No.", owner, self.now),
            "redo": lambda: delivery.redo(voucher.uuid, "Again.", manager, self.now),
            "uphold": lambda: delivery.uphold(voucher.uuid, "It stands.", manager, self.now),
            "take_back": lambda: delivery.take_back(voucher.uuid, "By mistake.", manager, self.now),
            "close": lambda: delivery.close(voucher.uuid, manager, self.now),
        }
        deeds[action]()

    @precondition(lambda self: self.states)
    @rule(number=st.integers(0, 6))
    def cancel(self, number: int) -> None:
        number = sorted(self.states)[number % len(self.states)]
        allowed = self.states[number] in CANCELLABLE
        voucher, manager = voucher_of(self.applications[number]), self.hub.actor("manager")
        if self.attempt(allowed, vouchers.cancel, voucher.uuid, "Ended.", manager, self.now):
            self.states[number] = "ended"
            self.reserved -= WORTH

    @rule()
    def let_lapse(self) -> None:
        """A year passes for the worker alone: what is offered or active ends."""
        jobs.lapse(self.now + dt.timedelta(days=400))
        for number, state in self.states.items():
            if state in ("offered", "active"):
                self.states[number] = "ended"
                self.reserved -= WORTH

    @rule(
        gives=st.sampled_from([None, "ROOT", *LEAVES]),
        takes=st.sampled_from([None, "ROOT", *LEAVES]),
        cents=st.one_of(st.integers(1, ENVELOPE), st.just(WORTH)),
    )
    def move_ceiling(self, gives: str | None, takes: str | None, cents: int) -> None:
        """Any increase, cut or transfer between lines and the outside."""
        if gives == takes:
            return
        after = dict(self.ceiling)
        for code, sign in ((gives, -1), (takes, 1)):
            if code in LEAVES:
                after[code] += sign * cents
            if code is None:
                after["ROOT"] -= sign * cents
        unallocated = after["ROOT"] - after["SME"] - after["PUB"]
        allowed = min(after["PUB"], after["SME"] - self.reserved - self.spent, unallocated) >= 0
        kind = MoveKind.INCREASE if gives is None else MoveKind.CUT if takes is None else MoveKind.TRANSFER
        ends = [self.ids[code] if code else None for code in (gives, takes)]
        manager = self.hub.actor("manager")
        deed = budget.change_ceiling
        if self.attempt(allowed, deed, kind, *ends, cents, "Because.", uuid.uuid4(), manager, self.now):
            self.ceiling = after

    @rule()
    def fold(self) -> None:
        with unit_of_work():
            totals.fold(self.now)

    @invariant()
    def the_platform_says_what_the_model_says(self) -> None:
        found = {line.code: line for line in queries.lines()}
        assert {code: line.ceiling_cents for code, line in found.items()} == self.ceiling
        assert (found["SME"].reserved_cents, found["SME"].spent_cents) == (self.reserved, self.spent)
        assert found["ROOT"].allocated_cents == self.ceiling["SME"] + self.ceiling["PUB"]
        assert all(line.free_cents >= 0 for line in found.values())
        held = sum(line.free_cents + line.reserved_cents + line.spent_cents for line in found.values())
        assert held == self.ceiling["ROOT"], "the envelope is conserved"
        by_group = totals.sums()["target_group"].get(TargetGroup.PRODUCTION_SME.value, {})
        assert by_group.get(Account.REQUESTED, 0) == self.asked
        assert by_group.get(Account.RESERVED, 0) == self.reserved
        assert verification.differences() == []
        db.session.rollback()

    def teardown(self) -> None:
        db.session.rollback()
        lone = select(BudgetMove.id).outerjoin(BudgetEntry).group_by(BudgetMove.id)
        unbalanced = lone.having(func.coalesce(func.sum(BudgetEntry.amount_cents), 1) != 0)
        assert db.session.scalars(unbalanced).all() == []
        db.session.remove()


@pytest.fixture
def begun(databases, make_app, now):
    """Makes a hub on an empty database of its own, again for each sequence."""
    address = databases.clone()
    app = make_app(address)

    def begin() -> Hub:
        db.session.remove()
        db.engine.dispose()
        databases.reset(address)
        hub = Hub(now)
        lines = {line.code: line for line in queries.lines()}
        surplus = lines["SME"].ceiling_cents - ENVELOPE
        why = Approval("A small envelope.", None, None)
        with unit_of_work():
            ledger.channel(MoveKind.CUT, lines["SME"].id, None, surplus, "small", why, now)
            group = TargetGroup.PUBLIC_INSTITUTION
            open_line("PUB", NAME, 0, SYSTEM, now, parent_code="ROOT", target_group=group)
        return hub

    with app.app_context():
        yield begin
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)


def run(begin, examples: int, steps: int) -> None:
    Envelope.begin = {"hub": begin}
    run_state_machine_as_test(
        Envelope,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_few_sequences(begun):
    run(begun, examples=3, steps=30)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_many_sequences(begun):
    run(begun, examples=40, steps=50)
