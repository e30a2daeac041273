"""Reads of calls. A content is parsed once in each process: it is kept by its digest, which changes when it does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select

from dih.aid.legal_bases import LegalBasis, basis_on
from dih.budget import queries as budget
from dih.calls import bases, eligibility, rules
from dih.calls.content import CallContent, MoneyRule
from dih.calls.eligibility import Facts
from dih.calls.models import Call, CallService, CallVersion
from dih.calls.vocabulary import CallMethod, CallPhase, CallStatus
from dih.catalogue.queries import ServiceView, by_ids
from dih.extensions.database import db
from dih.shared import clock, paging
from dih.shared.paging import FRONT, Page, Place
from dih.shared.unit_of_work import read_once
from dih.taxonomy.vocabulary import TargetGroup

_MOST_KEPT = 200
MOST_SHOWN = 60
"""How many calls a page lists: years of them, and a bound for a page's size."""
CLOSED_SHOWN = 10
_parsed: dict[str, CallContent] = {}
"""Digest -> content. A content is frozen, so sharing it is safe."""


@dataclass(frozen=True, slots=True)
class CallView:
    """One version of a call, whole. `id` is the version's; `status` the call's; the dates are moments.

    `in_force`: no later version was published.
    """

    id: int
    call_id: int
    code: str
    status: CallStatus
    number: int
    title: Mapping[str, str]
    target_group: TargetGroup
    method: CallMethod
    content: CallContent
    opens_at: dt.datetime
    closes_at: dt.datetime
    in_force: bool

    def phase(self, now: dt.datetime) -> CallPhase:
        """Where the call stands at `now`."""
        return rules.phase(self.status, self.opens_at, self.closes_at, now)

    def is_open(self, now: dt.datetime) -> bool:
        """Whether one may begin an application at `now`."""
        return self.phase(now) is CallPhase.OPEN

    def takes_submissions(self, now: dt.datetime) -> bool:
        """Whether a submission at `now` is in time, the call's grace included."""
        grace = self.content.days.grace_minutes
        return rules.takes_submissions(self.status, self.opens_at, self.closes_at, grace, now)


@dataclass(frozen=True, slots=True)
class CallsByPhase:
    """The published calls as the public sees them: open ones by their end, coming ones by their beginning."""

    open: Sequence[CallView]
    coming: Sequence[CallView]
    closed: Sequence[CallView]


@dataclass(frozen=True, slots=True)
class ClosedCall:
    """A call that takes no more applications, as a list names it."""

    code: str
    title: Mapping[str, str]
    target_group: TargetGroup
    closes_at: dt.datetime


def version(version_id: int) -> CallView | None:
    """One version of a call; None where there is none such."""
    wanted = _SELECT.where(CallVersion.id == version_id)
    return read_once(("call version", version_id), lambda: next(iter(_views(wanted)), None))


def versions(version_ids: Sequence[int]) -> dict[int, CallView]:
    """Versions of calls by their ids; a single one is read as `version` reads it."""
    if len(version_ids) == 1:
        found = version(version_ids[0])
        return {found.id: found} if found else {}
    return {view.id: view for view in _views(_SELECT.where(CallVersion.id.in_(version_ids)))} if version_ids else {}


def current(code: str) -> CallView | None:
    """The version in force of a call that was published; None for a draft or an unknown code."""
    found = read_once(("call", code), lambda: next(iter(_views(_PUBLISHED.where(Call.code == code))), None))
    return found and read_once(("call version", found.id), lambda: found)


def in_force(call: CallView) -> CallView:
    """The version in force of a call, from any of its versions."""
    return call if call.in_force else current(call.code) or call


def money_rule(call: CallView, facts: Facts, day: dt.date) -> MoneyRule | None:
    """The money rule of a version for these facts; where its legal basis has ended, renewed by the version in force."""
    rule = eligibility.money_rule(call.content, facts)
    if rule is None or call.in_force or basis_on(rule.legal_basis, day).in_force(day):
        return rule
    return bases.renewed(rule, in_force(call).content, facts, day)


def bases_ending(now: dt.datetime) -> list[tuple[CallView, LegalBasis]]:
    """The legal bases of open and coming calls that end soon or have ended, with the call that names each."""
    calls = to_come(now)
    return [
        (call, basis)
        for call in (*calls.open, *calls.coming)
        for basis in bases.ending(call.content, clock.day_of(now), clock.day_of(call.closes_at))
    ]


def published(now: dt.datetime) -> CallsByPhase:
    """The published calls in the version in force: the MOST_SHOWN that close last, so all that are open or coming."""
    return _by_phase(_PUBLISHED.order_by(CallVersion.closes_at.desc(), CallVersion.id).limit(MOST_SHOWN), now)


def _by_phase(statement: Select[*tuple[Any, ...]], now: dt.datetime) -> CallsByPhase:
    found: dict[CallPhase, list[CallView]] = {phase: [] for phase in CallPhase}
    for view in _views(statement):
        found[view.phase(now)].append(view)
    return CallsByPhase(
        open=sorted(found[CallPhase.OPEN], key=lambda call: (call.closes_at, call.id)),
        coming=sorted(found[CallPhase.COMING], key=lambda call: (call.opens_at, call.id)),
        closed=sorted(found[CallPhase.CLOSED], key=lambda call: (call.closes_at, call.id), reverse=True),
    )


def to_come(now: dt.datetime) -> CallsByPhase:
    """The published calls that are open or coming; nothing of what has closed is read."""
    return _by_phase(_PUBLISHED.where(Call.status == CallStatus.PUBLISHED, CallVersion.closes_at >= now), now)


def closed(now: dt.datetime, place: Place = FRONT) -> Page[ClosedCall]:
    """The calls that have closed, a page of them, the latest version first."""
    ended = or_(Call.status == CallStatus.CLOSED, CallVersion.closes_at < now)
    wanted = _PUBLISHED.where(ended).with_only_columns(
        CallVersion.id, Call.code, CallVersion.title, CallVersion.target_group, CallVersion.closes_at
    )
    page = paging.read(wanted, place, CallVersion.id, descending=True, size=CLOSED_SHOWN)
    return page.each(lambda row: ClosedCall(*row[1:]))


def choices() -> list[tuple[int, Mapping[str, str]]]:
    """Ids and titles of the published calls for a filter: the MOST_SHOWN that close last."""
    wanted = _PUBLISHED.with_only_columns(Call.id, CallVersion.title).order_by(CallVersion.closes_at.desc(), Call.id)
    return [(row[0], row[1]) for row in db.session.execute(wanted.limit(MOST_SHOWN))]


def open_calls(now: dt.datetime) -> Sequence[CallView]:
    """The calls to which one may apply at `now`, the one that closes first at the front."""
    return to_come(now).open


def services_of(version_id: int) -> list[ServiceView]:
    """The services that a version offers, in the order of its content."""
    offered = db.session.scalars(
        select(CallService.service_id).where(CallService.call_version_id == version_id).order_by(CallService.id)
    ).all()
    found = by_ids(offered)
    return [found[service_id] for service_id in offered]


_SELECT = select(
    CallVersion.id,
    CallVersion.call_id,
    Call.code,
    Call.status,
    CallVersion.number,
    CallVersion.title,
    CallVersion.target_group,
    CallVersion.method,
    CallVersion.opens_at,
    CallVersion.closes_at,
    CallVersion.digest,
    (Call.current_version_id == CallVersion.id).label("in_force"),
).join(Call, Call.id == CallVersion.call_id)
_PUBLISHED = _SELECT.where(Call.current_version_id == CallVersion.id, Call.status != CallStatus.DRAFT)


def _views(statement: Select[*tuple[Any, ...]]) -> list[CallView]:
    rows = [dict(row) for row in db.session.execute(statement).mappings()]
    contents = _contents({row["id"]: row.pop("digest") for row in rows})
    return [CallView(**row, content=contents[row["id"]]) for row in rows]


def _contents(digests: Mapping[int, str]) -> dict[int, CallContent]:
    """The contents of versions by id, from the kept ones where they are known; `digests` are by version id too."""
    known = {version_id: _parsed[digest] for version_id, digest in digests.items() if digest in _parsed}
    missing = digests.keys() - known.keys()
    if missing:
        if len(_parsed) > _MOST_KEPT:
            _parsed.clear()
        stored = select(CallVersion.id, CallVersion.content).where(CallVersion.id.in_(missing))
        for version_id, content in db.session.execute(stored):
            known[version_id] = _parsed[digests[version_id]] = CallContent.model_validate(content)
    return known


def free_money(call: CallView) -> int:
    """What may still be reserved on the lines that pay for a call, in cents, at this moment."""
    codes = set(call.content.budget_lines)
    return sum(line.free_cents for line in budget.lines() if line.code in codes)


def paying_for(service_id: int, now: dt.datetime) -> list[CallView]:
    """The open and coming calls that offer a service, open ones first."""
    offering = set(db.session.scalars(select(CallService.call_version_id).where(CallService.service_id == service_id)))
    calls = to_come(now)
    return [call for call in (*calls.open, *calls.coming) if call.id in offering]
