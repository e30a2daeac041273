"""Reads of routing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select

from dih.applications.models import Application
from dih.applications.vocabulary import ApplicationStatus
from dih.extensions.database import db
from dih.routing.models import Routing
from dih.routing.vocabulary import RoutingStatus


def unrouted(most: int = 50) -> Sequence[int]:
    """Ids of submitted applications for which no partner is asked or has accepted, oldest first."""
    asked = exists().where(
        Routing.application_id == Application.id,
        Routing.status.in_([RoutingStatus.PROPOSED, RoutingStatus.ACCEPTED]),
    )
    return db.session.scalars(
        select(Application.id)
        .where(Application.status.in_([ApplicationStatus.SUBMITTED, ApplicationStatus.ELIGIBLE]), ~asked)
        .order_by(Application.id)
        .limit(most)
    ).all()
