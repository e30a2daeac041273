"""Versions that are not in force yet: made by copying, changed part by part, thrown away."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from dih.calls import readiness
from dih.calls.models import Call, CallService, CallVersion
from dih.calls.operations.loading import locked, manager_only, newest
from dih.calls.parts import BY_KEY
from dih.calls.vocabulary import CallMethod, CallStatus
from dih.extensions.database import db
from dih.shared import audit
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule, NotFound, Stale
from dih.shared.wording import N_
from dih.taxonomy.vocabulary import TargetGroup

MOST_IN_CODE = 60


def copy(call_id: int, new_code: str, actor: Actor, now: dt.datetime) -> int:
    """Makes a draft call like the newest version of another one and returns its id. The dates are copied too.

    Raises NotFound, Forbidden, BrokenRule when the code is taken or no code.
    """
    manager_only(actor)
    if len(new_code) > MOST_IN_CODE or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", new_code):
        message = N_("Use small letters, digits and hyphens, at most %(most)s characters, such as health-2027.")
        raise BrokenRule.because(message, "code", most=MOST_IN_CODE)
    if db.session.scalar(select(Call.id).where(Call.code == new_code)) is not None:
        raise BrokenRule.because(N_("There is a call with this code already. Choose another one."), "code")
    origin, model = locked(call_id), newest(call_id)
    call = Call(code=new_code, created_at=now)
    db.session.add(call)
    db.session.flush()
    db.session.add(_like(model, call.id, 1, now))
    audit.record(actor, now, ("call", call.id), "call_created", after={"code": new_code, "copied_from": origin.code})
    db.session.flush()
    return call.id


def begin_version(call_id: int, actor: Actor, now: dt.datetime) -> int:
    """Begins the next version of a published call, like the newest one, and returns the version's id.

    Raises NotFound, Forbidden, Stale when the call is not published or somebody has begun a next version already.
    """
    manager_only(actor)
    call, model = locked(call_id), newest(call_id)
    if call.status is not CallStatus.PUBLISHED or model.published_at is None:
        raise Stale
    version = _like(model, call_id, model.number + 1, now)
    db.session.add(version)
    audit.record(actor, now, ("call", call_id), "call_version_begun", after={"version": version.number})
    db.session.flush()
    return version.id


def save_part(
    version_id: int, part: str, value: Mapping[str, Any], lock_version: int, actor: Actor, now: dt.datetime
) -> None:
    """Replaces one part of a version that is not published; the rest may still be missing. The same again is no change.

    `value`: the part's keys of the content. Raises NotFound, Forbidden, Stale when the version was edited meanwhile,
    BrokenRule when it is published or when something in the part can't be right, whatever the rest says.
    """
    manager_only(actor)
    if part not in BY_KEY:
        raise NotFound
    version = _editable(version_id, lock_version)
    keys = [field.name for field in BY_KEY[part].fields]
    content = {key: kept for key, kept in version.content.items() if key not in keys}
    content |= {key: value[key] for key in keys if key in value}
    if problems := readiness.mistakes(content, keys):
        raise BrokenRule(*problems)
    if content == version.content:
        return
    version.content = content
    _describe(version)
    version.edited_at = now
    changed = {"version": version.number, "part": part}
    audit.record(actor, now, ("call", version.call_id), "call_part_saved", after=changed)
    db.session.flush()


def change_dates(
    version_id: int, opens_at: dt.datetime, closes_at: dt.datetime, lock_version: int, actor: Actor, now: dt.datetime
) -> None:
    """Sets the dates of a version that is not published; publishing looks at them again.

    Raises NotFound, Forbidden, Stale when the version was edited meanwhile, BrokenRule when it is published or the
    dates are the wrong way round.
    """
    manager_only(actor)
    version = _editable(version_id, lock_version)
    if opens_at >= closes_at:
        raise BrokenRule.because(N_("The call must close after it opens."), "closes_at")
    before = {"opens_at": version.opens_at.isoformat(), "closes_at": version.closes_at.isoformat()}
    version.opens_at, version.closes_at, version.edited_at = opens_at, closes_at, now
    after = {"opens_at": opens_at.isoformat(), "closes_at": closes_at.isoformat(), "version": version.number}
    audit.record(actor, now, ("call", version.call_id), "call_dates_changed", before=before, after=after)
    db.session.flush()


def discard(version_id: int, actor: Actor, now: dt.datetime) -> None:
    """Throws away a version that is not published; a call that was never published goes with it.

    Raises NotFound, Forbidden, BrokenRule when the version is published.
    """
    manager_only(actor)
    version = _editable(version_id)
    call, number = locked(version.call_id), version.number
    db.session.execute(delete(CallService).where(CallService.call_version_id == version_id))
    db.session.delete(version)
    db.session.flush()
    if call.status is CallStatus.DRAFT:
        audit.record(actor, now, ("call", call.id), "call_discarded", before={"code": call.code})
        db.session.delete(call)
    else:
        audit.record(actor, now, ("call", call.id), "call_version_discarded", before={"version": number})
    db.session.flush()


def _editable(version_id: int, lock_version: int | None = None) -> CallVersion:
    call_id = db.session.scalar(select(CallVersion.call_id).where(CallVersion.id == version_id))
    if call_id is None:
        raise NotFound
    locked(call_id)
    version = db.session.get_one(CallVersion, version_id, with_for_update=True)
    if version.published_at is not None:
        raise BrokenRule.because(N_("A published version never changes. Begin the next version and edit that one."))
    if lock_version is not None and version.lock_version != lock_version:
        raise Stale
    return version


def _like(model: CallVersion, call_id: int, number: int, now: dt.datetime) -> CallVersion:
    return CallVersion(
        call_id=call_id,
        number=number,
        title=model.title,
        target_group=model.target_group,
        method=model.method,
        opens_at=model.opens_at,
        closes_at=model.closes_at,
        content=model.content,
        edited_at=now,
    )


def _describe(version: CallVersion) -> None:
    """Brings the columns that lists read up to the content, as far as it says something."""
    content = version.content
    version.title = {language: content.get("title", {}).get(language, "") for language in ("ro", "en")}
    if "target_group" in content:
        version.target_group = TargetGroup(content["target_group"])
    if "method" in content:
        version.method = CallMethod(content["method"])
