"""After the own submission: sealed first scores, changes with history, second opinions, a third review, closing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from dih.conflicts import operations as conflicts
from dih.conflicts.operations import Declaration
from dih.conflicts.vocabulary import ConflictKind
from dih.extensions.database import db
from dih.reviews import jobs, operations, queries
from dih.reviews.models import Review, ReviewRevision
from dih.reviews.rules.scoring import Draft
from dih.reviews.vocabulary import Phase
from dih.shared import clock
from dih.shared.access import Role
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.free_days import free_days
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.grids import GOOD
from tests.support.reviewed import Reviewed

SignIn = Callable[..., Any]


def texts(client: Any) -> str:
    return re.sub(r"\s+", " ", client.page.main.get_text(" "))


def test_submitted_scores_are_sealed_by_the_database(hub: Reviewed) -> None:
    application = hub.assigned("first", "second")
    review = hub.submitted(application, "first")
    uuid = review.uuid
    with unit_of_work():
        operations.revise(uuid, Draft({**GOOD, "idea": 20}, {}), "Am citit celelalte", hub.actor("first"), hub.now)
    for statement in (
        "UPDATE review SET marks = '{}' WHERE submitted_at IS NOT NULL",
        "UPDATE review SET status = 'recalled', submitted_at = NULL WHERE submitted_at IS NOT NULL",
        "DELETE FROM review WHERE submitted_at IS NOT NULL",
        "UPDATE review_revision SET marks = '{}'",
        "DELETE FROM review_revision",
    ):
        with pytest.raises(DatabaseError, match="append-only"), unit_of_work():
            db.session.execute(text(statement))
    assert hub.review(application, "first").marks == GOOD
    assert db.session.query(ReviewRevision).one().marks["idea"] == 20
    with unit_of_work():
        db.session.execute(text("UPDATE review SET comment = 'x' WHERE submitted_at IS NULL"))


def test_scores_change_after_the_own_submission_and_the_first_stay_visible(
    hub: Reviewed, client: Any, sign_in: SignIn
) -> None:
    application = hub.assigned("first", "second")
    uuid = hub.review(application, "first").uuid
    sign_in(client, *hub.people["first"])
    page = f"/reviews/{uuid}"
    assert client.get(f"{page}/revise").status_code == 302
    assert client.get(f"{page}/say").status_code == 302
    hub.submitted(application, "first")
    hub.submitted(application, "second", {**GOOD, "idea": 40})
    assert client.get(f"{page}/revise").status_code == 200
    filled = {f"mark_{key}": str(points) for key, points in {**GOOD, "idea": 30}.items()}
    assert client.post(f"{page}/revise", data={**filled, "reason": " "}).status_code == 422
    assert client.post(f"{page}/revise", data={**filled, "mark_idea": "", "reason": "Da"}).status_code == 422
    assert client.post(f"{page}/revise", data={**filled, "reason": "Am greșit"}).status_code == 302
    client.get(page)
    assert "Depus întâi: 85 %" in texts(client)
    assert "Am greșit" in texts(client)
    assert "80 %" in texts(client)
    day = clock.day_of(hub.now)
    (place,) = queries.ranking(hub.code, hub.actor("manager"), day).places
    assert place.ranked.mean == 85
    panel = queries.panel(application.id, hub.actor("manager"))
    assert panel is not None
    assert sorted(line.total for line in panel.lines if line.total) == [80, 90]
    assert client.post(f"{page}/say", data={"words": ""}).status_code == 422
    assert client.post(f"{page}/say", data={"words": "De ce atât?"}).status_code == 302
    other = hub.review(application, "second").uuid
    assert client.get(f"{page}/opinion/{uuid}").status_code == 404
    assert client.get(f"{page}/opinion/{other}").status_code == 200
    opinion = {"agrees": "no", "reasons": "Planul nu are buget."}
    assert client.post(f"{page}/opinion/{other}", data={"reasons": "x"}).status_code == 422
    assert client.post(f"{page}/opinion/{other}", data=opinion).status_code == 302
    assert client.post(f"{page}/opinion/{other}", data=opinion).status_code == 422
    sign_in(client, *hub.people["manager"])
    client.get(f"/reviews/{other}")
    assert "Nu este de acord" in texts(client)
    assert "De ce atât?" in texts(client)
    assert client.get(f"/reviews/{other}/say").status_code == 200
    assert client.get(f"/reviews/{other}/revise").status_code in (403, 404)
    assert client.get(f"/reviews/calls/{hub.code}/close").status_code == 200
    assert client.post(f"/reviews/calls/{hub.code}/close").status_code == 302
    sheet = queries.sheet(uuid, hub.actor("first"), day)
    assert (sheet.phase, sheet.speaks) == (Phase.CLOSED, False)
    with pytest.raises(BrokenRule), unit_of_work():
        operations.revise(uuid, Draft(GOOD, {}), "Din nou", hub.actor("first"), hub.now)


@pytest.mark.parametrize("name", ["third", "auditor", "coordinator", "owner", "colleague"])
def test_nobody_else_speaks(hub: Reviewed, name: str) -> None:
    application = hub.assigned("first", "third")
    uuid = hub.submitted(application, "first").uuid
    from dih.shared.errors import Forbidden

    with pytest.raises((NotFound, Forbidden)), unit_of_work():
        operations.say(uuid, "Vreau să spun", hub.actor(name), hub.now)
    with pytest.raises((NotFound, Forbidden)), unit_of_work():
        operations.give_opinion(uuid, True, "Da", hub.actor(name), hub.now)
    with pytest.raises((NotFound, Forbidden)), unit_of_work():
        operations.revise(uuid, Draft(GOOD, {}), "Da", hub.actor(name), hub.now)


def test_a_second_opinion_is_asked_of_somebody_else_by_name(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    application = hub.assigned("first", "second")
    uuid, other = hub.submitted(application, "first").uuid, hub.submitted(application, "second").uuid
    with unit_of_work():
        hub.people["fourth"] = factories.member(Role.REVIEWER, hub.now, hub.partners[1], name="Fourth")
        relation = Declaration(hub.organisation, None, ConflictKind.FAMILY, "Sora mea")
        conflicts.declare(relation, hub.actor("fourth"), hub.now)
    sign_in(client, *hub.people["manager"])
    ask = f"/reviews/{uuid}/ask"
    assert client.get(ask).status_code == 200
    (choice,) = client.page.select("input[name=person]")
    assert choice["value"] == str(hub.person_id("third")), "the others review it, deliver it or are in conflict"
    assert "0 din 8" in texts(client)
    for name in ("fourth", "first", "colleague", "manager"):
        assert client.post(ask, data={"person": str(hub.person_id(name))}).status_code == 422
    assert client.post(ask, data={"person": choice["value"]}).status_code == 302
    assert client.post(ask, data={"person": choice["value"]}).status_code == 422
    client.get(f"/reviews/{uuid}")
    assert "A doua opinie cerută de la: Third" in texts(client)
    (mail,) = [one.payload for one in db.session.query(OutboxItem) if "a doua opinie" in one.payload["subject"]]
    assert mail["to"] == hub.people["third"][0].email
    sign_in(client, *hub.people["third"])
    client.get("/reviews")
    assert client.page.select(f"a[href='/reviews/{uuid}']")
    assert client.get(f"/reviews/{uuid}").status_code == 200
    assert "Evaluările altora" not in texts(client)
    assert client.get(f"/cases/{application.uuid}").status_code == 200
    for page in (f"/reviews/{other}", f"/reviews/{uuid}/opinion/{other}", ask):
        assert client.get(page).status_code in (403, 404)
    for page in ("say", "revise"):
        assert client.get(f"/reviews/{uuid}/{page}").status_code == 302
    with pytest.raises(NotFound), unit_of_work():
        operations.say(uuid, "Vreau să spun", hub.actor("third"), hub.now)
    with pytest.raises(BrokenRule, match="has read a review"):
        hub.assigned("third", application=application)
    opinion = {"agrees": "yes", "reasons": "Planul este bun."}
    assert client.post(f"/reviews/{uuid}/opinion/{uuid}", data=opinion).status_code == 302
    client.get("/reviews")
    assert not client.page.select(f"a[href='/reviews/{uuid}']")
    sign_in(client, *hub.people["manager"])
    client.get(f"/reviews/{uuid}")
    assert "De acord" in texts(client)
    assert "cerută de la" not in texts(client)
    relation = Declaration(hub.organisation, None, ConflictKind.FAMILY, "Fratele meu")
    with unit_of_work():
        conflicts.declare(relation, hub.actor("third"), hub.now)
    sign_in(client, *hub.people["third"])
    assert client.get(f"/reviews/{uuid}").status_code == 404


def test_an_opinion_not_given_is_reminded_of_with_reviews_and_told_to_managers(hub: Reviewed) -> None:
    application = hub.assigned("first", "second")
    asked = hub.submitted(application, "first").uuid
    with unit_of_work():
        operations.ask_opinion(asked, hub.person_id("third"), hub.actor("manager"), hub.now)
    third, second = hub.people["third"][0].email, hub.people["second"][0].email
    free = free_days()
    due_on = clock.add_working_days(clock.day_of(hub.now), 10, free)
    (mine,) = queries.asked_of(hub.actor("third"), clock.day_of(hub.now))
    assert mine.due_on == due_on, "as long as the call gives for a review"

    def told(days_after: int) -> list[tuple[str, str, str]]:
        day = clock.add_working_days(due_on, days_after, free)
        known = db.session.query(OutboxItem).count()
        jobs.tell(dt.datetime.combine(day, dt.time(9), dt.UTC))
        fresh = [one.payload for one in db.session.query(OutboxItem).order_by(OutboxItem.id)][known:]
        return [(one["to"], one["subject"], one["body"]) for one in fresh]

    hub.assigned("third", application=hub.placed())
    mails = {to: (subject, body) for to, subject, body in told(0)}
    assert mails[third][0] == "2 evaluări și opinii au termenul aproape", "one mail about both"
    assert "a doua opinie până la" in mails[third][1]
    assert "evalu" in mails[second][0]
    assert told(0) == []
    late = {to: (subject, body) for to, subject, body in told(2)}
    assert late[third][0] == "2 evaluări și opinii sunt întârziate"
    for name in ("manager", "other_manager"):
        subject, body = late[hub.people[name][0].email]
        assert subject == "3 evaluări și opinii sunt întârziate"
        assert "a doua opinie a: Third" in body
    with unit_of_work():
        operations.give_opinion(asked, True, "Planul este bun", hub.actor("third"), hub.now)
    (subject,) = [subject for to, subject, _body in told(3) if to == third]
    assert subject == "1 evaluare este întârziată", "what is given is not reminded of; managers heard once"


def test_scores_far_apart_ask_for_a_third_review_once(hub: Reviewed) -> None:
    near, far = hub.assigned("first", "second"), hub.assigned("first", "second")
    hub.submitted(near, "first")
    hub.submitted(near, "second", {**GOOD, "idea": 30})
    hub.submitted(far, "first")
    low = {"idea": 10, "team": 20, "effect": 5, "lasting": 1}
    hub.submitted(far, "second", low)
    day = clock.day_of(hub.now)
    board = {row.id: row.missing for row in queries.board(hub.code, hub.actor("manager"), day).rows}
    assert board == {near.id: 0, far.id: 1}
    told = [item.payload for item in db.session.query(OutboxItem) if "depărtate" in item.payload["subject"]]
    assert len(told) == 2
    hub.assigned("third", application=far)
    hub.submitted(far, "third", low)
    board = {row.id: row.missing for row in queries.board(hub.code, hub.actor("manager"), day).rows}
    assert board == {near.id: 0, far.id: 0}
    assert db.session.query(Review).count() == 5
