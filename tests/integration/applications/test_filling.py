"""Filling an application in: several people, two tabs, services, documents, and what a clarification unlocks."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from dih.applications import operations, queries
from dih.applications.rules.answers import Seen, digest
from dih.applications.vocabulary import ApplicationStatus as S
from dih.shared import clock
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.unit_of_work import unit_of_work
from tests.integration.applications.conftest import World, application, mails, stored_file


def answers_of(application_uuid: uuid.UUID) -> dict[str, Any]:
    return {
        key: one.value
        for key, one in queries.contents_of(application(application_uuid), clock.day_of(clock.now())).stored.items()
    }


def save(world: World, draft: uuid.UUID, who: str, typed: dict[str, Any], seen: dict[str, Seen] | None = None) -> Any:
    with unit_of_work():
        return operations.save_answers(draft, typed, seen or {}, world.actor(who), world.now)


def test_a_stale_tab_never_overwrites(world: World, draft: uuid.UUID) -> None:
    shown = {"staff": Seen(1, digest(12)), "wishes": Seen(0, digest(None))}
    first = save(world, draft, "owner", {"staff": "13", "wishes": ""}, shown)
    assert first.seen["staff"] == Seen(2, digest(13))
    late = save(world, draft, "editor", {"staff": "14", "wishes": "Mine"}, shown)
    assert late.conflicts == {"staff": 13}
    assert late.who == world.people["owner"][0].name
    assert answers_of(draft)["staff"] == 13
    assert answers_of(draft)["wishes"] == "Mine", "the field that nobody else touched is saved"
    again = save(world, draft, "editor", {"staff": "14"}, dict(late.seen))
    assert again.conflicts == {}
    assert answers_of(draft)["staff"] == 14


def test_a_field_left_alone_on_an_old_page_keeps_what_others_wrote(world: World, draft: uuid.UUID) -> None:
    shown = {"staff": Seen(1, digest(12)), "wishes": Seen(0, digest(None))}
    save(world, draft, "owner", {"staff": "13"}, shown)
    second = save(world, draft, "editor", {"staff": "12", "wishes": "Mine"}, shown)
    assert second.conflicts == {}
    assert answers_of(draft)["staff"] == 13
    third = save(world, draft, "editor", {"staff": "12", "wishes": "More"}, {**shown, **second.seen})
    assert third.conflicts == {}
    assert answers_of(draft)["staff"] == 13, "an autosave in between changes nothing about that"


def test_what_cannot_be_read_stays_in_the_draft(world: World, draft: uuid.UUID) -> None:
    saved = save(world, draft, "owner", {"staff": "many"}, {"staff": Seen(1, digest(12))})
    assert [problem.field for problem in saved.problems] == ["staff"]
    assert answers_of(draft)["staff"] == {"typed": "many"}


def test_fields_that_the_call_does_not_have_are_ignored(world: World, draft: uuid.UUID) -> None:
    save(world, draft, "owner", {"status": "approved", "amount": "1", "declaration.true_data": "yes"})
    assert application(draft).status is S.DRAFT
    assert not {"status", "amount", "declaration.true_data"} & set(answers_of(draft))


OTHERS = [("reader", Forbidden), ("stranger", NotFound), ("manager", Forbidden), ("coordinator", NotFound)]


@pytest.mark.parametrize(("who", "refusal"), OTHERS)
def test_others_cannot_write(world: World, draft: uuid.UUID, who: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        save(world, draft, who, {"staff": "1"})


def test_two_people_choose_services_side_by_side(world: World, draft: uuid.UUID) -> None:
    one, two = world.services
    with unit_of_work():
        operations.choose_services(draft, [one, two], [one], world.actor("owner"), world.now)
    with unit_of_work():
        operations.choose_services(draft, [], [one], world.actor("editor"), world.now)
    assert [
        chosen.service_id for chosen in queries.contents_of(application(draft), clock.day_of(clock.now())).services
    ] == [two]


def test_a_service_of_another_call_is_refused(world: World, draft: uuid.UUID) -> None:
    with pytest.raises(BrokenRule, match="not offered"), unit_of_work():
        operations.choose_services(draft, [world.outside], [], world.actor("owner"), world.now)


def test_nothing_is_saved_after_the_grace(world: World, draft: uuid.UUID) -> None:
    closes = world.now + dt.timedelta(days=30)
    in_grace, after = closes + dt.timedelta(minutes=9), closes + dt.timedelta(minutes=11)
    with unit_of_work():
        operations.save_answers(draft, {"wishes": "In time"}, {}, world.actor("owner"), in_grace)
    with pytest.raises(BrokenRule, match="closed"), unit_of_work():
        operations.save_answers(draft, {"wishes": "Too late"}, {}, world.actor("owner"), after)


def test_a_document_that_was_taken_out_stays_with_its_version(world: World, submitted: uuid.UUID) -> None:
    with unit_of_work():
        operations.reopen(submitted, world.actor("owner"), world.now)
    row = application(submitted)
    file = queries.contents_of(row, clock.day_of(clock.now())).documents[0]
    with unit_of_work():
        operations.remove(submitted, file.id, world.actor("editor"), world.now)
    assert queries.contents_of(application(submitted), clock.day_of(clock.now())).documents == []
    assert queries.attachment(row.id, file.id) is not None


def test_a_clarification_unlocks_only_what_it_names(world: World, submitted: uuid.UUID) -> None:
    with pytest.raises(BrokenRule, match="submitted"):
        save(world, submitted, "owner", {"staff": "13"})
    row_id = application(submitted).id
    with unit_of_work():
        asked = operations.ask_clarification(row_id, "De ce?", ["staff", "mandate"], world.actor("manager"), world.now)
    shown = {"staff": Seen(1, digest(12))}
    save(world, submitted, "editor", {"staff": "13"}, shown)
    for locked in ({"project_title": "Other"}, {"wishes": "x", "staff": "14"}):
        with pytest.raises(BrokenRule, match="submitted"):
            save(world, submitted, "editor", locked)
    with pytest.raises(BrokenRule), unit_of_work():
        operations.choose_services(submitted, world.services, [], world.actor("owner"), world.now)
    with unit_of_work():
        operations.attach(submitted, "mandate", stored_file(world), world.actor("editor"), world.now)
    before, moves = application(submitted).submitted_at, application(submitted).moves
    with unit_of_work():
        operations.answer_clarification(asked, "Fiindcă.", world.actor("editor"), world.now + dt.timedelta(days=1))
    assert application(submitted).submitted_at == before, "the place in the queue stays"
    assert application(submitted).moves > moves, "a first approval was about what stood here before"
    kept = queries.versions(row_id)
    assert [version.content["answers"]["staff"] for version in kept] == [12, 13]
    with pytest.raises(BrokenRule):
        save(world, submitted, "editor", {"staff": "15"}, {"staff": Seen(2, digest(13))})
    assert mails()[-1][0] == world.people["manager"][0].email


def test_staff_may_not_lock_the_applicant_in_and_may_take_a_question_back(world: World, submitted: uuid.UUID) -> None:
    row_id = application(submitted).id
    for question, fields in (("", []), ("Why?", ["amount"])):
        with pytest.raises(BrokenRule), unit_of_work():
            operations.ask_clarification(row_id, question, fields, world.actor("manager"), world.now)
    for who, refusal in (("owner", Forbidden), ("auditor", Forbidden)):
        with pytest.raises(refusal), unit_of_work():
            operations.ask_clarification(row_id, "Why?", [], world.actor(who), world.now)
    with unit_of_work():
        asked = operations.ask_clarification(row_id, "Why?", ["staff"], world.actor("manager"), world.now)
    with unit_of_work():
        operations.withdraw_clarification(asked, world.actor("manager"), world.now)
    with pytest.raises(BrokenRule):
        save(world, submitted, "owner", {"staff": "13"})


def test_a_second_application_starts_with_the_answers_of_the_first(
    world: World, submitted: uuid.UUID, visitor: Callable[[str], Any]
) -> None:
    with unit_of_work():
        second = operations.start(world.organisation, "small", world.actor("editor"), world.now)
    assert second != submitted
    assert answers_of(second) == {"project_title": "Ghișeu mai rapid", "staff": 12}
    assert application(second).title == "Ghișeu mai rapid"
    with unit_of_work():
        assert operations.start(world.organisation, "small", world.actor("owner"), world.now) == second
        operations.withdraw(second, "", world.actor("owner"), world.now)
    owner = visitor("owner")
    third = owner.post("/applications/start?call=small", data={})
    assert "preluate din ultima dumneavoastră cerere" in owner.get(third.location).get_data(as_text=True)
