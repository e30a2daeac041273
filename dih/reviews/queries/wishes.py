"""The applications about which a reviewer may say a wish, before they are given out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select

from dih.applications.models import Application
from dih.calls import queries as calls
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.models import ReviewBid
from dih.reviews.queries.reach import biddable
from dih.reviews.vocabulary import Bid
from dih.shared.access import Actor

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """An application that may come to the reviewer, and what was said about it so far."""

    uuid: UUID
    reference: str
    title: str
    organisation: str
    call_title: Mapping[str, str]
    bid: Bid | None


def wishes(actor: Actor, day: dt.date) -> Sequence[Wish]:
    """Applications in calls with reviews that wait for reviewers, those submitted first at the top; two queries."""
    said = and_(ReviewBid.application_id == Application.id, ReviewBid.reviewer_id == actor.person_id)
    rows = db.session.execute(
        select(
            Application.uuid,
            Application.reference,
            Application.title,
            Application.call_version_id,
            Organisation.name,
            ReviewBid.bid,
        )
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(ReviewBid, said)
        .where(biddable(actor, day))
        .order_by(Application.id)
        .limit(SHOWN)
    ).all()
    versions = calls.versions(sorted({row.call_version_id for row in rows}))
    return [
        Wish(row.uuid, row.reference or "", row.title, row.name, call.title, row.bid)
        for row in rows
        if (call := versions[row.call_version_id]).content.grid is not None
    ]
