"""Who works for a partner that delivers an application, as the one that leads or one that helps."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, Subquery, exists, or_, select, union_all

from dih.accounts.models import Membership
from dih.applications.models import Application
from dih.routing.models import Routing, RoutingHelper
from dih.routing.queries.work import OPEN
from dih.shared.access import ScopeKind


def works_for_deliverer(person_id: SQLColumnExpression[Any] | int | None) -> ColumnElement[bool]:
    """An EXISTS clause: the person has a role, any, at a partner that delivers the application of the statement."""
    helping = (
        select(RoutingHelper.partner_id)
        .join(Routing, Routing.id == RoutingHelper.routing_id)
        .where(Routing.application_id == Application.id, Routing.status.in_(OPEN))
        .correlate(Application)
    )
    return exists().where(
        Membership.person_id == person_id,
        Membership.scope_kind == ScopeKind.PARTNER,
        Membership.ended_at.is_(None),
        or_(Membership.scope_id == Application.partner_id, Membership.scope_id.in_(helping)),
    )


def deliverers() -> Subquery:
    """All pairs `application_id`, `partner_id` of applications and the partners that deliver them, to be joined."""
    leading = select(Application.id.label("application_id"), Application.partner_id)
    helping = (
        select(Routing.application_id, RoutingHelper.partner_id)
        .join(RoutingHelper, RoutingHelper.routing_id == Routing.id)
        .where(Routing.status.in_(OPEN))
    )
    return union_all(leading.where(Application.partner_id.is_not(None)), helping).subquery()
