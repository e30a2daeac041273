"""From draft to its end: submission, reopening, withdrawal, eligibility, expiry; the ledger and the audit follow."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from sqlalchemy import event

from dih.applications import jobs, operations, queries
from dih.applications.vocabulary import ApplicationStatus as S
from dih.applications.vocabulary import Holds
from dih.budget.models import BudgetEntry
from dih.conflicts.models import Conflict
from dih.extensions.database import db
from dih.shared import clock, settings
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.free_days import FREE_DAYS
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.integration.applications.conftest import World, actions, application, mails, requested

ENVELOPE = 360_005  # 90 % of 4,000.05 EUR, rounded half up
MET = {"nature": (Holds.YES, ""), "funded": (Holds.YES, "")}


def submit(world: World, draft: uuid.UUID, when: dt.datetime | None = None) -> str:
    with unit_of_work():
        return operations.submit(draft, ["true_data"], world.actor("owner"), when or world.now)


def test_a_submission_has_a_reference_a_version_a_request_a_mail_and_one_record(world: World, draft: uuid.UUID) -> None:
    assert submit(world, draft) == "DIH-2026-00001"
    row = application(draft)
    assert (row.status, row.submitted_at, row.requested_cents) == (S.SUBMITTED, world.now, ENVELOPE)
    assert requested() == ENVELOPE
    assert actions(row.id) == ["start", "submit"]
    kept = queries.versions(row.id)
    assert [version.number for version in kept] == [1]
    assert kept[0].content["answers"]["declaration.true_data"] is True
    assert {address for address, _subject in mails()} == {world.people[who][0].email for who in ("owner", "editor")}


def test_all_that_is_missing_is_said_at_once_and_nothing_happens(world: World) -> None:
    with unit_of_work():
        bare = operations.start(world.organisation, "small", world.actor("owner"), world.now)
    with pytest.raises(BrokenRule) as refused, unit_of_work():
        operations.submit(bare, [], world.actor("owner"), world.now)
    fields = [problem.field for problem in refused.value.problems]
    assert fields == ["condition.funded", "services", "project_title", "mandate", "declaration.true_data"]
    assert application(bare).reference is None
    assert requested() == 0


def test_a_second_click_changes_nothing(world: World, submitted: uuid.UUID) -> None:
    with pytest.raises(Stale):
        submit(world, submitted)
    assert actions(application(submitted).id) == ["start", "submit"]
    assert requested() == ENVELOPE


def test_only_an_owner_submits_or_staff_who_entered_it(world: World, draft: uuid.UUID) -> None:
    for who, refusal in (("editor", Forbidden), ("manager", Forbidden), ("stranger", NotFound)):
        with pytest.raises(refusal), unit_of_work():
            operations.submit(draft, ["true_data"], world.actor(who), world.now)
    with unit_of_work():
        entered = operations.start(world.other_organisation, "small", world.actor("manager"), world.now)
    assert application(entered).entered_by_staff
    with pytest.raises(BrokenRule), unit_of_work():
        operations.submit(entered, [], world.actor("manager"), world.now)


def test_submitted_again_it_has_a_new_place_and_the_old_reference(world: World, submitted: uuid.UUID) -> None:
    later = world.now + dt.timedelta(days=2)
    with unit_of_work():
        operations.reopen(submitted, world.actor("owner"), world.now + dt.timedelta(days=1))
    row = application(submitted)
    assert (row.status, row.submitted_at) == (S.DRAFT, None)
    assert requested() == 0
    with unit_of_work():
        operations.choose_services(submitted, [world.services[1]], [world.services[0]], world.actor("editor"), later)
    assert submit(world, submitted, later) == "DIH-2026-00001"
    row = application(submitted)
    assert (row.submitted_at, row.requested_cents, requested()) == (later, 450_000, 450_000)
    kept = queries.versions(row.id)
    assert [(version.number, version.reopened_at is None) for version in kept] == [(1, False), (2, True)]
    assert actions(row.id) == ["start", "submit", "reopen", "submit"]


def test_reopening_ends_with_the_call_or_with_the_partner(world: World, submitted: uuid.UUID) -> None:
    with pytest.raises(BrokenRule), unit_of_work():
        operations.reopen(submitted, world.actor("owner"), world.now + dt.timedelta(days=31))
    row_id = application(submitted).id
    with unit_of_work():
        operations.check(row_id, MET, "", world.actor("manager"), world.now)
        operations.move(application_in(submitted), "place", world.actor("coordinator"), world.now)
    with pytest.raises(BrokenRule), unit_of_work():
        operations.reopen(submitted, world.actor("owner"), world.now)


def test_a_deadline_passes_over_the_free_days_that_were_added(world: World, submitted: uuid.UUID) -> None:
    today = clock.day_of(world.now)
    tomorrow = today + dt.timedelta(days=1)
    with unit_of_work():
        settings.change(FREE_DAYS.name, frozenset({tomorrow}), SYSTEM, world.now)
    with unit_of_work():
        operations.ask_clarification(application(submitted).id, "Why?", [], world.actor("manager"), world.now)
    days = operations.call_of(application(submitted)).content.days.clarification_working_days
    (asked,) = queries.clarifications(application(submitted).id)
    assert asked.due_on == clock.add_working_days(tomorrow, days) > clock.add_working_days(today, days)


def test_withdrawal_frees_what_was_asked_for(world: World, submitted: uuid.UUID) -> None:
    row_id = application(submitted).id
    with unit_of_work():
        operations.ask_clarification(row_id, "Why?", [], world.actor("manager"), world.now)
    with unit_of_work():
        operations.withdraw(submitted, "No longer needed", world.actor("owner"), world.now)
    assert (application(submitted).status, requested()) == (S.WITHDRAWN, 0)
    assert not any(one.open for one in queries.clarifications(row_id))
    with pytest.raises(Stale), unit_of_work():
        operations.withdraw(submitted, "", world.actor("owner"), world.now)


def test_a_named_partner_bears_the_request_from_then_on(world: World, submitted: uuid.UUID) -> None:
    with unit_of_work():
        operations.name_partner(application_in(submitted), world.partner, SYSTEM, world.now)
    with unit_of_work():
        operations.name_partner(application_in(submitted), world.partner, SYSTEM, world.now)
    db.session.rollback()
    by_partner: dict[Any, int] = {}
    for entry in db.session.query(BudgetEntry).where(BudgetEntry.account == "requested"):
        by_partner[entry.partner_id] = by_partner.get(entry.partner_id, 0) + entry.amount_cents
    assert by_partner == {None: 0, world.partner: ENVELOPE}
    with unit_of_work():
        operations.withdraw(submitted, "", world.actor("owner"), world.now)
    assert requested() == 0


def application_in(application_uuid: uuid.UUID) -> Any:
    return operations.load(application_uuid, SYSTEM, dt.datetime.now(dt.UTC))


def test_a_manager_finds_it_eligible_or_not_with_a_reason(world: World, submitted: uuid.UUID) -> None:
    row_id, manager = application(submitted).id, world.actor("manager")
    not_met = {**MET, "funded": (Holds.NO, "By another fund")}
    for findings, reason in (({"nature": MET["nature"]}, ""), (not_met, " ")):
        with pytest.raises(BrokenRule), unit_of_work():
            operations.check(row_id, findings, reason, manager, world.now)
    with unit_of_work():
        assert operations.check(row_id, not_met, "Twice funded", manager, world.now) is False
    assert (application(submitted).status, requested()) == (S.INELIGIBLE, 0)
    with unit_of_work():
        operations.look_again(row_id, "A mistake", manager, world.now)
    assert (application(submitted).status, requested()) == (S.SUBMITTED, ENVELOPE)
    with unit_of_work():
        assert operations.check(row_id, MET, "", manager, world.now) is True
    assert application(submitted).status is S.ELIGIBLE
    assert actions(row_id)[-3:] == ["find_ineligible", "look_again", "find_eligible"]
    for who, refusal in (("owner", Forbidden), ("auditor", Forbidden)):
        with pytest.raises(refusal), unit_of_work():
            operations.check(row_id, MET, "", world.actor(who), world.now)


def test_a_conflict_of_interest_closes_the_case_to_a_manager_but_not_to_its_applicant(
    world: World, submitted: uuid.UUID
) -> None:
    row = application(submitted)
    manager = world.actor("manager")
    today = world.now.date()
    assert queries.find(submitted, manager, today).id == row.id
    with unit_of_work():
        db.session.add(
            Conflict(
                person_id=manager.person_id,
                organisation_id=world.organisation,
                kind="family",
                source="declared",
                declared_at=world.now,
            )
        )
    with pytest.raises(NotFound):
        queries.find(submitted, manager, today)
    with pytest.raises(NotFound), unit_of_work():
        operations.check(row.id, MET, "", manager, world.now)
    assert queries.page(manager, today).rows == []
    for who in ("owner", "auditor"):
        assert queries.find(submitted, world.actor(who), today).id == row.id


def test_who_reaches_what(world: World, draft: uuid.UUID) -> None:
    today = world.now.date()

    def reach() -> set[str]:
        found = set()
        for who in world.people:
            try:
                queries.find(draft, world.actor(who), today)
                found.add(who)
            except NotFound:
                assert queries.page(world.actor(who), today).rows == []
        return found

    family = {"owner", "editor", "reader", "manager", "auditor"}
    assert reach() == family
    submit(world, draft)
    assert reach() == family
    with unit_of_work():
        operations.name_partner(application_in(draft), world.partner, SYSTEM, world.now)
    assert reach() == family | {"coordinator"}


def test_drafts_end_with_their_call_after_the_grace_and_are_reminded_once(world: World, draft: uuid.UUID) -> None:
    closes = world.now + dt.timedelta(days=30)
    jobs.remind(closes - dt.timedelta(days=4))
    assert mails() == []
    for _twice in range(2):
        jobs.remind(closes - dt.timedelta(days=2))
    assert len(mails()) == 2
    jobs.expire(closes + dt.timedelta(minutes=5))
    assert application(draft).status is S.DRAFT
    for _twice in range(2):
        jobs.expire(closes + dt.timedelta(minutes=15))
    assert application(draft).status is S.EXPIRED
    assert actions(application(draft).id) == ["start", "expire"]
    assert len(mails()) == 4


def test_a_closed_call_takes_no_new_application(world: World) -> None:
    late = world.now + dt.timedelta(days=30, seconds=1)
    with pytest.raises(BrokenRule), unit_of_work():
        operations.start(world.organisation, "small", world.actor("owner"), late)
    with pytest.raises(NotFound), unit_of_work():
        operations.start(world.organisation, "none", world.actor("owner"), world.now)
    with pytest.raises(Forbidden), unit_of_work():
        operations.start(world.organisation, "small", world.actor("stranger"), world.now)


def test_a_submission_is_a_constant_number_of_statements(world: World, draft: uuid.UUID) -> None:
    def statements(application_uuid: uuid.UUID) -> int:
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            submit(world, application_uuid)
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    few = statements(draft)
    with unit_of_work():
        for _more in range(5):
            factories.member("editor", world.now, world.organisation)
        operations.reopen(draft, world.actor("owner"), world.now)
    with unit_of_work():
        operations.choose_services(draft, world.services, world.services[:1], world.actor("owner"), world.now)
        row = application_in(draft)
        row.reference = None
    assert few <= 36
    assert statements(draft) == few
