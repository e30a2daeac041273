"""A call's plan: from the manager's page to the partners that are asked, refused when anything changed, raced."""

import pytest
from sqlalchemy import func, select

from dih.calls.models import Call, CallVersion
from dih.conflicts.models import Conflict
from dih.conflicts.vocabulary import ConflictKind, ConflictSource
from dih.extensions.database import db
from dih.partners.models import Capacity, Partner, Specialism
from dih.routing import jobs, operations, plans
from dih.routing.models import Routing
from dih.routing.vocabulary import RoutingMode, RoutingStatus
from dih.shared.errors import BrokenRule, Forbidden, Stale
from dih.shared.models import AuditRecord, OutboxItem
from dih.shared.unit_of_work import unit_of_work
from tests.support.counting import counted
from tests.support.hub import Hub, routing_of
from tests.support.race import deed, together

R = RoutingStatus


@pytest.fixture
def hub(context, now):
    return Hub(now)


def call_of(hub):
    return db.session.get_one(CallVersion, hub.version).call_id


def code_of(hub):
    return db.session.get_one(Call, call_of(hub)).code


def turned(hub, number=2):
    """Applications that were routed to the lead; then the other partner becomes the one that is at home everywhere."""
    made = [hub.routed() for _ in range(number)]
    with unit_of_work():
        for row in db.session.query(Specialism):
            row.partner_id = hub.other
    return made


def facts_of(hub):
    return plans.load(call_of(hub), hub.actor("manager"), hub.now)


def place_of(facts, application, partner_id):
    case = next(case for case in facts.problem.cases if case.id == application.id)
    return next(place for place, option in enumerate(case.options) if option.partner == partner_id)


def apply(hub, moves, digest, reason="Balance", who="manager"):
    with unit_of_work():
        return operations.apply_plan(call_of(hub), moves, digest, reason, hub.actor(who), hub.now)


def words(client):
    return client.page.main.get_text(" ", strip=True).replace("\xa0", " ")


def follow(client, start):
    """Follows the first link whose words begin so, in English."""
    href = next(a["href"] for a in client.page.main.select("a") if a.get_text().startswith(start))
    client.get(f"{href}{'&' if '?' in href else '?'}lang=en")


def test_from_the_plan_to_the_partners_and_back(hub, new_client, sign_in):
    first, second = turned(hub)
    with unit_of_work():
        operations.accept(first.uuid, routing_of(first).id, hub.actor("coordinator"), hub.now)
    client = sign_in(new_client(), *hub.people["manager"])
    assert client.get("/routing/plan").status_code == 200
    address = client.page.select_one("tbody a")["href"]
    client.get(f"{address}?lang=en")
    boxes = [box["value"] for box in client.page.select("input[name=moves]")]
    assert [value.split(".")[0] for value in boxes] == [str(second.id)], "what was accepted stays"
    text = words(client)
    assert "Proven best" in text
    assert "20 points less" not in text
    assert "today: 2" in text
    assert "plan: 1" in text
    assert "fit 45, room 0, change −5" in text
    with counted() as found:
        follow(client, "Free it")
    assert len(client.page.select("input[name=moves]")) == 2
    assert found.number <= 12, found.statements
    follow(client, "Choose by hand")
    assert "points less" in words(client)
    follow(client, "Put it here")
    assert "You moved 1 application by hand" in words(client)
    assert len(client.page.select("input[name=moves]")) == 1
    follow(client, "Plan the others around it")
    assert "Plan the others around it" not in words(client)

    client.get(address)
    sent = {
        "digest": client.page.select_one("input[name=digest]")["value"],
        "moves": [box["value"] for box in client.page.select("input[name=moves]")],
    }
    assert client.post(address, data=sent).status_code == 422, "a reason is needed"
    assert client.page.select_one("input[name=moves]").has_attr("checked")
    sent["reason"] = "Partenerul cunoaște domeniul."
    assert client.post(address, data=sent).location == address
    made = routing_of(second)
    assert (made.partner_id, made.mode, made.status) == (hub.other, RoutingMode.PLAN, R.PROPOSED)
    assert made.reason == sent["reason"]
    assert next(score["partner_id"] for score in made.scores) == hub.other
    assert routing_of(first).status is R.ACCEPTED
    mails = [item.payload["to"] for item in db.session.query(OutboxItem).order_by(OutboxItem.id)][-2:]
    assert mails == [hub.people["coordinator"][0].email, hub.people["other_coordinator"][0].email]
    record = db.session.scalars(select(AuditRecord).where(AuditRecord.action == "routing_plan_applied")).one()
    assert (record.after, record.reason) == ({"moved": 1}, sent["reason"])
    again = client.post(address, data=sent)
    assert again.location == address
    client.get(address)
    assert "S-a schimbat ceva" in words(client)
    assert "Nimic de mutat" in words(client)

    with unit_of_work():
        operations.decline(second.uuid, made.id, "Nu putem.", hub.actor("other_coordinator"), hub.now)
    assert (routing_of(second).partner_id, routing_of(second).mode) == (hub.lead, RoutingMode.WORKER)


def test_what_if_changes_nothing(hub, new_client, sign_in):
    turned(hub)
    with unit_of_work():
        for row in db.session.query(Capacity).where(Capacity.partner_id == hub.other):
            row.person_days = 10
    client = sign_in(new_client(), *hub.people["manager"])
    address = f"/routing/plan/{code_of(hub)}/what-if?lang=en"
    before = db.session.scalar(select(func.count(Routing.id)))
    client.get(address)
    assert client.page.select("table") == []
    client.get(f"{address}&partner={hub.other}&quarter=1&days=20")
    text = words(client)
    assert "plan: 1" in text
    assert "what if: 2" in text
    assert "of 10" in text
    assert "of 30" in text, "with the days supposed"
    client.get(f"{address}&partner={hub.other}&quarter=1&days=0")
    assert "the plan would be the same" in words(client)
    for wrong in ("partner=x&quarter=1&days=20", f"partner={hub.other}&quarter=7&days=20", "days=much"):
        assert client.get(f"{address}&{wrong}").status_code == 200
        assert "Choose all three" in words(client)
    assert db.session.scalar(select(func.count(Routing.id))) == before


def test_a_plan_is_refused_once_anything_changed(hub):
    application = turned(hub, 1)[0]
    facts = facts_of(hub)
    moves = {application.id: place_of(facts, application, hub.other)}
    with unit_of_work():
        db.session.query(Capacity).where(Capacity.partner_id == hub.other).first().person_days += 1
    with pytest.raises(Stale):
        apply(hub, moves, facts.problem.digest)
    digest = facts_of(hub).problem.digest
    with pytest.raises(Stale):
        apply(hub, {**moves, 10**6: 0}, digest)
    with pytest.raises(BrokenRule, match="reason"):
        apply(hub, moves, digest, " ")
    with pytest.raises(BrokenRule, match="Nothing would move"):
        apply(hub, {application.id: place_of(facts, application, hub.lead)}, digest)
    with pytest.raises(Forbidden):
        apply(hub, moves, digest, who="coordinator")
    assert routing_of(application).partner_id == hub.lead
    assert apply(hub, moves, digest) == 1


@pytest.mark.parametrize("short", ["days", "money"])
def test_a_plan_by_hand_keeps_the_hard_rules_in_one_transaction(hub, short):
    first, second = turned(hub)
    with unit_of_work():
        if short == "days":
            for row in db.session.query(Capacity).where(Capacity.partner_id == hub.other):
                row.person_days = 15
        else:
            db.session.get_one(Partner, hub.other).share_percent = 0
    facts = facts_of(hub)
    moves = {one.id: place_of(facts, one, hub.other) for one in (first, second)}
    with pytest.raises(BrokenRule, match="lack 10 person-days" if short == "days" else "share of the budget"):
        apply(hub, moves, facts.problem.digest)
    assert {routing_of(one).partner_id for one in (first, second)} == {hub.lead}
    if short == "days":
        assert apply(hub, {first.id: moves[first.id]}, facts.problem.digest) == 1


def test_who_is_in_conflict_plans_without_the_case(hub):
    turned(hub, 1)
    with unit_of_work():
        db.session.add(
            Conflict(
                person_id=hub.actor("manager").person_id,
                organisation_id=hub.organisation,
                kind=ConflictKind.FAMILY,
                source=ConflictSource.DECLARED,
                declared_at=hub.now,
            )
        )
    facts = facts_of(hub)
    assert facts.problem.cases == ()
    assert {room.partner: room.taken for room in facts.problem.rooms}[hub.lead] == 20


def test_placed_and_unrouted_ones_are_planned_too(hub):
    placed = hub.placed()
    waiting = hub.application()
    cases = {case.id: case for case in facts_of(hub).problem.cases}
    assert cases[placed.id].accepted
    assert cases[waiting.id].today is None
    facts = facts_of(hub)
    assert apply(hub, {placed.id: place_of(facts, placed, hub.other), waiting.id: None}, facts.problem.digest) == 1
    assert routing_of(placed).partner_id == hub.other
    jobs.route(hub.now)
    assert routing_of(waiting).partner_id == hub.lead


@pytest.mark.parametrize("who", ["coordinator", "auditor", "owner"])
def test_only_managers_plan(hub, new_client, sign_in, who):
    client = sign_in(new_client(), *hub.people[who])
    for address in ("/routing/plan", f"/routing/plan/{code_of(hub)}", f"/routing/plan/{code_of(hub)}/what-if"):
        assert client.get(address).status_code == 403
    manager = sign_in(new_client(), *hub.people["manager"])
    assert manager.get("/routing/plan/nothing").status_code == 404
    assert manager.get(f"/routing/plan/{code_of(hub)}").status_code == 200
    assert "Nicio cerere" in words(manager)


def test_of_two_managers_one_applies(databases, make_app, now):
    address = databases.clone()
    with make_app(address).app_context():
        hub = Hub(now)
        applications = turned(hub, 3)
        facts, call_id = facts_of(hub), call_of(hub)
        moves = {one.id: place_of(facts, one, hub.other) for one in applications}
        digest, manager = facts.problem.digest, hub.actor("manager")
        none = {applications[0].id: None}
        first = deed(operations.apply_plan, call_id, moves, digest, "A", manager, now)
        second = deed(operations.apply_plan, call_id, none, digest, "B", manager, now)
        db.session.rollback()
        assert sorted(together(address, first, second)) == ["Stale", "done"]
        done = db.session.scalars(select(AuditRecord.reason).where(AuditRecord.action == "routing_plan_applied")).all()
        modes = [routing_of(one).mode for one in applications]
        assert (done, modes) in (
            (["A"], [RoutingMode.PLAN] * 3),
            (["B"], [RoutingMode.LEAD_DESK, RoutingMode.WORKER, RoutingMode.WORKER]),
        )
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)
