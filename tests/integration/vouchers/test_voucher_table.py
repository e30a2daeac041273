"""The transition table of vouchers held against every verb, and what each side sees of a voucher."""

import pytest
from sqlalchemy import select

from dih.budget import ledger, queries
from dih.conflicts.models import Conflict
from dih.conflicts.vocabulary import ConflictKind, ConflictSource
from dih.decisions import operations as decisions
from dih.delivery import operations as delivery
from dih.extensions.database import db
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.unit_of_work import unit_of_work
from dih.vouchers import operations
from dih.vouchers import queries as vouchers
from dih.vouchers.models import VoucherService
from dih.vouchers.vocabulary import VOUCHER_STATUS_TRANSITIONS, VoucherStatus
from tests.support.hub import Hub, audited

S = VoucherStatus
WORTH = 133_333
REASON = "Because."


@pytest.fixture
def hub(context, now):
    return Hub(now)


@pytest.fixture
def paying(context, now):
    return Hub(now, own_percent=10)


def line():
    return next(one for one in queries.lines() if one.code == "SME")


def money():
    return line().reserved_cents, line().spent_cents


def run(verb, *arguments):
    with unit_of_work():
        return verb(*arguments)


STATES = {
    S.OFFERED: "offered",
    S.ACTIVE: "active",
    S.IN_DELIVERY: "in_delivery",
    S.DELIVERED: "delivered",
    S.CONFIRMED: "confirmed",
    S.DISPUTED: "disputed",
}


def verbs(hub, voucher):
    uuid, now = voucher.uuid, hub.now
    worth = dict.fromkeys(hub.services, 1)
    return {
        "accept": lambda actor: operations.accept(uuid, actor, now),
        "refuse": lambda actor: operations.refuse(uuid, "", actor, now),
        "cancel": lambda actor: operations.cancel(uuid, REASON, actor, now),
        "deliver": lambda actor: delivery.report(uuid, "Done", worth, actor, now),
        "confirm": lambda actor: delivery.confirm(uuid, actor, now),
        "dispute": lambda actor: delivery.dispute(uuid, REASON, actor, now),
        "redo": lambda actor: delivery.redo(uuid, REASON, actor, now),
        "uphold": lambda actor: delivery.uphold(uuid, REASON, actor, now),
        "take_back": lambda actor: delivery.take_back(uuid, REASON, actor, now),
        "close": lambda actor: delivery.close(uuid, actor, now),
    }


RIGHT = {"accept": "owner", "refuse": "owner", "confirm": "owner", "dispute": "owner", "deliver": "coordinator"}


@pytest.mark.parametrize("state", list(STATES))
def test_no_move_that_the_table_does_not_have(hub, state):
    voucher = getattr(hub, STATES[state])()
    allowed = {edge.action for edge in VOUCHER_STATUS_TRANSITIONS if edge.source is state}
    before = (money(), audited("voucher"))
    for action, verb in verbs(hub, voucher).items():
        if action not in allowed:
            with pytest.raises(Stale):
                run(verb, hub.actor(RIGHT.get(action, "manager")))
    assert (money(), audited("voucher")) == before


@pytest.mark.parametrize("state", list(STATES))
def test_no_move_by_a_role_that_may_not(hub, state):
    voucher = getattr(hub, STATES[state])()
    edges = {edge.action: edge.permission for edge in VOUCHER_STATUS_TRANSITIONS if edge.source is state}
    before = (money(), audited("voucher"))
    for action, verb in verbs(hub, voucher).items():
        if action in edges:
            for who in ("owner", "editor", "coordinator", "deliverer", "manager", "auditor"):
                if not hub.actor(who).may(edges[action]):
                    with pytest.raises(Forbidden):
                        run(verb, hub.actor(who))
            for who in ("stranger", "other_coordinator"):
                with pytest.raises(NotFound):
                    run(verb, hub.actor(who))
    assert (money(), audited("voucher")) == before


def test_staff_in_conflict_do_not_reach_it_auditors_included(hub):
    voucher = hub.offered()
    with unit_of_work():
        for who in ("manager", "auditor"):
            db.session.add(
                Conflict(
                    person_id=hub.actor(who).person_id,
                    organisation_id=hub.organisation,
                    kind=ConflictKind.FAMILY,
                    source=ConflictSource.DECLARED,
                    declared_at=hub.now,
                )
            )
    with pytest.raises(NotFound):
        run(operations.cancel, voucher.uuid, REASON, hub.actor("manager"), hub.now)
    for who in ("manager", "auditor"):
        assert vouchers.page(hub.actor(who), vouchers.Filters(), hub.now).rows == []


def test_the_partner_sees_the_code_once_it_has_redeemed(hub):
    voucher = hub.active()
    today = hub.now.date()
    seen = {
        who: vouchers.case(voucher.uuid, hub.actor(who), today).panel.code
        for who in ("owner", "manager", "coordinator")
    }
    assert seen == {"owner": voucher.code, "manager": voucher.code, "coordinator": ""}
    run(operations.redeem, voucher.code, hub.actor("coordinator"), hub.now)
    assert vouchers.case(voucher.uuid, hub.actor("coordinator"), today).panel.code == voucher.code


def test_the_panel_offers_what_the_actor_may_do(hub):
    voucher = hub.offered()

    def offered_to(who):
        return vouchers.panel(voucher.application_id, hub.actor(who)).actions

    assert offered_to("owner") == ("accept", "refuse")
    assert offered_to("manager") == ("cancel", "extend")
    assert offered_to("coordinator") == offered_to("auditor") == offered_to("editor") == ()
    run(operations.accept, voucher.uuid, hub.actor("owner"), hub.now)
    assert offered_to("coordinator") == ("redeem",)
    assert offered_to("other_coordinator") == ()


def test_the_split_of_each_service_sums_to_the_voucher(paying):
    voucher = paying.offered()
    parts = list(db.session.scalars(select(VoucherService).where(VoucherService.voucher_id == voucher.id)))
    for name in ("eu_cents", "national_cents", "beneficiary_cents"):
        assert sum(getattr(part, name) for part in parts) == getattr(voucher, name)


def test_approved_again_after_the_line_is_empty_it_is_refused_with_the_figures(context, now):
    hub = Hub(now)
    with unit_of_work():
        ledger.reserve([ledger.Part(hub.line, 400_000_000 - WORTH + 1)], "other", SYSTEM, now, application_id=0)
    application = hub.placed()
    with pytest.raises(BrokenRule, match="free"):
        run(decisions.approve, application.id, "", hub.actor("manager"), now)
    assert audited("voucher") == []
