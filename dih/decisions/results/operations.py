"""Publishing the results of a call."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from dih.calls.models import Call
from dih.decisions.models import Publication
from dih.decisions.results import queries
from dih.extensions.database import db
from dih.shared import audit
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.wording import N_


def publish(code: str, actor: Actor, now: dt.datetime) -> None:
    """Publishes the results of a call as they stand; they take the place of those published before.

    Raises BrokenRule while nothing is approved; NotFound; Forbidden.
    """
    if not actor.may(Permission.DECIDE):
        raise Forbidden
    call_id = db.session.scalar(select(Call.id).where(Call.code == code).with_for_update())
    if call_id is None:
        raise NotFound
    content = queries.to_publish(code).content
    if not content["supported"]:
        raise BrokenRule.because(N_("Nothing is approved in this call yet, so there is nothing to publish."))
    made = Publication(call_id=call_id, published_at=now, published_by=actor.person_id, content=content)
    db.session.add(made)
    db.session.flush()
    audit.record(actor, now, ("call", call_id), "results_published", after={"supported": len(content["supported"])})
