"""Naming a partner, its answers, and a manager's last word: every edge, who may take it, and who was faster."""

import datetime as dt
import re

import pytest

from dih.accounts.rules import PERMISSIONS
from dih.applications import operations as applications
from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus as A
from dih.budget import totals, verification
from dih.budget.vocabulary import Account
from dih.catalogue.models import ServicePartner
from dih.conflicts.models import Conflict
from dih.conflicts.vocabulary import ConflictKind, ConflictSource
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners import operations as partners
from dih.partners.models import Capacity, Partner
from dih.routing import jobs, offers, operations, queries
from dih.routing.models import Routing, RoutingHelper, RoutingRemark
from dih.routing.rules import Refusal
from dih.routing.vocabulary import ReasonKind, RoutingMode, RoutingStatus
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from tests.support.hub import Hub, audited, routing_of

R = RoutingStatus


@pytest.fixture
def hub(context, now):
    return Hub(now)


def fresh(application):
    return db.session.get_one(Application, application.id, populate_existing=True)


def subjects():
    items = db.session.query(OutboxItem).order_by(OutboxItem.id)
    return [(item.payload["to"], item.payload["subject"]) for item in items]


def decline(hub, application, who="coordinator", reason="We are full."):
    with unit_of_work():
        operations.decline(application.uuid, routing_of(application).id, reason, hub.actor(who), hub.now)


def test_the_worker_names_the_best_partner_with_everybodys_scores(hub):
    application = hub.routed()
    made = routing_of(application)
    assert (made.partner_id, made.mode, made.status) == (hub.lead, RoutingMode.WORKER, R.PROPOSED)
    assert fresh(application).partner_id == hub.lead
    assert made.due_on == dt.date(2026, 12, 2), "five working days after Monday, 30 November and 1 December being free"
    assert [score["partner_id"] for score in made.scores] == [hub.lead, hub.other]
    assert audited("routing") == ["routing_proposed"]
    assert [to for to, _ in subjects()] == [hub.people["coordinator"][0].email]


def test_routing_twice_asks_once(hub):
    application = hub.routed()
    jobs.route(hub.now)
    with unit_of_work():
        operations.route(application.id, hub.now)
    assert db.session.query(Routing).count() == 1


def test_accepted_before_it_is_eligible_it_is_placed_once_it_is(hub):
    application = hub.accepted()
    assert (routing_of(application).status, fresh(application).status) == (R.ACCEPTED, A.SUBMITTED)
    hub.find_eligible(application)
    jobs.route(hub.now)
    assert fresh(application).status is A.PLACED
    assert audited("routing") == ["routing_proposed", "routing_accept"]
    jobs.route(hub.now)
    assert audited("application")[-2:] == ["find_eligible", "place"]


def test_accepted_once_eligible_it_is_placed_at_once(hub):
    application = hub.routed()
    hub.find_eligible(application)
    with unit_of_work():
        operations.accept(application.uuid, routing_of(application).id, hub.actor("coordinator"), hub.now)
    assert fresh(application).status is A.PLACED


def test_declined_the_next_best_is_asked_then_the_leads_desk(hub):
    application = hub.routed()
    decline(hub, application)
    assert (routing_of(application).partner_id, routing_of(application).mode) == (hub.other, RoutingMode.WORKER)
    assert fresh(application).partner_id == hub.other
    decline(hub, application, "other_coordinator")
    last = routing_of(application)
    assert (last.partner_id, last.mode) == (hub.lead, RoutingMode.LEAD_DESK)
    with pytest.raises(BrokenRule, match="cannot decline"):
        decline(hub, application)
    once = ["routing_proposed", "routing_decline"]
    assert audited("routing") == [*once, *once, "routing_proposed"]


def test_nobody_fits_so_the_leads_desk_has_it(hub):
    with unit_of_work():
        for row in db.session.query(Capacity):
            row.person_days = 19
    application = hub.routed()
    assert (routing_of(application).partner_id, routing_of(application).mode) == (hub.lead, RoutingMode.WORKER)
    second = hub.application()
    jobs.route(hub.now)
    assert (routing_of(second).partner_id, routing_of(second).mode) == (hub.other, RoutingMode.WORKER)
    third = hub.application()
    jobs.route(hub.now)
    assert (routing_of(third).partner_id, routing_of(third).mode) == (hub.lead, RoutingMode.LEAD_DESK)
    assert not any(score["fits"] for score in routing_of(third).scores)


def test_another_partner_is_proposed_with_a_reason(hub):
    application = hub.routed()
    first = routing_of(application)
    with unit_of_work():
        operations.hand_over(application.uuid, first.id, hub.other, "They know it.", hub.actor("coordinator"), hub.now)
    last = routing_of(application)
    assert (last.partner_id, last.mode, last.reason) == (hub.other, RoutingMode.HAND_OVER, "They know it.")
    assert last.scores == first.scores
    assert audited("routing") == ["routing_proposed", "routing_hand_over", "routing_proposed"]


@pytest.mark.parametrize("partner", ["lead", "nobody"])
def test_only_another_partner_can_be_proposed(hub, partner):
    application = hub.routed()
    target = {"lead": hub.lead, "nobody": 0}[partner]
    with pytest.raises(BrokenRule, match="another partner"), unit_of_work():
        operations.hand_over(
            application.uuid, routing_of(application).id, target, "Why", hub.actor("coordinator"), hub.now
        )


@pytest.mark.parametrize("verb", ["decline", "hand_over", "override"])
def test_each_move_needs_a_reason(hub, verb):
    application = hub.routed()
    routing_id = routing_of(application).id
    calls = {
        "decline": lambda: operations.decline(application.uuid, routing_id, " ", hub.actor("coordinator"), hub.now),
        "hand_over": lambda: operations.hand_over(
            application.uuid, routing_id, hub.other, "", hub.actor("coordinator"), hub.now
        ),
        "override": lambda: operations.override(application.uuid, hub.other, "\x00", hub.actor("manager"), hub.now),
    }
    with pytest.raises(BrokenRule, match="reason"), unit_of_work():
        calls[verb]()
    assert audited("routing") == ["routing_proposed"]


def test_a_manager_moves_what_is_placed(hub):
    application = hub.placed()
    with unit_of_work():
        operations.override(application.uuid, hub.other, "Balance", hub.actor("manager"), hub.now)
    assert (fresh(application).status, fresh(application).partner_id) == (A.ELIGIBLE, hub.other)
    assert routing_of(application).mode is RoutingMode.MANAGER
    assert audited("routing")[-2:] == ["routing_override", "routing_proposed"]
    with unit_of_work():
        operations.accept(application.uuid, routing_of(application).id, hub.actor("other_coordinator"), hub.now)
    assert fresh(application).status is A.PLACED


def test_why_a_manager_moved_it_is_not_on_the_applicants_timeline(hub, client, sign_in):
    application = hub.placed()
    with unit_of_work():
        operations.override(application.uuid, hub.other, "Balanced otherwise", hub.actor("manager"), hub.now)
    for name, reads in (("owner", False), ("manager", True)):
        sign_in(client, *hub.people[name])
        client.get(f"/cases/{application.uuid}")
        assert "Retrasă de la partener" in client.page.get_text(), name
        assert ("Balanced otherwise" in client.page.get_text()) is reads, name


def test_people_move_nothing_to_a_partner_in_conflict(hub):
    application = hub.routed()
    moves = {
        "override": lambda: operations.override(application.uuid, hub.other, "Why", hub.actor("manager"), hub.now),
        "hand_over": lambda: operations.hand_over(
            application.uuid, routing_of(application).id, hub.other, "Why", hub.actor("coordinator"), hub.now
        ),
    }
    with unit_of_work():
        db.session.add(
            Conflict(
                person_id=hub.actor("other_coordinator").person_id,
                organisation_id=hub.organisation,
                kind=ConflictKind.FAMILY,
                source=ConflictSource.DECLARED,
                declared_at=hub.now,
            )
        )
    for verb, words in (("override", "Every coordinator of"), ("hand_over", "This partner has a conflict")):
        with pytest.raises(BrokenRule, match=words), unit_of_work():
            moves[verb]()
    with unit_of_work():
        db.session.query(Conflict).delete()
        db.session.get_one(Partner, hub.other).cui = db.session.get_one(Organisation, hub.organisation).cui
    with pytest.raises(BrokenRule, match="applicant itself"), unit_of_work():
        moves["override"]()
    assert audited("routing") == ["routing_proposed"]


def test_a_manager_moves_what_waits_for_an_answer_and_the_late_answer_is_stale(hub):
    application = hub.routed()
    asked = routing_of(application).id
    with unit_of_work():
        operations.override(application.uuid, hub.other, "Too late", hub.actor("manager"), hub.now)
    with pytest.raises(Stale), unit_of_work():
        operations.accept(application.uuid, asked, hub.actor("coordinator"), hub.now)


def test_a_manager_cannot_move_it_to_where_it_is_or_after_the_decision(hub):
    application = hub.routed()
    with pytest.raises(BrokenRule, match="already"), unit_of_work():
        operations.override(application.uuid, hub.lead, "Why", hub.actor("manager"), hub.now)
    voucher = hub.offered()
    decided = db.session.get_one(Application, voucher.application_id)
    with pytest.raises(BrokenRule, match="any more"), unit_of_work():
        operations.override(decided.uuid, hub.other, "Why", hub.actor("manager"), hub.now)


@pytest.mark.parametrize("verb", ["accept", "decline", "hand_over"])
def test_an_answer_is_given_once(hub, verb):
    application = hub.accepted()
    asked, actor = routing_of(application).id, hub.actor("coordinator")
    again = {
        "accept": lambda: operations.accept(application.uuid, asked, actor, hub.now),
        "decline": lambda: operations.decline(application.uuid, asked, "Why", actor, hub.now),
        "hand_over": lambda: operations.hand_over(application.uuid, asked, hub.other, "Why", actor, hub.now),
    }
    with pytest.raises(Stale), unit_of_work():
        again[verb]()


@pytest.mark.parametrize("who", ["other_coordinator", "owner", "manager", "auditor"])
def test_only_the_partner_that_is_asked_answers(hub, who):
    application = hub.routed()
    with pytest.raises(NotFound), unit_of_work():
        operations.accept(application.uuid, routing_of(application).id, hub.actor(who), hub.now)


def test_a_deliverer_does_not_answer(hub):
    application = hub.routed()
    with pytest.raises(Forbidden), unit_of_work():
        operations.accept(application.uuid, routing_of(application).id, hub.actor("deliverer"), hub.now)


@pytest.mark.parametrize("who", ["coordinator", "owner", "auditor"])
def test_only_managers_override(hub, who):
    application = hub.routed()
    assert Permission.OVERRIDE_ROUTING not in PERMISSIONS[hub.actor(who).role]
    with pytest.raises(Forbidden), unit_of_work():
        operations.override(application.uuid, hub.other, "Why", hub.actor(who), hub.now)


@pytest.mark.parametrize("who", ["coordinator", "manager"])
def test_who_is_in_conflict_does_not_reach_it(hub, who):
    application = hub.routed()
    with unit_of_work():
        db.session.add(
            Conflict(
                person_id=hub.actor(who).person_id,
                organisation_id=hub.organisation,
                kind=ConflictKind.FAMILY,
                source=ConflictSource.DECLARED,
                declared_at=hub.now,
            )
        )
    asked, actor = routing_of(application).id, hub.actor(who)
    deeds = {
        "coordinator": lambda: operations.accept(application.uuid, asked, actor, hub.now),
        "manager": lambda: operations.override(application.uuid, hub.other, "Why", actor, hub.now),
    }
    with pytest.raises(NotFound), unit_of_work():
        deeds[who]()
    assert queries.page(actor, queries.Filters(), hub.now).rows == []
    with pytest.raises(NotFound):
        queries.case(application.uuid, actor, hub.now.date())


@pytest.mark.parametrize("answered", [False, True])
def test_withdrawn_the_routing_ends(hub, answered):
    application = hub.accepted() if answered else hub.routed()
    asked = routing_of(application).id
    with unit_of_work():
        applications.withdraw(application.uuid, "", hub.actor("owner"), hub.now)
    with pytest.raises(Stale), unit_of_work():
        operations.accept(application.uuid, asked, hub.actor("coordinator"), hub.now)
    jobs.route(hub.now)
    jobs.route(hub.now)
    assert routing_of(application).status is R.ENDED
    assert fresh(application).partner_id is None
    assert audited("routing")[-1] == "routing_end"
    assert audited("routing").count("routing_end") == 1
    assert verification.differences() == []


def test_submitted_anew_it_is_routed_anew(hub):
    application = hub.routed()
    first = routing_of(application).id
    with unit_of_work():
        applications.reopen(application.uuid, hub.actor("owner"), hub.now)
    jobs.route(hub.now)
    assert db.session.get_one(Routing, first, populate_existing=True).status is R.ENDED
    later = hub.now + dt.timedelta(hours=1)
    with unit_of_work():
        applications.move(fresh(application), "submit", hub.actor("owner"), later, submitted_at=later)
    jobs.route(later)
    assert routing_of(application).id != first
    assert (routing_of(application).status, routing_of(application).partner_id) == (R.PROPOSED, hub.lead)


def test_submitted_anew_before_the_worker_looked_the_old_answer_is_stale(hub):
    application = hub.routed()
    asked = routing_of(application).id
    later = hub.now + dt.timedelta(minutes=1)
    with unit_of_work():
        applications.reopen(application.uuid, hub.actor("owner"), hub.now)
        applications.move(fresh(application), "submit", hub.actor("owner"), later, submitted_at=later)
    with pytest.raises(Stale), unit_of_work():
        operations.accept(application.uuid, asked, hub.actor("coordinator"), later)
    jobs.route(later)
    assert routing_of(application).id != asked


def test_the_pipeline_follows_the_partner(hub):
    def requested():
        found = totals.sums()["partner_id"]
        return {partner: sums[Account.REQUESTED] for partner, sums in found.items() if sums.get(Account.REQUESTED)}

    application = hub.routed()
    asked = application.requested_cents
    assert requested() == {str(hub.lead): asked}
    decline(hub, application)
    assert requested() == {str(hub.other): asked}
    assert verification.differences() == []


def test_a_reason_counts_for_like_needs_until_it_is_lifted(hub):
    until = dt.date(2027, 2, 1)
    application = hub.routed()
    first = routing_of(application)
    with pytest.raises(BrokenRule, match="capacity again"), unit_of_work():
        operations.decline(
            application.uuid, first.id, "Full", hub.actor("coordinator"), hub.now, Refusal(ReasonKind.NO_CAPACITY)
        )
    refusal = Refusal(ReasonKind.NO_CAPACITY, until)
    with unit_of_work():
        operations.decline(application.uuid, first.id, "Full", hub.actor("coordinator"), hub.now, refusal)
    second = hub.application()
    jobs.route(hub.now)
    made = routing_of(second)
    assert made.partner_id == hub.other, "the one that fits better has said that it has no capacity"
    shown = queries.case(second.uuid, hub.actor("manager"), hub.now.date()).scores
    words = next(score for score in shown if score.partner_id == hub.lead).parts["remark"].words
    assert words.values == {"reference": application.reference, "day": dt.date(2026, 11, 23), "until": until}
    remark = db.session.query(RoutingRemark).one().id
    with pytest.raises(NotFound), unit_of_work():
        operations.lift(remark, hub.actor("other_coordinator"), hub.now)
    with pytest.raises(Forbidden), unit_of_work():
        operations.lift(remark, hub.actor("auditor"), hub.now)
    with unit_of_work():
        operations.lift(remark, hub.actor("coordinator"), hub.now)
    with pytest.raises(Stale), unit_of_work():
        operations.lift(remark, hub.actor("manager"), hub.now)
    third = hub.application()
    jobs.route(hub.now)
    assert routing_of(third).partner_id == hub.lead
    assert audited("partner") == ["routing_remark_lifted"]


def test_partners_deliver_together_when_none_does_it_alone(hub):
    with unit_of_work():
        offered = db.session.query(ServicePartner).order_by(ServicePartner.id).all()
        for one in offered:
            if (one.service_id, one.partner_id) in ((hub.services[0], hub.other), (hub.services[1], hub.lead)):
                db.session.delete(one)
    application = hub.routed()
    made = routing_of(application)
    assert (made.partner_id, made.mode) == (hub.lead, RoutingMode.WORKER)
    helper = db.session.query(RoutingHelper).one()
    assert (helper.service_id, helper.partner_id) == (hub.services[1], hub.other)
    assert offers.promised() == {hub.lead: 10, hub.other: 10}
    before = len(subjects())
    with unit_of_work():
        operations.accept(application.uuid, made.id, hub.actor("coordinator"), hub.now)
    assert [to for to, _ in subjects()[before:]] == [hub.people["other_coordinator"][0].email]
    with unit_of_work():
        operations.override(application.uuid, hub.other, "Turn", hub.actor("manager"), hub.now)
    last = db.session.query(RoutingHelper).order_by(RoutingHelper.id.desc()).first()
    assert (last.service_id, last.partner_id) == (hub.services[0], hub.lead)


def test_who_is_the_applicant_or_in_conflict_as_a_whole_is_not_asked(hub):
    with unit_of_work():
        db.session.get_one(Partner, hub.lead).cui = db.session.get_one(Organisation, hub.organisation).cui
    first = hub.application()
    jobs.route(hub.now)
    assert routing_of(first).partner_id == hub.other
    with unit_of_work():
        db.session.add(
            Conflict(
                person_id=hub.actor("other_coordinator").person_id,
                organisation_id=hub.organisation,
                kind=ConflictKind.FAMILY,
                source=ConflictSource.DECLARED,
                declared_at=hub.now,
            )
        )
    second = hub.application()
    jobs.route(hub.now)
    made = routing_of(second)
    assert (made.mode, made.partner_id, fresh(second).partner_id) == (RoutingMode.MANAGERS_DESK, None, None)


def _in_conflict(hub, *names):
    with unit_of_work():
        for name in names:
            db.session.add(
                Conflict(
                    person_id=hub.actor(name).person_id,
                    organisation_id=hub.organisation,
                    kind=ConflictKind.FAMILY,
                    source=ConflictSource.DECLARED,
                    declared_at=hub.now,
                )
            )


def test_where_the_lead_is_in_conflict_too_the_managers_find_a_partner(hub, client, sign_in):
    _in_conflict(hub, "coordinator", "other_coordinator")
    application = hub.routed()
    made = routing_of(application)
    manager = hub.people["manager"][0]
    assert [to for to, subject in subjects() if "niciun partener" in subject] == [manager.email]
    for name in ("coordinator", "other_coordinator"):
        sign_in(client, *hub.people[name])
        client.get("/routing?status=all")
        assert application.reference not in client.page.get_text()
        assert client.get(f"/routing/{application.uuid}").status_code == 404
        with pytest.raises(NotFound), unit_of_work():
            operations.accept(application.uuid, made.id, hub.actor(name), hub.now)
    sign_in(client, *hub.people["owner"])
    client.get(f"/cases/{application.uuid}")
    assert "Managerii hubului" in client.page.get_text()
    assert "conflict de interese cu" not in client.page.main.get_text().lower()
    sign_in(client, *hub.people["manager"])
    client.get("/desk")
    assert application.reference in client.page.find(string=re.compile("niciun partener")).find_parent("section").text
    client.get("/routing")
    assert "Managerii hubului" in client.page.main.get_text()
    client.get(f"/routing/{application.uuid}")
    assert "partenerul lider este chiar solicitantul" in client.page.main.get_text().lower()
    assert client.get(f"/routing/{application.uuid}/override").status_code == 200
    assert client.page.h1.get_text() == f"Dați cererea {application.reference} unui partener"
    assert "opțional" not in client.page.main.form.get_text()
    for day in (2, 4):
        jobs.remind(dt.datetime(2026, 12, day, 9, tzinfo=dt.UTC))
    assert len([to for to, subject in subjects() if "niciun partener" in subject]) == 3, "asked, reminded, once late"
    with unit_of_work():
        row = db.session.query(Conflict).filter_by(person_id=hub.actor("other_coordinator").person_id).one()
        db.session.delete(row)
    given = {"partner": str(hub.other), "reason": "Conflictul a fost clarificat"}
    assert client.post(f"/routing/{application.uuid}/override", data=given).status_code == 302
    assert (routing_of(application).partner_id, routing_of(application).mode) == (hub.other, RoutingMode.MANAGER)
    client.get(f"/routing/{application.uuid}")
    assert "Un manager a găsit un partener" in client.page.main.get_text()


def test_the_share_of_the_budget_is_kept(hub):
    with unit_of_work():
        partners.set_share(hub.lead, 0, hub.actor("manager"), hub.now)
    application = hub.application()
    jobs.route(hub.now)
    assert routing_of(application).partner_id == hub.other
    for percent in (-1, 101):
        with pytest.raises(BrokenRule), unit_of_work():
            partners.set_share(hub.lead, percent, hub.actor("manager"), hub.now)
    with pytest.raises(Forbidden), unit_of_work():
        partners.set_share(hub.lead, 50, hub.actor("coordinator"), hub.now)
    assert audited("partner") == ["partner_share"]
