"""What the letters about an application say, read from what was kept with the decision or the appeal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dih.applications import queries as applications
from dih.applications.queries import Case
from dih.calls import queries as calls
from dih.decisions.models import Appeal, Decision
from dih.decisions.vocabulary import AppealStatus, Outcome
from dih.extensions.database import db
from dih.organisations import queries as organisations
from dih.shared import clock
from dih.shared.access import Actor
from dih.shared.errors import NotFound
from dih.taxonomy import terms


@dataclass(frozen=True, slots=True)
class _Head:
    """Whom a letter goes to and what it is about."""

    reference: str
    title: str
    organisation: str
    cui: str
    seat: str
    call: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Letter(_Head):
    """A decision as its letter says it; `grounds` by criterion, `amount_cents` what was reserved for an approval."""

    outcome: Outcome
    decided_at: dt.datetime
    reason: str
    grounds: Sequence[Mapping[str, Any]]
    amount_cents: int
    appeal_until: dt.date | None


@dataclass(frozen=True, slots=True)
class AppealLetter(_Head):
    """The end of an appeal as its letter says it."""

    upheld: bool
    filed_at: dt.datetime
    ended_at: dt.datetime
    reason: str


def letter(application_uuid: UUID, decision_id: int, actor: Actor, now: dt.datetime) -> Letter:
    """The letter of one decision on a case within the actor's reach. Raises NotFound."""
    case = applications.find(application_uuid, actor, clock.day_of(now))
    made = db.session.scalar(select(Decision).where(Decision.id == decision_id, Decision.application_id == case.id))
    if made is None:
        raise NotFound
    return Letter(
        *_head(case), made.outcome, made.decided_at, made.reason, made.grounds, made.amount_cents, made.appeal_until
    )


def appeal_letter(application_uuid: UUID, appeal_id: int, actor: Actor, now: dt.datetime) -> AppealLetter:
    """The letter of one appeal that was heard. Raises NotFound."""
    case = applications.find(application_uuid, actor, clock.day_of(now))
    appeal = db.session.scalar(
        select(Appeal).where(
            Appeal.id == appeal_id,
            Appeal.application_id == case.id,
            Appeal.status.in_([AppealStatus.UPHELD, AppealStatus.DISMISSED]),
        )
    )
    if appeal is None or appeal.ended_at is None:
        raise NotFound
    upheld = appeal.status is AppealStatus.UPHELD
    return AppealLetter(*_head(case), upheld, appeal.filed_at, appeal.ended_at, appeal.outcome_reason)


def _head(case: Case) -> tuple[str, str, str, str, str, Mapping[str, str]]:
    facts = organisations.by_id(case.organisation_id).facts
    call = calls.version(case.call_version_id)
    place = (facts.address, facts.locality, terms.county_name(facts.county))
    seat = ", ".join(part for part in place if part)
    title = call.title if call else {"ro": "", "en": ""}
    return (case.reference or "", case.title, facts.name, facts.cui, seat, title)
