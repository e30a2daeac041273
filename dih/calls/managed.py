"""Reads of calls for who manages them: drafts, versions in force and earlier ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from dih.budget import queries as budget
from dih.budget.rules import leaves
from dih.calls import readiness, rules
from dih.calls.content import CallContent
from dih.calls.models import Call, CallVersion
from dih.calls.queries import CallView
from dih.calls.vocabulary import CallMethod, CallPhase, CallStatus
from dih.catalogue import queries as catalogue
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.errors import NotFound, Problem
from dih.taxonomy.vocabulary import TargetGroup


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version without its content; `published_at` is None while it is edited."""

    id: int
    number: int
    title: Mapping[str, str]
    target_group: TargetGroup
    method: CallMethod
    opens_at: dt.datetime
    closes_at: dt.datetime
    published_at: dt.datetime | None
    edited_at: dt.datetime
    lock_version: int


@dataclass(frozen=True, slots=True)
class ManagedCall:
    """A call with all its versions, the newest first."""

    id: int
    code: str
    status: CallStatus
    current_id: int | None
    closed_at: dt.datetime | None
    versions: tuple[VersionRow, ...]

    @property
    def shown(self) -> VersionRow:
        """The version in force, or the draft of a call that was never published."""
        return next((version for version in self.versions if version.id == self.current_id), self.versions[0])

    @property
    def draft(self) -> VersionRow | None:
        """The version that may be edited: not published, of a call that is not closed."""
        newest = self.versions[0]
        return newest if newest.published_at is None and self.status is not CallStatus.CLOSED else None

    @property
    def name(self) -> Mapping[str, str]:
        """The title of the version that is worked on, in both languages; the code while it has none."""
        title = (self.draft or self.shown).title
        return title if any(title.values()) else {"ro": self.code, "en": self.code}

    def phase(self, now: dt.datetime) -> CallPhase:
        """Where the call stands at `now`."""
        return rules.phase(self.status, self.shown.opens_at, self.shown.closes_at, now)


def all_calls() -> list[ManagedCall]:
    """All calls, those that were changed last at the front, in one query."""
    return sorted(_calls(), key=lambda call: (call.versions[0].edited_at, call.id), reverse=True)


def one(code: str) -> ManagedCall:
    """One call. Raises NotFound."""
    found = _calls(code)
    if not found:
        raise NotFound
    return found[0]


def content(version_id: int) -> dict[str, Any]:
    """The content of a version as stored; of a draft some of it may be missing."""
    return dict(db.session.scalars(select(CallVersion.content).where(CallVersion.id == version_id)).one())


def problems(call: ManagedCall, draft: VersionRow, data: Mapping[str, Any], now: dt.datetime) -> list[Problem]:
    """All that stands between a draft and its publication at `now`."""
    promised = None if call.current_id is None else (call.shown.opens_at, call.shown.closes_at)
    return [
        *readiness.faults(data),
        *readiness.not_found(
            data, catalogue.by_codes(data.get("services") or ()), {line.code for line in budget.lines()}
        ),
        *readiness.unsized(data, clock.day_of(now)),
        *readiness.date_faults(draft.opens_at, draft.closes_at, promised, now),
    ]


def preview(call: ManagedCall, draft: VersionRow) -> CallView | None:
    """A draft as the public would see it; None while it is not whole."""
    try:
        whole = CallContent.model_validate(content(draft.id))
    except ValidationError:
        return None
    columns = ("id", "number", "title", "target_group", "method", "opens_at", "closes_at")
    return CallView(
        call_id=call.id,
        code=call.code,
        status=CallStatus.PUBLISHED,
        content=whole,
        **{column: getattr(draft, column) for column in columns},
        in_force=False,
    )


def paying_lines() -> dict[str, Mapping[str, str]]:
    """The budget lines on which money is reserved, by code, with their names."""
    return {line.code: line.name for line in leaves(budget.lines())}


_COLUMNS = [getattr(CallVersion, name) for name in VersionRow.__dataclass_fields__]


def _calls(only: str | None = None) -> list[ManagedCall]:
    wanted = (
        select(Call.id, Call.code, Call.status, Call.current_version_id, Call.closed_at, *_COLUMNS)
        .join(CallVersion, CallVersion.call_id == Call.id)
        .order_by(Call.id, CallVersion.number.desc())
    )
    found: dict[int, ManagedCall] = {}
    for row in db.session.execute(wanted if only is None else wanted.where(Call.code == only)):
        call_id, code, status, current_id, closed_at, *version = row
        before = found.get(call_id) or ManagedCall(call_id, code, status, current_id, closed_at, versions=())
        found[call_id] = replace(before, versions=(*before.versions, VersionRow(*version)))
    return list(found.values())
