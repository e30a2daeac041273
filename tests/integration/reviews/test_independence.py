"""Who reviews stands apart: from the partners that deliver, and from the other reviews until the own one is in."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from dih.accounts.models import Membership
from dih.applications.models import Application
from dih.conflicts.models import Conflict
from dih.conflicts.vocabulary import ConflictStatus, FoundBy
from dih.decisions import queries as decisions
from dih.desks import audit
from dih.extensions.database import db
from dih.reviews import jobs, operations, queries
from dih.reviews.operations.conflicting import find_same_partner
from dih.reviews.queries.facts import barred, facts
from dih.reviews.queries.wishes import wishes
from dih.reviews.vocabulary import ReviewStatus
from dih.routing.models import Routing, RoutingHelper
from dih.routing.vocabulary import RoutingMode, RoutingStatus
from dih.shared import clock
from dih.shared.access import Actor, Role, ScopeKind
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.grids import GOOD
from tests.support.reviewed import Reviewed


def also(hub: Reviewed, name: str, role: Role, scope_id: int = 0) -> Actor:
    """The person takes one more role, and acts in it."""
    kind = ScopeKind.PARTNER if scope_id else ScopeKind.HUB
    person, _membership = hub.people[name]
    with unit_of_work():
        more = Membership(person_id=person.id, role=role, scope_kind=kind, scope_id=scope_id, created_at=hub.now)
        db.session.add(more)
        db.session.flush()
    return factories.actor(person, more)


def helped(hub: Reviewed, application: Application, partner_id: int) -> None:
    """The partner that leads has accepted; another one delivers a service of it."""
    with unit_of_work():
        routing = Routing(
            application_id=application.id,
            partner_id=hub.partners[0],
            mode=RoutingMode.WORKER,
            status=RoutingStatus.ACCEPTED,
            scores=[],
            proposed_at=hub.now,
            due_on=clock.day_of(hub.now),
        )
        db.session.add(routing)
        db.session.flush()
        db.session.add(RoutingHelper(routing_id=routing.id, service_id=hub.services[0], partner_id=partner_id))


def refused(hub: Reviewed, application: Application, name: str) -> bool:
    try:
        hub.assigned(name, application=application)
    except BrokenRule:
        return True
    return False


def found(application: Application) -> set[int]:
    wanted = select(Conflict.person_id).where(
        Conflict.application_id == application.id,
        Conflict.found_by == FoundBy.SAME_PARTNER,
        Conflict.status == ConflictStatus.STANDING,
    )
    return set(db.session.scalars(wanted))


def test_nobody_reviews_what_an_own_partner_delivers_in_whatever_role(hub: Reviewed) -> None:
    application, day = hub.placed(), clock.day_of(hub.now)
    also(hub, "first", Role.DELIVERER, hub.partners[0])
    helped(hub, application, hub.partners[2])
    for name in ("first", "second", "third"):
        assert wishes(hub.actor(name), day) == [], name
        assert refused(hub, application, name), name
    jobs.sweep(hub.now)
    people = {hub.person_id(name) for name in ("colleague", "first", "second", "third")}
    assert found(application) == people, "the coordinator, who reviews nowhere, is left alone"
    with unit_of_work():
        for row in db.session.query(RoutingHelper):
            db.session.delete(row)
        find_same_partner(hub.now)
    assert found(application) == {hub.person_id("colleague"), hub.person_id("first")}
    hub.assigned("second", application=application)
    helped_again = db.session.scalars(select(Routing.id)).one()
    with unit_of_work():
        db.session.add(RoutingHelper(routing_id=helped_again, service_id=hub.services[0], partner_id=hub.partners[2]))
    assert refused(hub, application, "third"), "an ended conflict bars at once, before the sweep finds it again"
    jobs.sweep(hub.now)
    assert hub.review(application, "second").status is ReviewStatus.CONFLICTED


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.MANAGER])
def test_a_second_role_opens_no_sealed_review(hub: Reviewed, role: Role) -> None:
    application, day = hub.assigned("first", "second"), clock.day_of(hub.now)
    other = hub.submitted(application, "second").uuid
    actor = also(hub, "first", role)

    def sees() -> list[bool]:
        panel, meeting = queries.panel(application.id, actor), decisions.meeting(hub.code, actor, day)
        assert panel is not None
        assert meeting is not None
        try:
            reads = queries.sheet(other, actor, day).uuid == other
        except NotFound:
            reads = False
        told = [one.record.action for one in audit.page(audit.Filters(), actor, day).rows]
        return [
            reads,
            "review_submit" in told,
            bool(panel.lines),
            bool(queries.ranking(hub.code, actor, day).places),
            bool(queries.scores(hub.code, actor, day)),
            any(one.score is not None for one in meeting.candidates),
        ]

    assert not any(sees())
    hub.submitted(application, "first")
    assert all(sees())


def test_who_was_asked_for_an_opinion_reviews_no_more(hub: Reviewed, client: Any, sign_in: Any) -> None:
    application, day = hub.assigned("second"), clock.day_of(hub.now)
    asked = hub.submitted(application, "second").uuid
    pair = (hub.person_id("third"), application.id)
    before = facts(hub.code, hub.actor("manager"), day)
    assert pair not in barred(before.needs, before.people, day)
    with unit_of_work():
        operations.ask_opinion(asked, pair[0], hub.actor("manager"), hub.now)
    assert pair in barred(before.needs, before.people, day)
    assert refused(hub, application, "third")
    sign_in(client, *hub.people["manager"])
    client.get(f"/reviews/applications/{application.uuid}")
    assert "A doua opinie cerută" in client.page.main.get_text()
    assert f"reviewer-{pair[0]}" not in str(client.page.find_all("input"))


def test_the_steps_of_review_are_read_by_the_hub_alone(hub: Reviewed, client: Any, sign_in: Any) -> None:
    application = hub.assigned("first", "second")
    with unit_of_work():
        operations.set_terms(application.id, 2, None, "Unul e prea blând", hub.actor("manager"), hub.now)
    hub.submitted(application, "first")
    hub.submitted(application, "second", dict.fromkeys(GOOD, 0))
    hub.assigned("third", application=application)
    also_audits = db.session.get_one(Membership, also(hub, "third", Role.AUDITOR).membership_id)
    hub.people["third_as_auditor"] = (hub.people["third"][0], also_audits)
    for name in ("owner", "third", "third_as_auditor", "coordinator", "manager"):
        sign_in(client, *hub.people[name])
        assert client.get(f"/cases/{application.uuid}").status_code == 200
        text = client.page.get_text()
        for words in ("Unul e prea blând", "se cere încă o evaluare"):
            assert (words in text) is (name == "manager"), (name, words)
