"""Naming a partner, its answer, hand-overs, and a manager's last word."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import select

from dih.applications import operations as applications
from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.conflicts.queries import in_conflict
from dih.extensions.database import db
from dih.partners.models import Partner
from dih.routing import emails, offers, rules
from dih.routing.models import Routing
from dih.routing.queries.work import OPEN, Due, outlived
from dih.routing.vocabulary import ROUTING_STATUS_TRANSITIONS, RoutingMode, RoutingStatus
from dih.shared import audit, clock
from dih.shared.access import SYSTEM, Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.status import take
from dih.shared.transitions import target_of
from dih.shared.wording import N_


def route(application_id: int, now: dt.datetime) -> None:
    """The worker names the best partner for a submitted application that has none; the lead's desk when nobody fits.

    Who declined or handed the application over is not asked again, except the lead's desk. Does nothing when the
    application is not to be routed any more.
    """
    application = db.session.scalar(select(Application).where(Application.id == application_id).with_for_update())
    if application is None or application.status not in rules.ROUTABLE or _open_routing(application_id) is not None:
        return
    ranked = rules.rank(offers.need_of(application), offers.offers(clock.day_of(now), without=application_id))
    refused = _who_refused(application_id)
    fitting = [score for score in ranked if score.fits and score.partner_id not in refused]
    mode = RoutingMode.WORKER if fitting else RoutingMode.LEAD_DESK
    partner_id = fitting[0].partner_id if fitting else _lead_partner()
    _propose(application, partner_id, mode, [score.as_data() for score in ranked], "", SYSTEM, now)


def accept(application_uuid: uuid.UUID, routing_id: int, actor: Actor, now: dt.datetime) -> None:
    """The coordinator takes the application; it is placed once it is also found eligible.

    Raises NotFound for another partner's application and in a conflict of interest; Stale when it was answered,
    moved or withdrawn since.
    """
    routing, application = _asked(application_uuid, routing_id, actor, now)
    _answer(routing, "accept", "", actor, now)
    place_if_accepted(application, actor, now)


def decline(application_uuid: uuid.UUID, routing_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The coordinator declines with a reason; the next best partner is named, or the lead's desk.

    Raises BrokenRule without a reason, and at the lead's desk when nobody fits: that desk finds somebody.
    """
    routing, application = _asked(application_uuid, routing_id, actor, now)
    if routing.mode is RoutingMode.LEAD_DESK:
        raise BrokenRule.because(
            N_("Nobody else fits, so this desk cannot decline. Accept it, or propose another partner."), "answer"
        )
    _answer(routing, "decline", rules.reason_given(reason), actor, now)
    applications.name_partner(application, None, actor, now)
    route(application.id, now)


def hand_over(
    application_uuid: uuid.UUID, routing_id: int, partner_id: int, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """The coordinator proposes another partner with a reason; that one is asked next. Raises BrokenRule."""
    routing, application = _asked(application_uuid, routing_id, actor, now)
    if partner_id == routing.partner_id or db.session.get(Partner, partner_id) is None:
        raise BrokenRule.because(N_("Choose another partner."), "partner")
    why = rules.reason_given(reason)
    _answer(routing, "hand_over", why, actor, now)
    _propose(application, partner_id, RoutingMode.HAND_OVER, routing.scores, why, actor, now)


def override(application_uuid: uuid.UUID, partner_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager gives the application to another partner with a reason; that one is asked as usual.

    Raises BrokenRule for the partner that has it, without a reason, and once the review has begun; NotFound in a
    conflict of interest; Forbidden.
    """
    if not actor.may(Permission.OVERRIDE_ROUTING):
        raise Forbidden
    application = _load(application_uuid, actor, now)
    if application.status not in rules.MOVABLE:
        raise BrokenRule.because(N_("This application cannot be moved to another partner any more."))
    if db.session.get(Partner, partner_id) is None:
        raise BrokenRule.because(N_("Choose another partner."), "partner")
    why = rules.reason_given(reason)
    routing = _open_routing(application.id)
    scores: list[Any] = []
    if routing is not None:
        if routing.partner_id == partner_id:
            raise BrokenRule.because(N_("This partner has the application already."), "partner")
        scores = routing.scores
        _answer(routing, "override", why, actor, now)
        if application.status is ApplicationStatus.PLACED:
            applications.move(application, "take_back", actor, now, reason=why)
    _propose(application, partner_id, RoutingMode.MANAGER, scores, why, actor, now)


def place_if_accepted(application: Application, actor: Actor, now: dt.datetime) -> None:
    """Places an eligible application whose partner has accepted; does nothing otherwise. The caller has locked it."""
    if application.status is not ApplicationStatus.ELIGIBLE:
        return
    routing = _open_routing(application.id)
    if routing is not None and routing.status is RoutingStatus.ACCEPTED and not _is_outlived(routing.id):
        applications.move(application, "place", actor, now)


def place(application_id: int, now: dt.datetime) -> None:
    """The worker places an application that became eligible after its partner had accepted."""
    application = db.session.scalar(select(Application).where(Application.id == application_id).with_for_update())
    if application is not None:
        place_if_accepted(application, SYSTEM, now)


def end(routing_id: int, now: dt.datetime) -> None:
    """The platform ends a routing whose application was reopened, submitted anew, withdrawn or found not eligible."""
    application = db.session.scalar(
        select(Application)
        .join(Routing, Routing.application_id == Application.id)
        .where(Routing.id == routing_id)
        .with_for_update(of=Application)
    )
    routing = db.session.get(Routing, routing_id, populate_existing=True)
    if application is None or routing is None or routing.status not in OPEN or not _is_outlived(routing_id):
        return
    _answer(routing, "end", "", SYSTEM, now)
    applications.name_partner(application, None, SYSTEM, now)


def remind(due: Due, now: dt.datetime) -> None:
    """Reminds the coordinators, once, that their answer is due."""
    routing, application = _unanswered(due)
    if routing is not None and application is not None and routing.reminded_at is None:
        routing.reminded_at = now
        emails.reminder(routing, application, due.due_on, now)


def escalate(due: Due, now: dt.datetime) -> None:
    """Tells the managers, once, that a partner has not answered in time."""
    routing, application = _unanswered(due)
    if routing is not None and application is not None and routing.escalated_at is None:
        routing.escalated_at = now
        emails.escalated(routing, application, due.due_on, now)


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
        answer_reason=reason,
    )
    audit.record(
        actor,
        now,
        ("routing", routing.id),
        f"routing_{action}",
        before={"status": source.value, "partner_id": routing.partner_id},
        after={"status": target.value},
        reason=reason,
        application_id=routing.application_id,
    )


def _asked(application_uuid: uuid.UUID, routing_id: int, actor: Actor, now: dt.datetime) -> tuple[Routing, Application]:
    """The routing that the actor's partner is asked to answer, as it is now, and its application, locked."""
    routing = db.session.get(Routing, routing_id)
    if routing is None or routing.partner_id != actor.partner_id or actor.partner_id is None:
        raise NotFound
    application = _load(application_uuid, actor, now)
    if routing.application_id != application.id:
        raise NotFound
    db.session.refresh(routing)
    if application.status not in rules.ROUTABLE or _is_outlived(routing.id):
        raise Stale
    return routing, application


def _load(application_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> Application:
    barred = in_conflict(actor.person_id, clock.day_of(now), Application.id, Application.organisation_id)
    application = db.session.scalar(
        select(Application).where(Application.uuid == application_uuid, ~barred).with_for_update(of=Application)
    )
    if application is None:
        raise NotFound
    return application


def _unanswered(due: Due) -> tuple[Routing | None, Application | None]:
    routing = db.session.scalar(
        select(Routing).where(Routing.id == due.routing_id, Routing.status == RoutingStatus.PROPOSED).with_for_update()
    )
    return routing, db.session.get(Application, routing.application_id) if routing else None


def _open_routing(application_id: int) -> Routing | None:
    return db.session.scalar(
        select(Routing)
        .where(Routing.application_id == application_id, Routing.status.in_(OPEN))
        .execution_options(populate_existing=True)
    )


def _is_outlived(routing_id: int) -> bool:
    return bool(
        db.session.scalar(
            select(Routing.id)
            .join(Application, Application.id == Routing.application_id)
            .where(Routing.id == routing_id, outlived())
        )
    )


def _who_refused(application_id: int) -> set[int]:
    return set(
        db.session.scalars(
            select(Routing.partner_id).where(
                Routing.application_id == application_id,
                Routing.status.in_([RoutingStatus.DECLINED, RoutingStatus.HANDED_OVER]),
            )
        )
    )


def _lead_partner() -> int:
    return db.session.scalars(select(Partner.id).where(Partner.is_lead).order_by(Partner.id).limit(1)).one()
