"""Naming a partner, its answer, hand-overs, and a manager's last word."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select

from dih.applications import operations as applications
from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.extensions.database import db
from dih.partners.models import Partner
from dih.routing import emails, offers, rules
from dih.routing.models import Routing
from dih.routing.vocabulary import ROUTING_STATUS_TRANSITIONS, RoutingMode, RoutingStatus
from dih.shared import audit, clock
from dih.shared.access import SYSTEM, Actor
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.status import take
from dih.shared.transitions import target_of
from dih.shared.wording import N_


def route(application_id: int, now: dt.datetime) -> None:
    """The worker names the best partner for a submitted application that has none; the lead's desk when nobody fits."""
    application = db.session.scalar(select(Application).where(Application.id == application_id).with_for_update())
    if application is None or _open_routing(application_id) is not None:
        return
    day = clock.day_of(now)
    ranked = rules.rank(offers.need_of(application), offers.offers(day, without=application_id))
    declined = set(db.session.scalars(select(Routing.partner_id).where(Routing.application_id == application_id)))
    fitting = [score for score in ranked if score.fits and score.partner_id not in declined]
    mode = RoutingMode.WORKER if fitting else RoutingMode.LEAD_DESK
    partner_id = fitting[0].partner_id if fitting else _lead_partner()
    _propose(application, partner_id, mode, [score.as_data() for score in ranked], "", SYSTEM, now)


def accept(routing_id: int, actor: Actor, now: dt.datetime) -> None:
    """The coordinator takes the application; it is placed once it is also found eligible."""
    routing, application = _for_partner(routing_id, actor)
    _answer(routing, "accept", "", actor, now)
    if application.status is ApplicationStatus.ELIGIBLE:
        applications.move(application, "place", actor, now)


def decline(routing_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The coordinator declines with a reason; the next best partner is named, or the lead's desk."""
    routing, application = _for_partner(routing_id, actor)
    _answer(routing, "decline", _needed(reason), actor, now)
    applications.name_partner(application, None, actor, now)
    db.session.flush()
    route(application.id, now)


def hand_over(routing_id: int, partner_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The coordinator proposes another partner with a reason; that one is asked next."""
    routing, application = _for_partner(routing_id, actor)
    if partner_id == routing.partner_id or db.session.get(Partner, partner_id) is None:
        raise BrokenRule.because(N_("Choose another partner."), "partner")
    _answer(routing, "hand_over", _needed(reason), actor, now)
    db.session.flush()
    _propose(application, partner_id, RoutingMode.HAND_OVER, routing.scores, reason.strip(), actor, now)


def override(application_id: int, partner_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager gives the application to another partner with a reason; that one is asked as usual."""
    application = applications.load_for_staff(application_id, actor, now)
    if db.session.get(Partner, partner_id) is None:
        raise BrokenRule.because(N_("Choose a partner."), "partner")
    routing = _open_routing(application_id)
    scores: list[Any] = []
    if routing is not None:
        if routing.partner_id == partner_id:
            raise BrokenRule.because(N_("This partner has the application already."), "partner")
        scores = routing.scores
        _answer(routing, "override", _needed(reason), actor, now)
        if application.status is ApplicationStatus.PLACED:
            applications.move(application, "take_back", actor, now, reason=reason)
        db.session.flush()
    _propose(application, partner_id, RoutingMode.MANAGER, scores, _needed(reason), actor, now)


def place_if_accepted(application: Application, actor: Actor, now: dt.datetime) -> None:
    """Called when an application is found eligible: it is placed at once if its partner has accepted already."""
    routing = _open_routing(application.id)
    if routing is not None and routing.status is RoutingStatus.ACCEPTED:
        applications.move(application, "place", actor, now)


def _propose(
    application: Application,
    partner_id: int,
    mode: RoutingMode,
    scores: list[Any],
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    days = applications.call_of(application).content.days
    routing = Routing(
        application_id=application.id,
        partner_id=partner_id,
        mode=mode,
        status=RoutingStatus.PROPOSED,
        scores=scores,
        reason=reason,
        proposed_at=now,
        proposed_by=actor.person_id,
        due_on=clock.add_working_days(clock.day_of(now), days.routing_answer_working_days),
    )
    db.session.add(routing)
    db.session.flush()
    applications.name_partner(application, partner_id, actor, now)
    audit.record(
        actor,
        now,
        ("routing", routing.id),
        "routing_proposed",
        after={"partner_id": partner_id, "mode": mode.value, "due_on": routing.due_on.isoformat()},
        reason=reason,
        application_id=application.id,
    )
    emails.proposed(routing, application, now)


def _answer(routing: Routing, action: str, reason: str, actor: Actor, now: dt.datetime) -> None:
    source = routing.status
    target = RoutingStatus(target_of(ROUTING_STATUS_TRANSITIONS, action, source, actor))
    take(
        Routing,
        routing.id,
        source,
        target,
        answered_at=now,
        answered_by=actor.person_id,
        answer_reason=reason.strip(),
    )
    audit.record(
        actor,
        now,
        ("routing", routing.id),
        f"routing_{action}",
        before={"status": source.value, "partner_id": routing.partner_id},
        after={"status": target.value},
        reason=reason.strip(),
        application_id=routing.application_id,
    )


def _for_partner(routing_id: int, actor: Actor) -> tuple[Routing, Application]:
    routing = db.session.get(Routing, routing_id)
    if routing is None or routing.partner_id != actor.partner_id:
        raise NotFound
    application = db.session.scalars(
        select(Application).where(Application.id == routing.application_id).with_for_update()
    ).one()
    db.session.refresh(routing)
    return routing, application


def _open_routing(application_id: int) -> Routing | None:
    return db.session.scalar(
        select(Routing).where(
            Routing.application_id == application_id,
            Routing.status.in_([RoutingStatus.PROPOSED, RoutingStatus.ACCEPTED]),
        )
    )


def _lead_partner() -> int:
    return db.session.scalars(select(Partner.id).where(Partner.is_lead).order_by(Partner.id).limit(1)).one()


def _needed(reason: str) -> str:
    if not reason.strip():
        raise BrokenRule.because(N_("Give a reason: it is kept with the application."), "reason")
    return reason.strip()
