"""Verbs about calls: making one from its content and opening it to the public."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from dih.budget.queries import lines
from dih.calls.content import CallContent
from dih.calls.models import Call, CallService, CallVersion
from dih.calls.vocabulary import CALL_STATUS_TRANSITIONS, CallMethod, CallStatus
from dih.catalogue.queries import by_codes
from dih.extensions.database import db
from dih.shared import audit, status
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.transitions import target_of
from dih.shared.wording import N_


def create(
    code: str, content: CallContent, opens_at: dt.datetime, closes_at: dt.datetime, actor: Actor, now: dt.datetime
) -> int:
    """Makes a draft call with its first version and returns the call's id.

    Raises BrokenRule when the code is taken, the dates are the wrong way round or a service is not in the catalogue.
    """
    if not actor.may(Permission.MANAGE_CALLS):
        raise Forbidden
    if db.session.scalar(select(Call.id).where(Call.code == code)) is not None:
        raise BrokenRule.because(N_("There is a call with this code already. Choose another one."), "code")
    call = Call(code=code, created_at=now)
    db.session.add(call)
    db.session.flush()
    add_version(call.id, content, opens_at, closes_at, now)
    audit.record(actor, now, ("call", call.id), "call_created", after={"code": code, "title": content.title})
    return call.id


def add_version(
    call_id: int, content: CallContent, opens_at: dt.datetime, closes_at: dt.datetime, now: dt.datetime
) -> int:
    """Adds the next version of a call, not in force yet, and returns its id. Raises BrokenRule as `create` does."""
    if opens_at >= closes_at:
        raise BrokenRule.because(N_("The call must close after it opens."), "closes_at")
    services = by_codes(content.services)
    unknown = [code for code in content.services if code not in services]
    if unknown:
        raise BrokenRule.because(N_("Not in the catalogue: %(codes)s."), "services", codes=", ".join(unknown))
    last = db.session.scalar(select(func.max(CallVersion.number)).where(CallVersion.call_id == call_id))
    version = CallVersion(
        call_id=call_id,
        number=(last or 0) + 1,
        title=dict(content.title),
        target_group=content.target_group,
        method=CallMethod(content.method),
        opens_at=opens_at,
        closes_at=closes_at,
        content=content.model_dump(mode="json"),
        edited_at=now,
    )
    db.session.add(version)
    db.session.flush()
    db.session.add_all(
        CallService(call_version_id=version.id, service_id=services[code].id) for code in content.services
    )
    db.session.flush()
    return version.id


def publish(call_id: int, actor: Actor, now: dt.datetime) -> None:
    """Opens a draft call to the public with its newest version; the dates say from when one may apply.

    Raises NotFound, Forbidden, Stale when it is no draft any more, BrokenRule when a budget line does not exist.
    """
    call = db.session.get(Call, call_id)
    if call is None:
        raise NotFound
    version = db.session.scalars(
        select(CallVersion).where(CallVersion.call_id == call_id).order_by(CallVersion.number.desc()).limit(1)
    ).one()
    unknown = sorted(set(version.content["budget_lines"]) - {line.code for line in lines()})
    if unknown:
        raise BrokenRule.because(
            N_("Not in the budget: %(codes)s. Add these lines first."), "budget_lines", codes=", ".join(unknown)
        )
    source = call.status
    target = target_of(CALL_STATUS_TRANSITIONS, "publish", source, actor)
    version.published_at = now
    db.session.flush()
    status.take(Call, call_id, source, target, current_version_id=version.id)
    audit.record(
        actor,
        now,
        ("call", call_id),
        "call_published",
        before={"status": source.value},
        after={"status": CallStatus.PUBLISHED.value, "version": version.number},
    )
