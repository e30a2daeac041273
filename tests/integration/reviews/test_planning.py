"""A plan: made, explained, published once, refused when stale; a decline, an illness and a late conflict mended."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dih.accounts.models import Person
from dih.conflicts import operations as conflicts
from dih.conflicts.operations import Declaration
from dih.conflicts.vocabulary import ConflictKind
from dih.extensions.database import db
from dih.reviews import operations, queries
from dih.reviews.assignment.problem import problem
from dih.reviews.assignment.solve import solve
from dih.reviews.models import Review, ReviewPlan
from dih.reviews.operations import Relation
from dih.reviews.queries import Shortage, Solved
from dih.reviews.vocabulary import Bid, PlanKind, PlanStatus, ReviewStatus
from dih.shared import clock
from dih.shared.access import Role
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.reviewed import Reviewed

SignIn = Callable[..., Any]


def texts(client: Any) -> str:
    return re.sub(r"\s+", " ", client.page.main.get_text(" "))


def made(hub: Reviewed, floor: int | None = None, name: str = "manager") -> ReviewPlan:
    """A plan of the call, kept as a draft."""
    solved = queries.solve_for(hub.code, floor, hub.actor(name), clock.day_of(hub.now))
    assert isinstance(solved, Solved)
    with unit_of_work():
        uuid = operations.keep_plan(solved, hub.actor(name), hub.now)
    return db.session.query(ReviewPlan).filter_by(uuid=uuid).one()


def published(hub: Reviewed) -> ReviewPlan:
    plan = made(hub)
    uuid = plan.uuid
    with unit_of_work():
        operations.publish(uuid, hub.actor("manager"), hub.now)
    return plan


def pairs(*statuses: ReviewStatus) -> set[tuple[int, int]]:
    wanted = statuses or (ReviewStatus.ASSIGNED, ReviewStatus.IN_PROGRESS)
    return {(one.application_id, one.reviewer_id) for one in db.session.query(Review) if one.status in wanted}


def mending(hub: Reviewed) -> Any:
    (one,) = queries.mendings(hub.code, hub.actor("manager"), clock.day_of(hub.now)).plans
    return one


def test_a_plan_is_made_explained_and_published_whole(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    applications = [hub.placed(), hub.placed(partner=1), hub.placed(partner=2)]
    hub.knows("second", sectors=["manufacturing"], areas=["robotics"])
    sign_in(client, *hub.people["manager"])
    address = f"/reviews/calls/{hub.code}/plan"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"floor": "0"}).status_code == 422
    shown = client.post(address, data={"floor": ""}).location
    assert client.get(shown).status_code == 200
    assert "Demonstrat" in texts(client)
    assert len(client.page.select("main tbody tr")) == 6
    why = next(link["href"] for link in client.page.select("main tbody a"))
    assert client.get(why).status_code == 200
    assert "Propus" in texts(client)
    assert "Evaluatorul lucrează la un partener care livrează" in texts(client), "why each one is kept out"
    stored = client.get(f"{shown}/task.npz").get_data()
    with np.load(io.BytesIO(stored)) as task:
        again = solve(problem(task["aff"], task["coi"], task["load"], task["k"]))
    assert db.session.query(ReviewPlan).one().total == again.objective
    assert pairs() == set()
    assert client.post(f"{shown}/publish").status_code == 302
    assert len(pairs()) == 6
    assert {db.session.get_one(type(one), one.id).status.value for one in applications} == {"in_review"}
    assert client.post(f"{shown}/publish").status_code == 422
    client.get(address)
    assert "Fiecare cerere are evaluatorii ei" in texts(client)
    assert "Publicat" in texts(client)
    sign_in(client, *hub.people["auditor"])
    assert client.get(shown).status_code == 200
    assert client.post(f"{shown}/publish").status_code == 403


def test_a_plan_may_spread_the_work_and_shows_what_that_costs(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    for _ in range(2):
        application = hub.placed()
        with unit_of_work():
            operations.set_terms(application.id, 1, None, "Cerere mică", hub.actor("manager"), hub.now)
    hub.knows("second", sectors=["manufacturing"])
    with unit_of_work():
        hub.people["fourth"] = factories.member(Role.REVIEWER, hub.now, hub.partners[1], name="Fourth")
    hub.knows("fourth", areas=["robotics"])
    sign_in(client, *hub.people["manager"])
    page = f"/reviews/calls/{hub.code}/plan"
    assert client.post(page, data={"floor": "", "spread": "other"}).status_code == 422
    for spread, people, words in (("none", 1, "Suma potrivirilor"), ("strong", 2, "pentru împărțirea muncii")):
        shown = client.post(page, data={"floor": "1", "spread": spread}).location
        client.get(shown)
        assert words in texts(client)
        assert "Demonstrat" in texts(client)
        plan = db.session.query(ReviewPlan).order_by(ReviewPlan.id.desc()).first()
        assert plan is not None
        assert plan.total == plan.bound
        assert len({pair[1] for pair in plan.pairs}) == people
    assert client.post(f"{shown}/publish").status_code == 302


def test_a_stale_plan_is_refused(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    application = hub.placed()
    plan = made(hub)
    uuid = plan.uuid
    with unit_of_work():
        of = Declaration(hub.organisation, application.id, ConflictKind.FAMILY, "Sora mea")
        conflicts.declare(of, hub.actor("first"), hub.now)
    sign_in(client, *hub.people["manager"])
    assert client.post(f"/reviews/plans/{uuid}/publish").status_code == 422
    assert "s-au schimbat" in texts(client)
    assert pairs() == set()
    plan = made(hub)
    hub.placed()
    with pytest.raises(BrokenRule), unit_of_work():
        operations.publish(plan.uuid, hub.actor("manager"), hub.now)
    with unit_of_work():
        operations.set_limit(hub.person_id("third"), 3, hub.actor("manager"), hub.now)
    assert db.session.query(ReviewPlan).filter_by(status=PlanStatus.PUBLISHED).count() == 0


def test_of_two_drafts_one_is_published_and_the_other_told(hub: Reviewed) -> None:
    hub.placed()
    one, other = made(hub).uuid, made(hub, name="other_manager").uuid
    with unit_of_work():
        operations.publish(one, hub.actor("manager"), hub.now)
    with pytest.raises(BrokenRule, match="Manager has published another plan"), unit_of_work():
        operations.publish(other, hub.actor("other_manager"), hub.now)
    assert len(pairs()) == 2
    for name in ("auditor", "first", "coordinator"):
        with pytest.raises(Forbidden), unit_of_work():
            operations.publish(other, hub.actor(name), hub.now)


def test_a_shortage_names_who_blocks_and_what_helps(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    application = hub.placed()
    for name in ("second", "third"):
        hub.knows(name, most_open=0)
    found = queries.solve_for(hub.code, None, hub.actor("manager"), clock.day_of(hub.now))
    assert isinstance(found, Shortage)
    assert ([one.reference for one in found.applications], found.wanted, found.possible) == (
        [application.reference],
        2,
        1,
    )
    assert {one.name for one in found.full} == {"Second", "Third"}
    assert [(one.reference, who.name) for one, who in found.conflicts] == [(application.reference, "Colleague")]
    sign_in(client, *hub.people["manager"])
    assert client.post(f"/reviews/calls/{hub.code}/plan", data={"floor": ""}).status_code == 422
    assert "Nu există un plan complet" in texts(client)
    assert db.session.query(ReviewPlan).count() == 0
    too_high = queries.solve_for(hub.code, 9000, hub.actor("manager"), clock.day_of(hub.now))
    assert isinstance(too_high, Shortage)
    with unit_of_work():
        operations.set_terms(application.id, 1, None, "Cerere mică", hub.actor("manager"), hub.now)
    assert isinstance(queries.solve_for(hub.code, None, hub.actor("manager"), clock.day_of(hub.now)), Solved)
    with unit_of_work():
        operations.set_terms(application.id, 0, None, "Fără evaluare", hub.actor("manager"), hub.now)
    assert queries.solve_for(hub.code, None, hub.actor("manager"), clock.day_of(hub.now)) is None


def test_a_wish_counts(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    application = hub.placed()
    sign_in(client, *hub.people["third"])
    assert client.get("/reviews/wishes").status_code == 200
    field = client.page.select_one("main select")["name"]
    assert client.post("/reviews/wishes", data={field: "want", "bid_x": "want"}).status_code == 302
    with unit_of_work():
        operations.bid(application.uuid, Bid.RATHER_NOT, hub.actor("first"), hub.now)
    with pytest.raises(NotFound), unit_of_work():
        operations.bid(application.uuid, Bid.WANT, hub.actor("colleague"), hub.now)
    assert {who for _one, who in [(p[0], p[1]) for p in made(hub).pairs]} == {
        hub.person_id("second"),
        hub.person_id("third"),
    }


def test_a_decline_is_mended_and_begun_reviews_stay(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    with unit_of_work():
        for index in range(3):
            hub.people[f"more{index}"] = factories.member(
                Role.REVIEWER, hub.now, hub.partners[1 + index % 2], name=f"More {index}"
            )
    applications = [hub.placed() for _ in range(3)]
    plan = published(hub)
    before = pairs()
    begun = hub.review(applications[0], next(n for n in hub.people if (applications[0].id, hub.person_id(n)) in before))
    who = next(name for name in hub.people if hub.person_id(name) == begun.reviewer_id)
    uuid, version = begun.uuid, begun.version
    with unit_of_work():
        operations.save_draft(uuid, _draft(), version, hub.actor(who), hub.now)
    declined, name = next(
        (one, name)
        for one in applications[1:]
        for name in hub.people
        if (one.id, hub.person_id(name)) in before and name != who
    )
    uuid = hub.review(declined, name).uuid
    with unit_of_work():
        operations.decline(uuid, "Nu am timp", hub.actor(name), hub.now)
    sign_in(client, *hub.people["manager"])
    client.get("/reviews/calls")
    (link,) = client.page.select("a[href$='/repair']")
    assert client.get(link["href"]).status_code == 200
    assert "Nu am timp" in texts(client)
    shown = mending(hub)
    assert [(one.application.id, one.leaves_id) for one in shown.changes if one.lost] == [
        (declined.id, hub.person_id(name))
    ]
    form = {"plan": str(plan.id), "key": shown.key}
    assert client.post(link["href"], data={**form, "key": "other"}).status_code == 422
    assert client.post(link["href"], data=form).status_code == 302
    after = pairs()
    assert len(after) == 6
    assert (applications[0].id, begun.reviewer_id) in after
    assert (declined.id, hub.person_id(name)) not in after
    assert [one.kind for one in db.session.query(ReviewPlan).order_by(ReviewPlan.id)] == [
        PlanKind.PLAN,
        PlanKind.REPAIR,
    ]
    client.get(link["href"])
    assert "Nimic de reparat" in texts(client)
    assert client.get(f"/reviews/calls/{hub.code}/plan").status_code == 200
    assert "Reparare: 1 evaluare" in texts(client)


def test_an_illness_and_a_late_conflict_pass_on(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    with unit_of_work():
        hub.people["spare"] = factories.member(Role.REVIEWER, hub.now, hub.partners[1], name="Spare")
    application = hub.placed()
    published(hub)
    ill = next(
        name for name in ("first", "second", "third", "spare") if (application.id, hub.person_id(name)) in pairs()
    )
    sign_in(client, *hub.people["manager"])
    address = f"/reviews/reviewers/{hub.person_id(ill)}"
    assert client.get("/reviews/reviewers").status_code == 200
    assert client.post("/reviews/reviewers", data={f"most_{hub.person_id(ill)}": "x"}).status_code == 422
    assert client.post("/reviews/reviewers", data={f"most_{hub.person_id(ill)}": "5"}).status_code == 302
    assert client.get(f"{address}/away").status_code == 200
    assert client.post(f"{address}/away", data={"reason": ""}).status_code == 422
    assert client.post(f"{address}/away", data={"reason": "Concediu medical"}).status_code == 302
    assert client.post("/reviews/reviewers/999999/back").status_code == 404
    shown = mending(hub)
    assert [one.reason for one in shown.lost] == ["Concediu medical"]
    (change,) = shown.changes
    assert (change.leaves_id, change.lost) == (hub.person_id(ill), True)
    with unit_of_work():
        operations.repair(hub.code, shown.plan_id, shown.key, hub.actor("manager"), hub.now)
    assert hub.review(application, ill).status is ReviewStatus.RECALLED
    other = next(name for name in hub.people if (application.id, hub.person_id(name)) in pairs())
    with unit_of_work():
        relation = Relation(ConflictKind.FAMILY, "Fratele meu")
        operations.declare_conflict(application.uuid, relation, hub.actor(other), hub.now)
    shown = mending(hub)
    assert [one.status for one in shown.lost] == [ReviewStatus.CONFLICTED]
    assert client.get("/reviews/reviewers").status_code == 200
    assert client.post(f"{address}/back").status_code == 302
    again = mending(hub)
    assert len(again.changes) == 1


def test_where_the_floor_cannot_hold_it_is_lowered_for_one(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    for name in ("first", "second"):
        hub.knows(name, sectors=["manufacturing"], areas=["robotics"])
    application = hub.placed()
    published(hub)
    uuid = hub.review(application, "first").uuid
    with unit_of_work():
        operations.decline(uuid, "Nu am timp", hub.actor("first"), hub.now)
    shown = mending(hub)
    assert ([one.application.id for one in shown.stuck], shown.changes) == ([application.id], [])
    assert shown.stuck[0].own_floor is not None
    with pytest.raises(BrokenRule), unit_of_work():
        operations.repair(hub.code, shown.plan_id, shown.key, hub.actor("manager"), hub.now)
    sign_in(client, *hub.people["manager"])
    client.get(f"/reviews/calls/{hub.code}/repair")
    terms = client.page.select_one("a[href$='/terms']")["href"]
    assert client.get(terms).status_code == 200
    assert client.post(terms, data={"wanted": "", "floor": "5", "reason": ""}).status_code == 422
    floor = str(shown.stuck[0].own_floor)
    assert client.post(terms, data={"wanted": "", "floor": floor, "reason": "Nimeni altcineva"}).status_code == 302
    shown = mending(hub)
    assert [(one.leaves, one.takes) for one in shown.changes] == [("First", "Third")]


def test_who_joined_since_is_added_by_the_manager_alone(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    application = hub.placed()
    plan = published(hub)
    name = next(one for one in ("first", "second", "third") if (application.id, hub.person_id(one)) in pairs())
    left = next(one for one in ("first", "second", "third") if (application.id, hub.person_id(one)) not in pairs())
    with unit_of_work():
        operations.take_off(hub.person_id(left), "Concediu", hub.actor("manager"), hub.now)
        operations.decline(hub.review(application, name).uuid, "Nu am timp", hub.actor(name), hub.now)
        joined = [factories.member(Role.REVIEWER, hub.now, hub.partners[at], name="New")[0].id for at in (0, 1)]
    page = f"/reviews/calls/{hub.code}/repair"
    sign_in(client, *hub.people["manager"])
    client.get(page)
    assert mending(hub).changes == []
    assert [field["value"] for field in client.page.select("input[name=add]")] == [str(one) for one in joined]
    client.get(f"{page}?add={joined[0]}&add={joined[1]}&add=x")
    fields = {one["name"]: one["value"] for one in client.page.select("main form[method=post] input")}
    assert client.post(page, data={**fields, "add": str(joined[0])}).status_code == 422
    assert client.post(page, data=fields).status_code == 302
    assert (application.id, joined[1]) in pairs(), "the other works for the partner that delivers"
    with unit_of_work():
        db.session.get_one(Person, joined[1]).active = False
    shown = mending(hub)
    assert ([one.reviewer_id for one in shown.lost], shown.plan_id) == ([joined[1]], plan.id)
    assert len(shown.stuck) == 1
    with unit_of_work():
        operations.bring_back(hub.person_id(left), hub.actor("manager"), hub.now)
    assert [(one.leaves_id, one.takes_id) for one in mending(hub).changes] == [(joined[1], hub.person_id(left))]


def _draft() -> Any:
    from dih.reviews.rules.scoring import Draft

    return Draft({"idea": 3}, {})


def test_late_reviews_are_told_to_managers_once(hub: Reviewed) -> None:
    hub.assigned("first")
    late = dt.datetime(2026, 12, 11, 9, tzinfo=dt.UTC)
    for _ in range(2):
        with unit_of_work():
            operations.escalate(late)
    from dih.shared.models import OutboxItem

    told = [one.payload["to"] for one in db.session.query(OutboxItem) if "First" in one.payload["body"]]
    assert sorted(told) == sorted(hub.people[name][0].email for name in ("manager", "other_manager"))
