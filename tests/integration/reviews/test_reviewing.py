"""A review from assignment to submission: drafts, stale tabs, sealing, others' reviews, conflicts."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from dih.accounts.models import Membership
from dih.applications.models import Application
from dih.applications.operations import move as move_application
from dih.applications.vocabulary import ApplicationStatus
from dih.conflicts.models import Conflict
from dih.conflicts.vocabulary import ConflictKind, ConflictStatus
from dih.extensions.database import db
from dih.reviews import jobs, operations, queries
from dih.reviews.models import Review
from dih.reviews.operations import Relation
from dih.reviews.operations.moving import write
from dih.reviews.rules.scoring import Draft
from dih.reviews.vocabulary import ReviewStatus
from dih.shared import clock
from dih.shared.access import SYSTEM
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.models import AuditRecord, OutboxItem
from dih.shared.unit_of_work import unit_of_work
from tests.support.grids import GOOD
from tests.support.reviewed import Reviewed


def saved(hub: Reviewed, review: Review, name: str, draft: Draft, version: int | None = None) -> int:
    uuid, present = review.uuid, review.version
    with unit_of_work():
        return operations.save_draft(uuid, draft, version or present, hub.actor(name), hub.now)


def mails() -> list[dict[str, str]]:
    return [item.payload for item in db.session.scalars(select(OutboxItem).order_by(OutboxItem.id))]


def test_the_first_reviewer_takes_an_application_into_review(hub: Reviewed) -> None:
    application = hub.assigned("first")
    assert db.session.get_one(Application, application.id).status is ApplicationStatus.IN_REVIEW
    review = hub.review(application, "first")
    assert (review.status, review.due_on) == (ReviewStatus.ASSIGNED, dt.date(2026, 12, 9))
    hub.assigned("second", application=application)
    actions = db.session.scalars(select(AuditRecord.action).where(AuditRecord.application_id == application.id)).all()
    assert actions.count("start_review") == 1
    assert actions.count("review_assign") == 2


@pytest.mark.parametrize("name", ["auditor", "coordinator", "first"])
def test_only_managers_assign(hub: Reviewed, name: str) -> None:
    application = hub.placed()
    with pytest.raises((Forbidden, NotFound)), unit_of_work():
        operations.assign([(application.id, hub.person_id("first"))], hub.actor(name), hub.now)


def test_who_is_in_the_way_is_named_and_nobody_is_assigned(hub: Reviewed) -> None:
    application = hub.placed()
    people = [hub.person_id(name) for name in ("first", "colleague", "owner")]
    with pytest.raises(BrokenRule) as refused, unit_of_work():
        operations.assign([(application.id, one) for one in people], hub.actor("manager"), hub.now)
    assert len(refused.value.problems) == 2
    assert "Colleague" in str(refused.value)
    assert db.session.scalars(select(Review)).all() == []
    assert db.session.get_one(Application, application.id).status is ApplicationStatus.PLACED


def test_a_manager_in_conflict_assigns_nobody(hub: Reviewed) -> None:
    application = hub.placed()
    with unit_of_work():
        operations.declare_conflict(
            application.uuid, Relation(ConflictKind.FAMILY, "Sora mea"), hub.actor("manager"), hub.now
        )
    with pytest.raises(NotFound), unit_of_work():
        operations.assign([(application.id, hub.person_id("first"))], hub.actor("manager"), hub.now)
    hub_other = hub.actor("other_manager")
    with unit_of_work():
        operations.assign([(application.id, hub.person_id("first"))], hub_other, hub.now)


def test_what_was_declined_is_not_asked_again(hub: Reviewed) -> None:
    application = hub.assigned("first")
    review = hub.review(application, "first")
    with pytest.raises(BrokenRule), unit_of_work():
        operations.decline(review.uuid, "  ", hub.actor("first"), hub.now)
    with unit_of_work():
        operations.decline(review.uuid, "Nu am timp", hub.actor("first"), hub.now)
    assert [mail["to"] for mail in mails()] == sorted(
        hub.people[name][0].email for name in ("manager", "other_manager")
    )
    assert "Nu am timp" in mails()[0]["body"]
    with pytest.raises(BrokenRule):
        hub.assigned("first", application=application)
    with pytest.raises(NotFound):
        queries.sheet(review.uuid, hub.actor("first"), clock.day_of(hub.now))


def test_what_was_taken_back_keeps_its_marks_and_may_be_given_again(hub: Reviewed) -> None:
    application = hub.assigned("first")
    saved(hub, hub.review(application, "first"), "first", Draft({"idea": 3}, {}))
    uuid = hub.review(application, "first").uuid
    with unit_of_work():
        operations.recall(uuid, hub.actor("manager"), hub.now)
    with pytest.raises(NotFound):
        queries.sheet(uuid, hub.actor("first"), clock.day_of(hub.now))
    hub.assigned("first", application=application)
    review = hub.review(application, "first")
    assert (review.status, review.marks) == (ReviewStatus.ASSIGNED, {"idea": 3})


def test_a_draft_is_kept_and_begins_the_review_once(hub: Reviewed) -> None:
    application = hub.assigned("first")
    review = hub.review(application, "first")
    version = saved(hub, review, "first", Draft({"idea": 3}, {"effect": "Slab"}, "Bun"))
    version = saved(hub, review, "first", Draft({"idea": 4}, {}), version)
    review = hub.review(application, "first")
    assert (review.status, review.marks, review.version) == (ReviewStatus.IN_PROGRESS, {"idea": 4}, version)
    actions = db.session.scalars(select(AuditRecord.action).where(AuditRecord.subject_kind == "review")).all()
    assert actions == ["review_assign", "review_start"]


def test_a_stale_tab_overwrites_nothing(hub: Reviewed) -> None:
    application = hub.assigned("first")
    review = hub.review(application, "first")
    old = review.version
    new = saved(hub, review, "first", Draft({"idea": 3}, {}))
    with pytest.raises(Stale):
        saved(hub, review, "first", Draft({"idea": 9}, {}), old)
    assert hub.review(application, "first").marks == {"idea": 3}
    with pytest.raises(Stale), unit_of_work():
        operations.submit(review.uuid, new - 1, hub.actor("first"), hub.now)


def test_all_that_is_missing_is_named_at_once(hub: Reviewed) -> None:
    application = hub.assigned("first")
    review = hub.review(application, "first")
    version = saved(hub, review, "first", Draft({"idea": 30, "effect": 7}, {}))
    with pytest.raises(BrokenRule) as refused, unit_of_work():
        operations.submit(review.uuid, version, hub.actor("first"), hub.now)
    fields = [problem.field for problem in refused.value.problems]
    assert fields == ["mark_team", "remark_effect", "mark_lasting"]
    assert hub.review(application, "first").status is ReviewStatus.IN_PROGRESS


def test_a_submitted_review_is_sealed(hub: Reviewed) -> None:
    application = hub.assigned("first")
    review = hub.submitted(application, "first")
    uuid, version, actor = review.uuid, review.version, hub.actor("first")
    with pytest.raises(Stale), unit_of_work():
        operations.save_draft(uuid, Draft({"idea": 0}, {}), version, actor, hub.now)
    with pytest.raises(Stale), unit_of_work():
        operations.submit(uuid, version, actor, hub.now)
    with pytest.raises(Stale), unit_of_work():
        operations.decline(uuid, "Mă răzgândesc", actor, hub.now)
    with pytest.raises(Stale), unit_of_work():
        operations.recall(uuid, hub.actor("manager"), hub.now)
    for source in (ReviewStatus.ASSIGNED, ReviewStatus.IN_PROGRESS):
        with pytest.raises(Stale), unit_of_work():
            write(hub.review(application, "first"), source, marks={})
    with unit_of_work():
        operations.declare_conflict(application.uuid, Relation(ConflictKind.FAMILY, "Da"), actor, hub.now)
    review = hub.review(application, "first")
    assert (review.status, review.marks) == (ReviewStatus.SET_ASIDE, GOOD)


def test_others_are_read_only_after_the_own_is_in(hub: Reviewed) -> None:
    application = hub.assigned("first", "second")
    hub.submitted(application, "second")
    mine, day = hub.review(application, "first").uuid, clock.day_of(hub.now)
    assert queries.sheet(mine, hub.actor("first"), day).others == []
    hub.submitted(application, "first")
    sheet = queries.sheet(mine, hub.actor("first"), day)
    assert [one.reviewer for one in sheet.others] == ["Second"]
    with pytest.raises(NotFound):
        queries.sheet(hub.review(application, "second").uuid, hub.actor("first"), day)


@pytest.mark.parametrize("name", ["second", "coordinator", "owner", "colleague"])
def test_nobody_else_reaches_a_review(hub: Reviewed, name: str) -> None:
    application = hub.assigned("first")
    uuid, day = hub.review(application, "first").uuid, clock.day_of(hub.now)
    for _ in range(2):
        with pytest.raises(NotFound):
            queries.sheet(uuid, hub.actor(name), day)
        with pytest.raises(NotFound), unit_of_work():
            operations.save_draft(uuid, Draft({}, {}), 1, hub.actor(name), hub.now)
        if hub.review(application, "first").status is not ReviewStatus.SUBMITTED:
            hub.submitted(application, "first")


def test_managers_and_auditors_read_submitted_reviews_only(hub: Reviewed) -> None:
    application = hub.assigned("first")
    uuid, day = hub.review(application, "first").uuid, clock.day_of(hub.now)
    for name in ("manager", "auditor"):
        with pytest.raises(NotFound):
            queries.sheet(uuid, hub.actor(name), day)
    hub.submitted(application, "first")
    for name in ("manager", "auditor"):
        assert not queries.sheet(uuid, hub.actor(name), day).editable


@pytest.mark.parametrize("whole", [False, True])
def test_a_declared_conflict_closes_the_application_at_once(hub: Reviewed, whole: bool) -> None:
    application = hub.assigned("first", "second")
    uuid, day = hub.review(application, "first").uuid, clock.day_of(hub.now)
    with unit_of_work():
        operations.declare_conflict(
            application.uuid,
            Relation(ConflictKind.FINANCIAL, "Am acțiuni", whole=whole),
            hub.actor("first"),
            hub.now,
        )
    assert hub.review(application, "first").status is ReviewStatus.CONFLICTED
    assert hub.review(application, "second").status is ReviewStatus.ASSIGNED
    with pytest.raises(NotFound):
        queries.sheet(uuid, hub.actor("first"), day)
    with pytest.raises(NotFound):
        queries.case_for_reviewer(application.uuid, hub.actor("first"), hub.now)
    with pytest.raises(NotFound), unit_of_work():
        operations.save_draft(uuid, Draft({}, {}), 1, hub.actor("first"), hub.now)
    assert queries.queue(hub.actor("first"), day).waiting == []
    assert "conflict" in mails()[-1]["body"]


def test_a_conflict_bars_even_before_the_review_is_closed(hub: Reviewed) -> None:
    application = hub.assigned("first")
    uuid, day = hub.review(application, "first").uuid, clock.day_of(hub.now)
    from dih.conflicts import operations as conflicts
    from dih.conflicts.operations import Declaration

    with unit_of_work():
        conflicts.declare(
            Declaration(hub.organisation, None, ConflictKind.FAMILY, "Sora mea"), hub.actor("first"), hub.now
        )
    assert hub.review(application, "first").status is ReviewStatus.ASSIGNED
    with pytest.raises(NotFound):
        queries.sheet(uuid, hub.actor("first"), day)
    jobs.sweep(hub.now)
    assert hub.review(application, "first").status is ReviewStatus.CONFLICTED


def test_the_applicant_names_a_reviewer_whose_review_closes(hub: Reviewed) -> None:
    application = hub.assigned("first")
    with unit_of_work():
        operations.name_conflict(
            application.uuid,
            hub.person_id("first"),
            Relation(ConflictKind.COMPETITOR, "Concurent"),
            hub.actor("owner"),
            hub.now,
        )
    assert hub.review(application, "first").status is ReviewStatus.CONFLICTED


def test_a_reviewer_of_the_new_partner_is_found_and_closed(hub: Reviewed) -> None:
    application = hub.assigned("first")
    jobs.sweep(hub.now)
    with unit_of_work():
        db.session.get_one(Application, application.id).partner_id = hub.partners[1]
    jobs.sweep(hub.now)
    assert hub.review(application, "first").status is ReviewStatus.CONFLICTED
    rows = db.session.scalars(select(Conflict).order_by(Conflict.id)).all()
    assert [(row.person_id, row.status) for row in rows] == [
        (hub.person_id("colleague"), ConflictStatus.ENDED),
        (hub.person_id("first"), ConflictStatus.STANDING),
    ]
    with unit_of_work():
        db.session.get_one(Application, application.id).partner_id = hub.partners[0]
    jobs.sweep(hub.now)
    statuses = db.session.scalars(select(Conflict.status).order_by(Conflict.id)).all()
    assert statuses == [ConflictStatus.STANDING, ConflictStatus.ENDED]


def test_same_partner_is_routine_and_found_once(hub: Reviewed) -> None:
    hub.placed()
    jobs.sweep(hub.now)
    jobs.sweep(hub.now)
    assert [row.person_id for row in db.session.scalars(select(Conflict))] == [hub.person_id("colleague")]


def test_a_cleared_colleague_may_review(hub: Reviewed) -> None:
    from dih.conflicts import operations as conflicts

    application = hub.placed()
    jobs.sweep(hub.now)
    conflict_id = db.session.scalars(select(Conflict.id)).one()
    with unit_of_work():
        conflicts.clear(conflict_id, "Alt departament", hub.actor("manager"), hub.now)
    jobs.sweep(hub.now)
    hub.assigned("colleague", application=application)
    jobs.sweep(hub.now)
    assert hub.review(application, "colleague").status is ReviewStatus.ASSIGNED


def test_reviews_of_a_withdrawn_application_are_taken_back(hub: Reviewed) -> None:
    application = hub.assigned("first", "second")
    hub.submitted(application, "second")
    with unit_of_work():
        move_application(db.session.get_one(Application, application.id), "withdraw", SYSTEM, hub.now)
    uuid = hub.review(application, "first").uuid
    with pytest.raises(BrokenRule), unit_of_work():
        operations.save_draft(uuid, Draft({}, {}), 1, hub.actor("first"), hub.now)
    jobs.sweep(hub.now)
    assert hub.review(application, "first").status is ReviewStatus.RECALLED
    assert hub.review(application, "second").status is ReviewStatus.SUBMITTED


def test_one_mail_for_all_that_is_new(hub: Reviewed) -> None:
    hub.assigned("first")
    hub.assigned("first", "second")
    jobs.tell(hub.now)
    jobs.tell(hub.now)
    told = mails()
    assert [mail["to"] for mail in told] == [hub.people[name][0].email for name in ("first", "second")]
    assert told[0]["subject"] == "2 cereri de evaluat"
    assert told[0]["body"].count("DIH-2026-") == 2


def test_reminders_come_once_a_working_day_and_only_with_work(hub: Reviewed) -> None:
    hub.assigned("first")
    jobs.tell(hub.now)
    before = len(mails())
    friday = dt.datetime(2026, 12, 4, 9, 0, tzinfo=dt.UTC)
    monday = dt.datetime(2026, 12, 7, 9, 0, tzinfo=dt.UTC)
    for moment in (friday, monday - dt.timedelta(days=1), monday - dt.timedelta(hours=4)):
        jobs.tell(moment)
    assert len(mails()) == before
    for moment in (
        monday,
        monday + dt.timedelta(hours=3),
        monday + dt.timedelta(days=1),
        monday + dt.timedelta(days=3),
    ):
        jobs.tell(moment)
    subjects = [mail["subject"] for mail in mails()[before:]]
    assert subjects == ["1 evaluare are termenul aproape"] * 2 + ["1 evaluare este întârziată"]
    hub.assigned("first")
    with unit_of_work():
        db.session.get_one(Membership, hub.people["first"][1].id).ended_at = monday
    before = len(mails())
    jobs.tell(monday + dt.timedelta(days=4))
    first = hub.people["first"][0].email
    assert [mail for mail in mails()[before:] if mail["to"] == first] == [], "who reviews no more hears no more"


def test_mails_are_in_the_readers_language(hub: Reviewed) -> None:
    with unit_of_work():
        person = db.session.get_one(type(hub.people["first"][0]), hub.person_id("first"))
        person.language = "en"
    hub.assigned("first")
    jobs.tell(hub.now)
    assert mails()[-1]["subject"] == "1 application to review"
