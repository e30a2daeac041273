"""The coordinator's and the manager's pages about routing and partners."""

import pytest
from sqlalchemy import select

from dih.conflicts import operations as conflicts
from dih.conflicts.operations import Declaration
from dih.conflicts.vocabulary import ConflictKind
from dih.extensions.database import db
from dih.partners.models import Capacity, Specialism
from dih.routing import jobs, operations
from dih.routing.models import Routing, RoutingHelper
from dih.routing.vocabulary import RoutingStatus
from dih.shared.models import AuditRecord, OutboxItem
from dih.shared.unit_of_work import unit_of_work
from tests.support.counting import counted
from tests.support.hub import Hub, routing_of

R = RoutingStatus


@pytest.fixture
def hub(context, now):
    return Hub(now)


@pytest.fixture
def visit(hub, new_client, sign_in):
    """A visitor signed in as somebody of the hub."""
    return lambda who: sign_in(new_client(), *hub.people[who])


def words(client):
    return client.page.main.get_text(" ", strip=True).replace("\xa0", " ")


def test_the_empty_list_says_what_will_come(visit):
    client = visit("coordinator")
    assert client.get("/routing").status_code == 200
    assert "Nicio cerere nu așteaptă răspuns" in words(client)
    assert client.get("/routing?status=all&lang=en").status_code == 200
    assert "Nothing was routed yet" in words(client)


def test_from_the_list_to_the_answer(hub, visit):
    application = hub.routed()
    client = visit("coordinator")
    client.get("/routing")
    link = client.page.select_one("tbody a")
    assert link.get_text() == application.reference
    client.get(link["href"])
    text = words(client)
    assert "2 dec. 2026" in text
    assert "Livrează 2 din 2 servicii cerute." in text
    assert "De răspuns până la" in text
    assert client.page.select_one("input[name=routing]")["value"] == str(routing_of(application).id)
    answer = {"routing": routing_of(application).id, "answer": "accept"}
    assert client.post(link["href"], data=answer).location == "/routing"
    assert db.session.scalars(select(Routing.status)).all() == [R.ACCEPTED]
    client.get("/routing?status=accepted")
    assert application.reference in words(client)


def test_what_was_typed_stays_when_it_is_refused(hub, visit):
    application = hub.routed()
    client = visit("coordinator")
    typed = {"routing": routing_of(application).id, "answer": "hand_over", "partner": "0", "reason": "Ei știu <b>"}
    assert client.post(f"/routing/{application.uuid}", data=typed).status_code == 422
    assert client.page.title.get_text(strip=True).startswith("Eroare:")
    assert client.page.find("textarea", {"name": "reason"}).get_text(strip=True) == "Ei știu <b>"
    assert client.page.select_one("input[value=hand_over]").has_attr("checked")
    assert client.post(f"/routing/{application.uuid}", data={"routing": "x"}).status_code == 422
    typed["partner"] = str(hub.other)
    assert client.post(f"/routing/{application.uuid}", data=typed).status_code == 302
    assert routing_of(application).partner_id == hub.other


def test_the_page_of_an_earlier_proposal_does_not_answer_a_later_one(hub, visit):
    application = hub.routed()
    first = routing_of(application).id
    with unit_of_work():
        operations.override(application.uuid, hub.other, "Why", hub.actor("manager"), hub.now)
        operations.override(application.uuid, hub.lead, "Back", hub.actor("manager"), hub.now)
    answer = {"routing": first, "answer": "accept"}
    assert visit("coordinator").post(f"/routing/{application.uuid}", data=answer).status_code == 409


def test_the_next_partner_reads_why(hub, visit):
    application = hub.routed()
    with unit_of_work():
        operations.hand_over(
            application.uuid, routing_of(application).id, hub.other, "Ei știu.", hub.actor("coordinator"), hub.now
        )
    client = visit("other_coordinator")
    client.get(f"/routing/{application.uuid}")
    assert "Ei știu." in words(client)
    assert visit("coordinator").get(f"/routing/{application.uuid}").status_code == 404


@pytest.mark.parametrize("who", ["deliverer", "manager", "auditor"])
def test_who_may_read_but_not_answer_sees_no_form(hub, visit, who):
    application = hub.routed()
    client = visit(who)
    client.get(f"/routing/{application.uuid}")
    assert client.page.main.find("form") is None
    answer = {"routing": routing_of(application).id, "answer": "accept"}
    assert client.post(f"/routing/{application.uuid}", data=answer).status_code in (403, 404)


@pytest.mark.parametrize(("who", "status"), [("owner", 403), ("other_coordinator", 404), ("stranger", 403)])
def test_who_does_not_reach_it(hub, visit, who, status):
    application = hub.routed()
    assert visit(who).get(f"/routing/{application.uuid}").status_code == status


def test_a_manager_gives_it_to_another_partner(hub, visit):
    application = hub.accepted()
    client = visit("manager")
    client.get(f"/routing/{application.uuid}/override")
    assert "P" in words(client)
    assert client.post(f"/routing/{application.uuid}/override", data={"partner": hub.other}).status_code == 422
    done = client.post(f"/routing/{application.uuid}/override", data={"partner": hub.other, "reason": "Echilibru"})
    assert done.location == f"/routing/{application.uuid}"
    client.get(done.location)
    assert "Echilibru" in words(client)
    assert visit("coordinator").get(f"/routing/{application.uuid}/override").status_code == 403


def test_the_list_takes_nonsense_in_its_address(hub, visit):
    hub.routed()
    client = visit("manager")
    for query in ("partner=" + "9" * 30, "after=x_y", "before=2026-13-01_4", "mode=%00", "county=%00", "late=2"):
        assert client.get(f"/routing?{query}").status_code == 200


def test_five_rows_and_fifty_cost_the_same(hub, visit):
    for _ in range(5):
        hub.application()
    jobs.route(hub.now)
    client = visit("manager")
    with counted() as few:
        client.get("/routing")
    for _ in range(12):
        hub.application()
    jobs.route(hub.now)
    with counted() as many:
        client.get("/routing")
    assert many.number == few.number <= 12, many.statements
    application = hub.routed()
    with counted() as page:
        client.get(f"/routing/{application.uuid}")
    assert page.number <= 12, page.statements


def test_the_own_partner(hub, visit):
    client = visit("coordinator")
    assert client.get("/partner").status_code == 200
    text = words(client)
    assert "Robotică inteligentă" in text
    assert "200" in text
    assert "Serviciul" in text
    assert "Invitați și administrați" in text
    with counted() as found:
        client.get("/partner?lang=en")
    assert found.number <= 12, found.statements
    deliverer = visit("deliverer")
    deliverer.get("/partner")
    assert "Invitați și administrați" not in words(deliverer)


def test_what_is_promised_stands_beside_the_capacity(hub, visit):
    hub.routed()
    client = visit("coordinator")
    client.get("/partner")
    values = [value.get_text(strip=True) for value in client.page.select(".keyfig-value")]
    assert values == ["200", "20", "180"]


def test_specialisms_are_changed_and_recorded_once(hub, visit):
    client = visit("coordinator")
    client.get("/partner/specialisms")
    assert client.page.select_one("input[name=county][value=CJ]").has_attr("checked")
    typed = {"county": ["BH", "CJ"], "area": ["cybersecurity"]}
    for _ in range(2):
        assert client.post("/partner/specialisms", data=typed).location == "/partner"
    stored = set(db.session.scalars(select(Specialism.code).where(Specialism.partner_id == hub.lead)))
    assert stored == {"BH", "CJ", "cybersecurity"}
    record = db.session.scalars(select(AuditRecord).where(AuditRecord.action == "partner_specialisms")).one()
    assert record.before["county"] == ["CJ"]
    assert record.after["county"] == ["BH", "CJ"]
    assert client.post("/partner/specialisms", data={"county": ["XX"]}).status_code == 422


def test_capacity_is_changed_and_recorded_once(hub, visit):
    client = visit("coordinator")
    client.get("/partner/capacity")
    fields = {tag["name"]: tag["value"] for tag in client.page.select("input[name^=days_]")}
    assert fields["days_2026_4"] == "100"
    assert len(fields) == 6
    typed = {**fields, "days_2026_4": "80"}
    for _ in range(2):
        assert client.post("/partner/capacity", data=typed).location == "/partner"
    days = db.session.scalars(
        select(Capacity.person_days).where(
            Capacity.partner_id == hub.lead, Capacity.year == 2026, Capacity.quarter == 4
        )
    ).one()
    assert days == 80
    record = db.session.scalars(select(AuditRecord).where(AuditRecord.action == "partner_capacity")).one()
    assert (record.before, record.after) == ({"days_2026_4": 100}, {"days_2026_4": 80})


@pytest.mark.parametrize("typed", ["", "-1", "5001", "1000000000000000", "NaN", "1,5", "x", "1" * 400])
def test_a_capacity_that_cannot_be_is_shown_again(hub, visit, typed):
    client = visit("coordinator")
    client.get("/partner/capacity")
    fields = {tag["name"]: tag["value"] for tag in client.page.select("input[name^=days_]")}
    assert client.post("/partner/capacity", data={**fields, "days_2026_4": typed}).status_code == 422
    assert client.page.select_one("input[name=days_2026_4]")["value"] == typed


def test_all_partners_for_the_hub(hub, visit):
    for who in ("manager", "auditor"):
        client = visit(who)
        client.get("/partners")
        rows = client.page.select("tbody tr")
        assert len(rows) == 2
        assert client.get(rows[0].a["href"]).status_code == 200
        assert client.get("/partners/nobody").status_code == 404
    assert visit("coordinator").get("/partners").status_code == 403
    assert visit("auditor").post("/partner/capacity").status_code == 403
    assert visit("deliverer").get("/partner/capacity").status_code == 403


def test_a_manager_keeps_capacity_and_share_of_any_partner(hub, visit):
    client = visit("manager")
    client.get("/partners")
    href = client.page.select_one("tbody a")["href"]
    client.get(f"{href}/capacity")
    fields = {tag["name"]: tag["value"] for tag in client.page.select("input[name^=days_]")}
    assert client.page.select_one("input[name=share]")["value"] == ""
    typed = {**fields, "days_2026_4": "77", "share": "35"}
    assert client.post(f"{href}/capacity", data={**typed, "share": "135"}).status_code == 422
    assert client.post(f"{href}/capacity", data=typed).location == href
    client.get(href)
    assert "35 % din tot bugetul" in words(client)
    assert "77" in words(client)
    assert client.post(f"{href}/capacity", data={**typed, "share": ""}).location == href
    client.get(href)
    assert "din tot bugetul" not in words(client)
    assert visit("coordinator").get(f"{href}/capacity").status_code == 403


def test_what_was_said_when_declining_is_shown_and_taken_back(hub, visit):
    application = hub.routed()
    client = visit("coordinator")
    typed = {"routing": routing_of(application).id, "answer": "decline", "kind": "no_capacity", "reason": "Plin."}
    assert client.post(f"/routing/{application.uuid}", data=typed).status_code == 422
    assert "de la care aveți din nou capacitate" in words(client)
    typed["until"] = "2027-02-01"
    assert client.post(f"/routing/{application.uuid}", data=typed).location == "/routing"
    manager = visit("manager")
    manager.get(f"/routing/{application.uuid}")
    assert "fără capacitate pentru astfel de servicii până la 1 feb. 2027" in words(manager)
    client.get("/partner")
    assert application.reference in words(client)
    assert client.post(client.page.select_one("form.button-form[action*=lift]")["action"]).location == "/partner"
    client.get("/partner")
    assert application.reference not in words(client)


def test_a_partner_that_helps_reads_the_case_and_sees_its_part(hub, visit):
    application = hub.routed()
    visitor, deliverer = visit("other_coordinator"), visit("deliverer")
    part = f"/routing/{application.uuid}/part"
    with unit_of_work():
        routing = routing_of(application)
        db.session.add(RoutingHelper(routing_id=routing.id, service_id=hub.services[1], partner_id=hub.other))
    assert visitor.get(part).status_code == 404, "the leader has not accepted yet"
    with unit_of_work():
        operations.accept(application.uuid, routing_of(application).id, hub.actor("coordinator"), hub.now)
    told = [one.payload for one in db.session.query(OutboxItem) if part in one.payload["body"]]
    assert [one["to"] for one in told] == [hub.people["other_coordinator"][0].email]
    visitor.get("/routing")
    assert visitor.page.select("a[href='/routing/parts']")
    visitor.get("/routing/parts")
    assert [link["href"] for link in visitor.page.select("tbody a")] == [part]
    assert visitor.get(part).status_code == 200
    assert words(visitor).count("Dumneavoastră") == 1
    assert len(visitor.page.select("tbody tr")) == 2
    assert visitor.get(f"{part}/documents/1").status_code == 404
    assert visitor.get(f"/cases/{application.uuid}").status_code == 404, "its own page is the leader's"
    for other in (deliverer, visit("manager")):
        assert other.get(part).status_code in (403, 404)
    deliverer.get("/routing/parts")
    assert "Acum nu ajutați la nicio cerere" in words(deliverer)
    with unit_of_work():
        known = Declaration(hub.organisation, None, ConflictKind.FAMILY, "Sora mea")
        conflicts.declare(known, hub.actor("other_coordinator"), hub.now)
    assert visitor.get(part).status_code == 404
    visitor.get("/routing/parts")
    assert not visitor.page.select("tbody a")
