"""Making and publishing calls; reading them with contents kept."""

import datetime as dt

import pytest
from sqlalchemy import select

from dih.accounts.rules import PERMISSIONS
from dih.calls import operations, queries
from dih.calls.models import CallVersion
from dih.calls.vocabulary import CallPhase, CallStatus
from dih.extensions.database import db
from dih.shared.access import SYSTEM, Actor, Role
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.models import AuditRecord
from dih.shared.unit_of_work import unit_of_work
from tests.support.counting import counted


def create(now, code="spring", more=None, actor=SYSTEM, opens=-1, closes=30):
    content = queries.current("public-institutions").content.model_copy(update=more or {})
    with unit_of_work():
        return operations.create(
            code, content, now + dt.timedelta(days=opens), now + dt.timedelta(days=closes), actor, now
        )


def test_a_draft_is_not_public_until_it_is_published(seeded, now):
    call_id = create(now)
    assert queries.current("spring") is None
    with unit_of_work():
        operations.publish(call_id, SYSTEM, now)
    call = queries.current("spring")
    assert (call.status, call.number, call.phase(now)) == (CallStatus.PUBLISHED, 1, CallPhase.OPEN)
    assert call.is_open(now)
    assert [service.code for service in queries.services_of(call.id)] == list(call.content.services)
    actions = db.session.scalars(
        select(AuditRecord.action).where(AuditRecord.subject_kind == "call", AuditRecord.subject_id == call_id)
    ).all()
    assert actions == ["call_created", "call_published"]


def test_publishing_twice_is_told(seeded, now):
    call_id = create(now)
    with unit_of_work():
        operations.publish(call_id, SYSTEM, now)
    with pytest.raises(Stale), unit_of_work():
        operations.publish(call_id, SYSTEM, now)
    with pytest.raises(NotFound), unit_of_work():
        operations.publish(999, SYSTEM, now)


@pytest.mark.parametrize("role", [Role.OWNER, Role.AUDITOR, Role.COORDINATOR, Role.GUEST])
def test_only_managers_make_and_publish(seeded, now, role):
    nobody = Actor(person_id=None, name="x", role=role, permissions=PERMISSIONS[role])
    with pytest.raises(Forbidden):
        create(now, actor=nobody)
    call_id = create(now)
    with pytest.raises(Forbidden), unit_of_work():
        operations.publish(call_id, nobody, now)


def test_what_contradicts_the_other_rooms_is_refused(seeded, now):
    with pytest.raises(BrokenRule, match="code already"):
        create(now, code="health")
    with pytest.raises(BrokenRule, match="close after it opens"):
        create(now, opens=5, closes=5)
    with pytest.raises(BrokenRule, match="Not in the catalogue: NOTHING"):
        create(now, more={"services": ("SEC-AUDIT", "NOTHING")})
    call_id = create(now, more={"budget_lines": ("PUB-TEST", "MOON")})
    with pytest.raises(BrokenRule, match="Not in the budget: MOON"), unit_of_work():
        operations.publish(call_id, SYSTEM, now)


def test_calls_by_phase_in_the_order_of_their_dates(seeded, now):
    for code, opens, closes in (("later", 20, 50), ("soon", 10, 90), ("past", -50, -20), ("just", -50, -2)):
        with unit_of_work():
            operations.publish(
                operations.create(
                    code, queries.current("health").content, now + dt.timedelta(days=opens),
                    now + dt.timedelta(days=closes), SYSTEM, now,
                ), SYSTEM, now - dt.timedelta(days=60),
            )  # fmt: skip
    calls = queries.published(now)
    assert [call.code for call in calls.open] == ["health", "sme-production", "public-institutions"]
    assert [call.code for call in calls.coming] == ["soon", "later"]
    assert [call.code for call in calls.closed] == ["just", "past"]
    assert [call.code for call in queries.open_calls(now)] == [call.code for call in calls.open]


def test_a_submission_in_the_grace_is_in_time(seeded, now):
    call = queries.current("health")
    assert call.takes_submissions(call.closes_at + dt.timedelta(minutes=10))
    assert not call.takes_submissions(call.closes_at + dt.timedelta(minutes=11))
    assert not call.is_open(call.closes_at + dt.timedelta(seconds=1))


def test_a_known_content_is_read_without_loading_it_again(seeded, now):
    queries.published(now)
    with counted() as warm:
        calls = queries.published(now)
    assert warm.number == 1
    assert "call_version.content" not in warm.statements[0].lower()
    assert queries.version(calls.open[0].id).content is calls.open[0].content


def test_a_draft_that_changes_is_read_anew(seeded, now):
    create(now)
    version = db.session.scalars(select(CallVersion).order_by(CallVersion.id.desc()).limit(1)).one()
    assert queries.version(version.id).content.title["en"] != "Changed"
    with unit_of_work():
        version = db.session.get(CallVersion, version.id)
        version.content = {**version.content, "title": {"ro": "Schimbat", "en": "Changed"}}
    assert queries.version(version.id).content.title["en"] == "Changed"
    assert queries.versions([version.id])[version.id].content.title["ro"] == "Schimbat"
    assert queries.versions([]) == {}
    assert queries.version(999) is None


def test_which_calls_pay_for_a_service_and_from_what(seeded, now):
    found = {service.code: service.id for service in queries.services_of(queries.current("health").id)}
    assert [call.code for call in queries.paying_for(found["SKL-HEALTH"], now)] == ["health"]
    assert queries.free_money(queries.current("health")) > 0
