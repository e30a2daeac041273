"""Making a call from its content, opening it to the public and closing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import delete, func, select

from dih.budget.queries import lines
from dih.calls import readiness
from dih.calls.content import CallContent
from dih.calls.models import Call, CallService, CallVersion
from dih.calls.operations.loading import locked, manager_only, newest
from dih.calls.vocabulary import CALL_STATUS_TRANSITIONS, CallMethod, CallStatus
from dih.catalogue.queries import ServiceView, by_codes
from dih.extensions.database import db
from dih.shared import audit, status
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule, Stale
from dih.shared.transitions import target_of
from dih.shared.wording import N_


def create(
    code: str, content: CallContent, opens_at: dt.datetime, closes_at: dt.datetime, actor: Actor, now: dt.datetime
) -> int:
    """Makes a draft call with its first version and returns the call's id.

    Raises BrokenRule when the code is taken, the dates are the wrong way round or a service is not in the catalogue.
    """
    manager_only(actor)
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
    _offer(version, services)
    return version.id


def publish(call_id: int, actor: Actor, now: dt.datetime) -> None:
    """Puts the newest version of a call in force: opens a draft to the public, or replaces the version in force.

    Applications that were begun keep their version. The dates say from when one may apply. Raises NotFound, Forbidden,
    Stale when the newest version is published already or the call is closed, BrokenRule with all that is missing.
    """
    manager_only(actor)
    call, version = locked(call_id), newest(call_id)
    if version.published_at is not None or call.status is CallStatus.CLOSED:
        raise Stale
    services = by_codes(version.content.get("services") or ())
    problems = [
        *readiness.faults(version.content),
        *readiness.not_found(version.content, services, {line.code for line in lines()}),
        *readiness.date_faults(version.opens_at, version.closes_at, _promised(call), now),
    ]
    if problems:
        raise BrokenRule(*problems)
    content = CallContent.model_validate(version.content)
    version.content = content.model_dump(mode="json")
    version.published_at = now
    _offer(version, services)
    before, source = call.current_version_id, call.status
    if source is CallStatus.DRAFT:
        target = target_of(CALL_STATUS_TRANSITIONS, "publish", source, actor)
        status.take(Call, call_id, source, target, current_version_id=version.id)
    else:
        call.current_version_id = version.id
    db.session.flush()
    audit.record(
        actor,
        now,
        ("call", call_id),
        "call_published" if before is None else "call_version_published",
        before={"status": source.value},
        after={"status": CallStatus.PUBLISHED.value, "version": version.number},
    )


def close(call_id: int, actor: Actor, now: dt.datetime) -> None:
    """Closes a published call before its day: nobody may apply or submit any more. What was submitted goes on.

    Raises NotFound, Forbidden, Stale when the call is not published.
    """
    manager_only(actor)
    call = locked(call_id)
    source = call.status
    target = target_of(CALL_STATUS_TRANSITIONS, "close", source, actor)
    status.take(Call, call_id, source, target, closed_at=now)
    audit.record(
        actor, now, ("call", call_id), "call_closed", before={"status": source.value}, after={"status": target.value}
    )


def _promised(call: Call) -> tuple[dt.datetime, dt.datetime] | None:
    if call.current_version_id is None:
        return None
    in_force = db.session.get_one(CallVersion, call.current_version_id)
    return in_force.opens_at, in_force.closes_at


def _offer(version: CallVersion, services: Mapping[str, ServiceView]) -> None:
    """Writes down the services of a version, in the order of its content."""
    db.session.execute(delete(CallService).where(CallService.call_version_id == version.id))
    db.session.add_all(
        CallService(call_version_id=version.id, service_id=services[code].id) for code in version.content["services"]
    )
    db.session.flush()
