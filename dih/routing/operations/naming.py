"""The platform's own part: names the best partner, places what was accepted, ends, reminds, escalates."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from dih.applications import operations as applications
from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.extensions.database import db
from dih.routing import emails, offers, rules
from dih.routing.models import Routing
from dih.routing.operations.steps import answer, desk, is_outlived, lock_capacity, open_routing, propose
from dih.routing.queries.work import OPEN, Due
from dih.routing.rules.scoring import Helpers
from dih.routing.vocabulary import RoutingMode, RoutingStatus
from dih.shared import clock
from dih.shared.access import SYSTEM, Actor


def route(application_id: int, now: dt.datetime) -> None:
    """The worker names the best partner for a submitted application that has none; the lead's desk when nobody fits.

    Where the lead partner is in conflict of interest too, it waits for the hub's managers. Who declined or handed the
    application over is not asked again, except the lead's desk. Does nothing when the application is not to be routed
    any more.
    """
    application = db.session.scalar(select(Application).where(Application.id == application_id).with_for_update())
    if application is None or application.status not in rules.ROUTABLE or open_routing(application_id) is not None:
        return
    lock_capacity()
    today = clock.day_of(now)
    need = offers.needs([application_id], today)
    ranked = rules.rank(need[application_id], offers.offers(today, offers.means(today, without=need)))
    refused = _who_refused(application_id)
    fitting = [score for score in ranked if score.fits and score.partner_id not in refused]
    best = fitting[0] if fitting else None
    partner_id, mode = (best.partner_id, RoutingMode.WORKER) if best else desk(need[application_id])
    propose(
        application,
        partner_id,
        mode,
        [score.as_data() for score in ranked],
        "",
        SYSTEM,
        now,
        best.helpers if best else (),
    )


def best_helpers(application_id: int, partner_id: int, now: dt.datetime) -> Helpers:
    """Who delivers what a partner named by people does not deliver itself; nobody where it cannot lead a team."""
    today = clock.day_of(now)
    need = offers.needs([application_id], today)
    given = offers.offers(today, offers.means(today, without=need))
    found = [score for score in rules.ways(need[application_id], given)[partner_id] if score.able]
    return max(found, key=lambda score: (score.fits, score.total)).helpers if found else ()


def place_if_accepted(application: Application, actor: Actor, now: dt.datetime) -> None:
    """Places an eligible application whose partner has accepted; does nothing otherwise. The caller has locked it."""
    if application.status is not ApplicationStatus.ELIGIBLE:
        return
    routing = open_routing(application.id)
    if routing is not None and routing.status is RoutingStatus.ACCEPTED and not is_outlived(routing.id):
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
    if application is None or routing is None or routing.status not in OPEN or not is_outlived(routing_id):
        return
    answer(routing, "end", "", SYSTEM, now)
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


def _unanswered(due: Due) -> tuple[Routing | None, Application | None]:
    routing = db.session.scalar(
        select(Routing).where(Routing.id == due.routing_id, Routing.status == RoutingStatus.PROPOSED).with_for_update()
    )
    return routing, db.session.get(Application, routing.application_id) if routing else None


def _who_refused(application_id: int) -> set[int]:
    return set(
        db.session.scalars(
            select(Routing.partner_id).where(
                Routing.application_id == application_id,
                Routing.status.in_([RoutingStatus.DECLINED, RoutingStatus.HANDED_OVER]),
            )
        )
    )
