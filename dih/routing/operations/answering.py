"""A partner's answer to a proposal, hand-overs, and a manager's last word on one application."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from dih.applications import operations as applications
from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.routing import emails, offers, rules
from dih.routing.models import Routing, RoutingRemark
from dih.routing.operations.naming import best_helpers, place_if_accepted, route
from dih.routing.operations.steps import answer, is_outlived, load, open_routing, propose
from dih.routing.rules import Refusal
from dih.routing.vocabulary import RoutingMode
from dih.shared import audit, clock
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.wording import N_

NO_REMARK = Refusal()


def accept(application_uuid: uuid.UUID, routing_id: int, actor: Actor, now: dt.datetime) -> None:
    """The coordinator takes the application; it is placed once it is also found eligible.

    Raises NotFound for another partner's application and in a conflict of interest; Stale when it was answered,
    moved or withdrawn since.
    """
    routing, application = _asked(application_uuid, routing_id, actor, now)
    answer(routing, "accept", "", actor, now)
    emails.helpers(routing, application, now)
    place_if_accepted(application, actor, now)


def decline(
    application_uuid: uuid.UUID,
    routing_id: int,
    reason: str,
    actor: Actor,
    now: dt.datetime,
    refusal: Refusal = NO_REMARK,
) -> None:
    """The coordinator declines with a reason; the next best partner is named, or a desk.

    What `refusal` says counts for like needs later. Raises BrokenRule without a reason or without the day that it
    needs, and at the lead's desk when nobody fits: that desk finds somebody.
    """
    routing, application = _asked(application_uuid, routing_id, actor, now)
    if routing.mode is RoutingMode.LEAD_DESK:
        raise BrokenRule.because(
            N_("Nobody else fits, so this desk cannot decline. Accept it, or propose another partner."), "answer"
        )
    answer(routing, "decline", rules.reason_given(reason), actor, now)
    _remember(routing, application, refusal, actor.partner_id, now)
    applications.name_partner(application, None, actor, now)
    route(application.id, now)


def hand_over(
    application_uuid: uuid.UUID,
    routing_id: int,
    partner_id: int,
    reason: str,
    actor: Actor,
    now: dt.datetime,
    refusal: Refusal = NO_REMARK,
) -> None:
    """The coordinator proposes another partner with a reason; that one is asked next.

    Raises BrokenRule, also for a partner in conflict of interest.
    """
    routing, application = _asked(application_uuid, routing_id, actor, now)
    if partner_id == routing.partner_id or db.session.get(Partner, partner_id) is None:
        raise BrokenRule.because(N_("Choose another partner."), "partner")
    _check_unbarred(application, partner_id, actor, now)
    why = rules.reason_given(reason)
    answer(routing, "hand_over", why, actor, now)
    _remember(routing, application, refusal, actor.partner_id, now)
    helpers = best_helpers(application.id, partner_id, now)
    propose(application, partner_id, RoutingMode.HAND_OVER, routing.scores, why, actor, now, helpers)


def override(application_uuid: uuid.UUID, partner_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager gives the application to another partner with a reason; that one is asked as usual.

    Raises BrokenRule for the partner that has it or is in conflict of interest, without a reason, and once the review
    has begun; NotFound in an own conflict; Forbidden.
    """
    if not actor.may(Permission.OVERRIDE_ROUTING):
        raise Forbidden
    application = load(application_uuid, actor, now)
    if application.status not in rules.MOVABLE:
        raise BrokenRule.because(N_("This application cannot be moved to another partner any more."))
    if db.session.get(Partner, partner_id) is None:
        raise BrokenRule.because(N_("Choose another partner."), "partner")
    _check_unbarred(application, partner_id, actor, now)
    why = rules.reason_given(reason)
    scores: list[Any] = []
    if (routing := open_routing(application.id)) is not None:
        if routing.partner_id == partner_id:
            raise BrokenRule.because(N_("This partner has the application already."), "partner")
        scores = routing.scores
    take_away(application, routing, why, actor, now)
    helpers = best_helpers(application.id, partner_id, now)
    propose(application, partner_id, RoutingMode.MANAGER, scores, why, actor, now, helpers)


def take_away(application: Application, routing: Routing | None, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager ends the open step, if any, and tells its partner; what was placed waits for a partner again."""
    if routing is None:
        return
    answer(routing, "override", reason, actor, now)
    if application.status is ApplicationStatus.PLACED:
        # Why stands with the step of routing, which is the hub's own; this move is on the applicant's timeline too.
        applications.move(application, "take_back", actor, now)
    emails.taken_away(routing, application, reason, now)


def lift(remark_id: int, actor: Actor, now: dt.datetime) -> str:
    """What a partner said no longer counts: lifted by its coordinator or by a manager. Returns the partner's code.

    Raises NotFound for another partner's remark, Stale when it was lifted already, Forbidden by role.
    """
    if not (actor.may(Permission.MANAGE_PARTNER) or actor.may(Permission.OVERRIDE_ROUTING)):
        raise Forbidden
    remark = db.session.get(RoutingRemark, remark_id, with_for_update=True)
    if remark is None or not (actor.may(Permission.OVERRIDE_ROUTING) or actor.partner_id == remark.partner_id):
        raise NotFound
    if remark.lifted_at is not None:
        raise Stale
    remark.lifted_at, remark.lifted_by = now, actor.person_id
    audit.record(
        actor,
        now,
        ("partner", remark.partner_id),
        "routing_remark_lifted",
        before={"kind": remark.kind.value, "until": remark.until.isoformat()},
    )
    return db.session.get_one(Partner, remark.partner_id).code


def _check_unbarred(application: Application, partner_id: int, actor: Actor, now: dt.datetime) -> None:
    """Raises BrokenRule for a partner in conflict of interest: the applicant itself, or nobody there may answer.

    Which of them it is, only managers read.
    """
    today = clock.day_of(now)
    if partner_id not in offers.needs([application.id], today)[application.id].against:
        return
    message = N_("This partner has a conflict of interest with the applicant. Choose another partner.")
    if actor.may(Permission.OVERRIDE_ROUTING):
        message = N_("%(partner)s is the applicant itself. Choose another partner.")
        if partner_id in offers.partners_in_conflict([application.id], today)[application.id]:
            message = N_(
                "Every coordinator of %(partner)s is in conflict of interest with the applicant,"
                " so nobody there could answer. Choose another partner, or look at these conflicts first."
            )
    raise BrokenRule.because(message, "partner", partner=db.session.get_one(Partner, partner_id).short_name)


def _remember(
    routing: Routing, application: Application, refusal: Refusal, partner_id: int | None, now: dt.datetime
) -> None:
    today = clock.day_of(now)
    until = rules.counts_until(refusal, today)
    if until is None:
        return
    db.session.add(
        RoutingRemark(
            routing_id=routing.id,
            partner_id=partner_id,
            kind=refusal.kind,
            sector=db.session.get_one(Organisation, application.organisation_id).sector,
            said_on=today,
            until=until,
        )
    )
    db.session.flush()


def _asked(application_uuid: uuid.UUID, routing_id: int, actor: Actor, now: dt.datetime) -> tuple[Routing, Application]:
    """The routing that the actor's partner is asked to answer, as it is now, and its application, locked."""
    routing = db.session.get(Routing, routing_id)
    if routing is None or routing.partner_id != actor.partner_id or actor.partner_id is None:
        raise NotFound
    application = load(application_uuid, actor, now)
    if routing.application_id != application.id:
        raise NotFound
    db.session.refresh(routing)
    if application.status not in rules.ROUTABLE or is_outlived(routing.id):
        raise Stale
    return routing, application
