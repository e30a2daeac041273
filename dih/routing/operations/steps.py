"""The steps that every verb of routing is made of: load and lock, propose, answer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from dih.applications import operations as applications
from dih.applications.models import Application
from dih.conflicts.queries import in_conflict
from dih.extensions.database import db
from dih.partners.models import Partner
from dih.routing import emails
from dih.routing.models import Routing, RoutingHelper
from dih.routing.queries.work import OPEN, outlived
from dih.routing.rules import Need
from dih.routing.vocabulary import ROUTING_STATUS_TRANSITIONS, RoutingMode, RoutingStatus
from dih.shared import audit, clock
from dih.shared.access import Actor
from dih.shared.errors import NotFound
from dih.shared.free_days import free_days
from dih.shared.status import take
from dih.shared.transitions import target_of

Pairs = Sequence[tuple[int, int]]


def load(application_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> Application:
    """The application, locked. Raises NotFound when there is none, and in a conflict of interest."""
    barred = in_conflict(actor.person_id, clock.day_of(now), Application.id, Application.organisation_id)
    application = db.session.scalar(
        select(Application).where(Application.uuid == application_uuid, ~barred).with_for_update(of=Application)
    )
    if application is None:
        raise NotFound
    return application


def lock_capacity() -> None:
    """Makes who promises or states person-days wait for the end of this transaction, partner by partner.

    The weaker lock lets other rooms go on naming a partner in new rows.
    """
    db.session.scalars(select(Partner.id).order_by(Partner.id).with_for_update(key_share=True)).all()


def open_routing(application_id: int) -> Routing | None:
    """The step that waits for an answer or was accepted, as it is now."""
    return db.session.scalar(
        select(Routing)
        .where(Routing.application_id == application_id, Routing.status.in_(OPEN))
        .execution_options(populate_existing=True)
    )


def is_outlived(routing_id: int) -> bool:
    """Whether what the step was about is no longer asked."""
    return bool(
        db.session.scalar(
            select(Routing.id)
            .join(Application, Application.id == Routing.application_id)
            .where(Routing.id == routing_id, outlived())
        )
    )


def desk(need: Need) -> tuple[int | None, RoutingMode]:
    """Who looks after what nobody can take: the lead partner, or the hub's managers where it is in conflict itself."""
    lead = db.session.scalars(select(Partner.id).where(Partner.is_lead).order_by(Partner.id).limit(1)).one()
    return (None, RoutingMode.MANAGERS_DESK) if lead in need.against else (lead, RoutingMode.LEAD_DESK)


def propose(
    application: Application,
    partner_id: int | None,
    mode: RoutingMode,
    scores: list[Any],
    reason: str,
    actor: Actor,
    now: dt.datetime,
    helpers: Pairs = (),
) -> None:
    """Asks a partner for an application, or the hub's managers for a partner (None).

    `helpers` are (service, partner) for what others deliver.
    """
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
        due_on=clock.add_working_days(clock.day_of(now), days.routing_answer_working_days, free_days()),
    )
    db.session.add(routing)
    db.session.flush()
    db.session.add_all(
        RoutingHelper(routing_id=routing.id, service_id=service, partner_id=helper) for service, helper in helpers
    )
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


def answer(routing: Routing, action: str, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Takes one edge of a step's life and records it. Raises Stale when somebody was faster, Forbidden by role."""
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
