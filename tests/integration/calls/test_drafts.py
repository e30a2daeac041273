"""Copying, editing, publishing and closing calls; a published version stays as it is under an open application."""

import datetime as dt

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from dih.accounts.rules import PERMISSIONS
from dih.calls import managed, operations, queries
from dih.calls.models import Call, CallVersion
from dih.calls.vocabulary import CallStatus
from dih.extensions.database import db
from dih.shared.access import SYSTEM, Actor, Role
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.models import AuditRecord
from dih.shared.unit_of_work import unit_of_work
from tests import factories


def does(verb, *values):
    """Calls an operation in a unit of work of its own."""
    with unit_of_work():
        return verb(*values)


def actions(call_id):
    return db.session.scalars(
        select(AuditRecord.action)
        .where(AuditRecord.subject_kind == "call", AuditRecord.subject_id == call_id)
        .order_by(AuditRecord.id)
    ).all()


def title(words):
    return {"title": {"ro": words, "en": words}}


def basics(version_id, **more):
    keys = ("title", "summary", "description", "target_group", "method", "reviews_per_application")
    stored = managed.content(version_id)
    return {key: stored[key] for key in keys} | more


def test_a_copy_is_a_draft_like_its_original(seeded, now):
    health = queries.current("health")
    call_id = does(operations.copy, health.call_id, "health-2027", SYSTEM, now)
    copied = managed.one("health-2027")
    assert (copied.status, copied.current_id, len(copied.versions)) == (CallStatus.DRAFT, None, 1)
    assert queries.current("health-2027") is None
    does(operations.publish, call_id, SYSTEM, now)
    found = queries.current("health-2027")
    assert found.content == health.content
    assert [one.code for one in queries.services_of(found.id)] == [one.code for one in queries.services_of(health.id)]
    assert actions(call_id) == ["call_created", "call_published"]


@pytest.mark.parametrize("code", ["health", "Health", "a b", "", "-a", "x" * 61, "../x"])
def test_a_code_is_new_and_fit_for_an_address(seeded, now, code):
    with pytest.raises(BrokenRule) as refusal:
        does(operations.copy, queries.current("health").call_id, code, SYSTEM, now)
    assert [problem.field for problem in refusal.value.problems] == ["code"]


def test_a_draft_may_be_incomplete_but_is_published_whole(seeded, now):
    call_id = does(operations.copy, queries.current("health").call_id, "spring", SYSTEM, now)
    draft = managed.one("spring").draft
    does(operations.save_part, draft.id, "questions", {"questions": []}, 1, SYSTEM, now)
    does(operations.save_part, draft.id, "basics", {"title": {"ro": "Nou"}}, 2, SYSTEM, now)
    with pytest.raises(BrokenRule) as refusal:
        does(operations.publish, call_id, SYSTEM, now)
    fields = {problem.field for problem in refusal.value.problems}
    assert {"questions", "title.en", "summary", "method", "reviews_per_application"} <= fields
    assert managed.one("spring").status is CallStatus.DRAFT
    assert actions(call_id) == ["call_created", "call_part_saved", "call_part_saved"]


def test_a_published_version_stays_under_an_open_application(context, now):
    with unit_of_work():
        factories.envelope(now)
        partner = factories.partner(now)
        service = factories.service([partner])
        first = factories.call(now, [service])
        first_id, call_id, digest = first.id, first.call_id, first.digest
    code = db.session.get_one(Call, call_id).code
    begun = managed.content(first_id)
    next_id = does(operations.begin_version, call_id, SYSTEM, now)
    does(operations.save_part, next_id, "basics", basics(next_id, **title("Changed")), 1, SYSTEM, now)
    assert queries.current(code).id == first_id
    does(operations.publish, call_id, SYSTEM, now)
    assert (queries.current(code).id, queries.current(code).content.title["en"]) == (next_id, "Changed")
    assert managed.content(first_id) == begun
    assert queries.version(first_id).content.title["en"] == "Call"
    assert db.session.get_one(CallVersion, first_id).digest == digest
    assert actions(call_id)[2:] == ["call_version_begun", "call_part_saved", "call_version_published"]
    with pytest.raises(Stale):
        does(operations.publish, call_id, SYSTEM, now)


def test_nothing_changes_a_published_version(seeded, now):
    health = queries.current("health")
    with pytest.raises(BrokenRule, match="never changes"):
        does(operations.save_part, health.id, "sections", {"sections": []}, 2, SYSTEM, now)
    with pytest.raises(BrokenRule, match="never changes"):
        does(operations.change_dates, health.id, now, now + dt.timedelta(days=400), 2, SYSTEM, now)
    with pytest.raises(BrokenRule, match="never changes"):
        does(operations.discard, health.id, SYSTEM, now)
    for statement in (
        "UPDATE call_version SET content = '{}' WHERE id = :id",
        "DELETE FROM call_version WHERE id = :id",
    ):
        with pytest.raises(DatabaseError, match="append-only"), unit_of_work():
            db.session.execute(text(statement), {"id": health.id})


def test_one_next_version_at_a_time(seeded, now):
    call_id = queries.current("health").call_id
    does(operations.begin_version, call_id, SYSTEM, now)
    with pytest.raises(Stale):
        does(operations.begin_version, call_id, SYSTEM, now)


def test_who_edits_a_stale_version_is_told(seeded, now):
    draft = does(operations.begin_version, queries.current("health").call_id, SYSTEM, now)
    does(operations.save_part, draft, "basics", basics(draft, **title("Mine")), 1, SYSTEM, now)
    with pytest.raises(Stale):
        does(operations.save_part, draft, "basics", basics(draft, **title("Late")), 1, SYSTEM, now)
    with pytest.raises(Stale):
        does(operations.change_dates, draft, now, now + dt.timedelta(days=400), 1, SYSTEM, now)
    assert managed.content(draft)["title"]["en"] == "Mine"


def test_what_cannot_be_right_is_not_saved(seeded, now):
    draft = does(operations.begin_version, queries.current("health").call_id, SYSTEM, now)
    wrong = basics(draft, reviews_per_application=9, method="lottery")
    with pytest.raises(BrokenRule) as refusal:
        does(operations.save_part, draft, "basics", wrong, 1, SYSTEM, now)
    assert [one.field for one in refusal.value.problems] == ["method", "reviews_per_application"]
    with pytest.raises(NotFound):
        does(operations.save_part, draft, "secrets", {}, 1, SYSTEM, now)
    with pytest.raises(NotFound):
        does(operations.save_part, 999, "basics", {}, 1, SYSTEM, now)


def test_the_deadline_that_was_promised_stands(seeded, now):
    health = queries.current("health")
    draft = does(operations.begin_version, health.call_id, SYSTEM, now)
    with pytest.raises(BrokenRule, match="close after it opens"):
        does(operations.change_dates, draft, now, now, 1, SYSTEM, now)
    earlier, later = health.closes_at - dt.timedelta(days=1), health.closes_at + dt.timedelta(days=9)
    does(operations.change_dates, draft, health.opens_at, earlier, 1, SYSTEM, now)
    with pytest.raises(BrokenRule, match="promised more time"):
        does(operations.publish, health.call_id, SYSTEM, now)
    does(operations.change_dates, draft, now + dt.timedelta(days=1), later, 2, SYSTEM, now)
    with pytest.raises(BrokenRule, match="open already"):
        does(operations.publish, health.call_id, SYSTEM, now)
    does(operations.change_dates, draft, health.opens_at, later, 3, SYSTEM, now)
    does(operations.publish, health.call_id, SYSTEM, now)
    assert queries.current("health").closes_at == later


def test_a_closed_call_takes_nothing_and_stays_closed(seeded, now):
    health = queries.current("health")
    draft = does(operations.begin_version, health.call_id, SYSTEM, now)
    does(operations.close, health.call_id, SYSTEM, now)
    closed = queries.current("health")
    assert not closed.takes_submissions(now)
    assert actions(health.call_id)[-1] == "call_closed"
    for verb in (operations.close, operations.publish, operations.begin_version):
        with pytest.raises(Stale):
            does(verb, health.call_id, SYSTEM, now)
    assert managed.one("health").draft is None
    does(operations.discard, draft, SYSTEM, now)


def test_a_draft_is_thrown_away(seeded, now):
    health = queries.current("health")
    draft = does(operations.begin_version, health.call_id, SYSTEM, now)
    does(operations.discard, draft, SYSTEM, now)
    assert [version.number for version in managed.one("health").versions] == [1]
    call_id = does(operations.copy, health.call_id, "spring", SYSTEM, now)
    does(operations.discard, managed.one("spring").draft.id, SYSTEM, now)
    with pytest.raises(NotFound):
        managed.one("spring")
    assert actions(call_id) == ["call_created", "call_discarded"]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COORDINATOR, Role.OWNER])
def test_only_managers_change_calls(seeded, now, role):
    nobody = Actor(person_id=None, name="x", role=role, permissions=PERMISSIONS[role])
    call_id = queries.current("health").call_id
    draft = does(operations.begin_version, call_id, SYSTEM, now)
    for verb, values in (
        (operations.copy, (call_id, "spring")),
        (operations.begin_version, (call_id,)),
        (operations.save_part, (draft, "basics", {}, 1)),
        (operations.change_dates, (draft, now, now + dt.timedelta(days=400), 1)),
        (operations.publish, (call_id,)),
        (operations.close, (call_id,)),
        (operations.discard, (draft,)),
    ):
        with pytest.raises(Forbidden):
            does(verb, *values, nobody, now)
