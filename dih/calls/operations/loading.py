"""A call and its versions, locked for who changes them."""

from __future__ import annotations

from sqlalchemy import select

from dih.calls.models import Call, CallVersion
from dih.extensions.database import db
from dih.shared.access import Actor, Permission
from dih.shared.errors import Forbidden, NotFound
from dih.shared.unit_of_work import forget


def manager_only(actor: Actor) -> None:
    """Raises Forbidden for who does not manage calls."""
    if not actor.may(Permission.MANAGE_CALLS):
        raise Forbidden


def locked(call_id: int) -> Call:
    """The call, until the end of the transaction nobody else's to change. Raises NotFound."""
    forget()
    call = db.session.scalar(select(Call).where(Call.id == call_id).with_for_update())
    if call is None:
        raise NotFound
    return call


def newest(call_id: int) -> CallVersion:
    """The version with the highest number: the one that is not published yet, where there is such."""
    return db.session.scalars(
        select(CallVersion).where(CallVersion.call_id == call_id).order_by(CallVersion.number.desc()).limit(1)
    ).one()
