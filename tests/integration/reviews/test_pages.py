"""The pages of reviewers, and of all who declare a conflict."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from dih.applications.models import AttachedDocument, RequestedService
from dih.documents.models import StoredFile
from dih.extensions.database import db
from dih.reviews import operations
from dih.reviews.rules.scoring import Draft
from dih.reviews.vocabulary import ReviewStatus
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.grids import GOOD
from tests.support.reviewed import Reviewed

FILLED = {f"mark_{key}": str(points) for key, points in GOOD.items()}
SignIn = Callable[..., Any]


def version(client: Any) -> str:
    return str(client.page.select_one("input[name=version]")["value"])


def texts(client: Any) -> str:
    return re.sub(r"\s+", " ", client.page.main.get_text(" "))


def test_the_queue_is_empty_at_first_and_then_by_deadline(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    sign_in(client, *hub.people["first"])
    assert client.get("/reviews").status_code == 200
    assert "Nicio evaluare nu vă așteaptă" in texts(client)
    one, two = hub.assigned("first"), hub.assigned("first")
    client.get("/reviews")
    listed = [link.get_text() for link in client.page.select("main table th a")]
    assert listed == [one.reference, two.reference]
    hub.submitted(one, "first")
    client.get("/reviews")
    assert "1 din 2 evaluări trimise" in texts(client)


def test_a_review_is_scored_saved_and_submitted_going_on_each_time(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    one, two = hub.assigned("first"), hub.assigned("first")
    first, second = (f"/reviews/{hub.review(of, 'first').uuid}" for of in (one, two))
    sign_in(client, *hub.people["first"])
    assert client.get(first).status_code == 200
    assert client.page.select_one("a[rel=next]")["href"] == second
    answer = client.post(first, data={"mark_idea": "35", "version": version(client), "then": "next", "marks": "{}"})
    assert answer.location == second
    client.get(first)
    assert client.page.select_one("#mark_idea")["value"] == "35"
    answer = client.post(first, data={**FILLED, "comment": "Bun", "version": version(client), "then": "submit"})
    assert answer.location == second
    client.get(second)
    answer = client.post(second, data={**FILLED, "version": version(client), "then": "submit"})
    assert answer.location == "/reviews"
    client.get("/reviews")
    assert "Ați trimis toate evaluările" in texts(client)
    client.get(first)
    assert not client.page.select("main form")
    assert "85 %" in texts(client)


def test_what_is_missing_is_named_and_what_is_typed_is_kept(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    address = f"/reviews/{hub.review(hub.assigned('first'), 'first').uuid}"
    sign_in(client, *hub.people["first"])
    client.get(address)
    typed = {"mark_idea": "30", "comment": "Am de completat", "version": version(client), "then": "submit"}
    assert client.post(address, data=typed).status_code == 422
    linked = [link["href"] for link in client.page.select(".error-summary a")]
    assert linked == ["#mark_team", "#mark_effect", "#mark_lasting"]
    assert client.page.title.get_text().startswith("Eroare")
    assert "Am de completat" in client.page.select_one("#comment").get_text()
    wrong = {**FILLED, "mark_idea": "400", "version": version(client), "then": "stay"}
    assert client.post(address, data=wrong).status_code == 422
    assert client.page.select_one("#mark_idea")["value"] == "400"
    assert [link["href"] for link in client.page.select(".error-summary a")] == ["#mark_idea"]
    assert client.post(address, data={**wrong, "mark_idea": "40", "version": version(client)}).status_code == 302


def test_autosave_answers_the_version_or_what_is_wrong(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    review = hub.review(hub.assigned("first"), "first")
    address = f"/reviews/{review.uuid}"
    sign_in(client, *hub.people["first"])
    client.get(address)
    old = version(client)
    json = {"Accept": "application/json"}
    saved = client.post(f"{address}/autosave", data={"mark_idea": "3", "version": old}, headers=json)
    assert (saved.status_code, saved.json) == (200, {"version": int(old) + 1})
    stale = client.post(f"{address}/autosave", data={"mark_idea": "4", "comment": "x", "version": old}, headers=json)
    assert stale.status_code == 409
    assert stale.json == {"version": int(old) + 1, "values": {"mark_idea": "3", "comment": ""}, "who": ""}
    wrong = client.post(f"{address}/autosave", data={"mark_idea": "99", "version": old}, headers=json)
    assert (wrong.status_code, len(wrong.json["problems"])) == (422, 1)
    assert client.post(f"{address}/autosave", data={"version": "abc"}, headers=json).status_code == 409


def test_a_stale_tab_sees_both_texts(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    address = f"/reviews/{hub.review(hub.assigned('first'), 'first').uuid}"
    sign_in(client, *hub.people["first"])
    client.get(address)
    old = version(client)
    client.post(address, data={"comment": "Din prima filă", "version": old, "then": "stay"})
    assert client.post(address, data={"comment": "Din a doua filă", "version": old, "then": "stay"}).status_code == 409
    assert "Din prima filă" in texts(client)
    assert "Din a doua filă" in client.page.select_one("#comment").get_text()
    assert (
        client.post(address, data={"comment": "Amândouă", "version": version(client), "then": "stay"}).status_code
        == 302
    )


def test_a_second_submit_changes_nothing(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    application = hub.assigned("first")
    address = f"/reviews/{hub.review(application, 'first').uuid}"
    sign_in(client, *hub.people["first"])
    client.get(address)
    filled = {**FILLED, "version": version(client), "then": "submit"}
    assert client.post(address, data=filled).location == "/reviews"
    assert client.post(address, data={**filled, "mark_idea": "1"}).location == address
    assert hub.review(application, "first").marks == GOOD


@pytest.fixture
def document(hub: Reviewed) -> Callable[[int], str]:
    """Attaches a file to an application; returns its id within the application."""

    def attach(application_id: int) -> int:
        with unit_of_work():
            file = StoredFile(
                name="dovada.pdf", kind="pdf", size=1, sha256="0" * 64, storage_name=f"f{application_id}",
                uploaded_at=hub.now,
            )  # fmt: skip
            db.session.add(file)
            db.session.flush()
            attached = AttachedDocument(
                application_id=application_id, key="proof", file_id=file.id, attached_at=hub.now
            )
            db.session.add(attached)
            db.session.flush()
            return attached.id

    return attach  # type: ignore[return-value]


def test_a_conflict_is_404_for_page_documents_and_case(
    hub: Reviewed, client: Any, sign_in: SignIn, document: Callable[[int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flask import Response

    from dih.reviews.views import scoring

    monkeypatch.setattr(scoring, "download", lambda file: Response(file.name, mimetype="text/plain"))
    application = hub.assigned("first")
    file = document(application.id)
    review = f"/reviews/{hub.review(application, 'first').uuid}"
    pages = [
        review,
        f"{review}/documents/{file}",
        f"/cases/{application.uuid}",
        f"/applications/{application.uuid}/conflict",
    ]
    sign_in(client, *hub.people["first"])
    assert [client.get(page).status_code for page in pages] == [200] * 4
    answer = client.post(pages[3], data={"kind": "family", "note": "Fratele meu conduce firma", "person": "1"})
    assert answer.location == "/reviews"
    assert [client.get(page).status_code for page in pages] == [404] * 4
    posts = [review, f"{review}/autosave", f"{review}/decline"]
    assert [client.post(page, data={**FILLED, "version": "1"}).status_code for page in posts] == [404] * 3


def test_documents_belong_to_the_own_application(hub: Reviewed, client: Any, sign_in: SignIn, document: Any) -> None:
    mine, other = hub.assigned("first"), hub.placed()
    foreign = document(other.id)
    sign_in(client, *hub.people["first"])
    assert client.get(f"/reviews/{hub.review(mine, 'first').uuid}/documents/{foreign}").status_code == 404


@pytest.mark.parametrize("name", ["coordinator", "manager"])
def test_staff_in_conflict_lose_the_case(hub: Reviewed, client: Any, sign_in: SignIn, name: str) -> None:
    application = hub.placed()
    sign_in(client, *hub.people[name])
    case, declare = f"/cases/{application.uuid}", f"/applications/{application.uuid}/conflict"
    assert [client.get(page).status_code for page in (case, declare)] == [200, 200]
    assert client.post(declare, data={"kind": "", "note": "Sora mea"}).status_code == 422
    assert client.post(declare, data={"kind": "family", "note": "Sora mea", "whole": "y"}).status_code == 302
    assert [client.get(page).status_code for page in (case, declare)] == [404, 404]


def test_an_applicant_names_a_person(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    application = hub.assigned("first")
    sign_in(client, *hub.people["owner"])
    address = f"/applications/{application.uuid}/name-conflict"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"note": "Concurent", "kind": "competitor"}).status_code == 422
    data = {"person": str(hub.person_id("first")), "note": "Concurent", "kind": "competitor"}
    assert client.post(address, data=data).status_code == 302
    assert hub.review(application, "first").status is ReviewStatus.CONFLICTED
    other = factories.organisation
    with unit_of_work():
        stranger = factories.member(hub.people["owner"][1].role, hub.now, other(hub.now).id)
    sign_in(client, *stranger)
    assert client.get(address).status_code == 404


def test_declining_asks_for_a_reason(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    application = hub.assigned("first")
    address = f"/reviews/{hub.review(application, 'first').uuid}/decline"
    sign_in(client, *hub.people["first"])
    assert client.get(address).status_code == 200
    assert client.post(address, data={"reason": " "}).status_code == 422
    assert client.post(address, data={"reason": "Nu am timp"}).location == "/reviews"
    assert hub.review(application, "first").declined_reason == "Nu am timp"


def test_one_of_the_services_is_shown(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    application = hub.assigned("first")
    assert db.session.query(RequestedService).count() == 1
    sign_in(client, *hub.people["first"])
    client.get(f"/reviews/{hub.review(application, 'first').uuid}")
    assert "Serviciul" in texts(client)


def test_the_version_of_a_draft_is_not_believed(hub: Reviewed, client: Any, sign_in: SignIn) -> None:
    review = hub.review(hub.assigned("first"), "first")
    with unit_of_work():
        operations.save_draft(review.uuid, Draft({"idea": 3}, {}), review.version, hub.actor("first"), hub.now)
    sign_in(client, *hub.people["first"])
    assert (
        client.post(f"/reviews/{review.uuid}", data={**FILLED, "version": "999", "then": "submit"}).status_code == 409
    )
