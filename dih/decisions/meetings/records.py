"""The record of a meeting, for its page and its minutes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, select, true
from sqlalchemy.orm import aliased

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.calls.models import Call, CallVersion
from dih.conflicts import queries as conflicts
from dih.decisions.meetings.queries import is_out, sat_in, staff
from dih.decisions.models import Decision, DecisionVoice, Meeting, MeetingMember
from dih.decisions.vocabulary import MeetingStatus
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.queries import still_writes
from dih.shared import clock
from dih.shared.access import Actor, Permission
from dih.shared.errors import NotFound

_SEALED = {"score": None, "fails": False, "reached": False, "unjudged": True}
"""What the agenda tells of an application to who still writes a review of it."""


@dataclass(frozen=True, slots=True)
class Record:
    """A meeting as its page shows it. `content` is what the minutes say, without the cases of the reader's conflicts,
    the scores of its agenda as Decimal.

    `present` are ids of people; `hidden` counts the cases left out; `closed_at` is None while it is open.
    """

    uuid: uuid.UUID
    reference: str
    call_code: str
    status: MeetingStatus
    held_on: dt.date
    chair_id: int
    present: Sequence[int]
    closed_at: dt.datetime | None
    content: Mapping[str, Any]
    hidden: int


def minutes(meeting_uuid: uuid.UUID, now: dt.datetime) -> dict[str, Any]:
    """What the minutes of a meeting say as it stands, in plain data. Raises NotFound."""
    row = db.session.execute(
        select(Meeting, Person.name, Call.code, CallVersion.title, CallVersion.method)
        .join(Call, Call.id == Meeting.call_id)
        .join(CallVersion, CallVersion.id == Call.current_version_id)
        .join(Person, Person.id == Meeting.chair_id)
        .where(Meeting.uuid == meeting_uuid)
    ).one_or_none()
    if row is None:
        raise NotFound
    meeting = row.Meeting
    taken = _decisions(meeting.id)
    on_the_list = {one["id"] for one in meeting.agenda["items"]} | {one["id"] for one in taken}
    return {
        "reference": meeting.reference,
        "call": dict(row.title),
        "call_code": row.code,
        "method": row.method.value,
        "held_on": meeting.held_on.isoformat(),
        "votes": meeting.votes,
        "chair": row.name,
        "present": _present(meeting.id, on_the_list, clock.day_of(now)),
        "lines": meeting.agenda["lines"],
        "agenda": meeting.agenda["items"],
        "decisions": taken,
        "note": meeting.note,
        "opened_at": meeting.opened_at.isoformat(),
        "closed_at": now.isoformat(),
    }


def record(meeting_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> Record:
    """A meeting for its page and its minutes, without what a conflict of interest closes to the reader.

    The scores of an application stay shut to who still writes a review of it. Raises NotFound for who neither sees all
    nor sat in it.
    """
    meeting = db.session.scalar(
        select(Meeting).where(Meeting.uuid == meeting_uuid, true() if actor.may(Permission.SEE_ALL) else sat_in(actor))
    )
    if meeting is None:
        raise NotFound
    content = meeting.minutes or minutes(meeting_uuid, now)
    named = {one["id"] for part in ("agenda", "decisions") for one in content[part]}
    barred = conflicts.in_conflict(actor.person_id, clock.day_of(now), Application.id, Application.organisation_id)
    writes = still_writes(actor, Application.id).label("sealed")
    wanted = select(Application.id, Application.reference, barred.label("closed"), writes)
    rows = db.session.execute(wanted.where(Application.id.in_(named))).all()
    closed = {row.id: row.reference for row in rows if row.closed}
    sealed = {row.id for row in rows if row.sealed}
    agenda = [
        {**one, **_SEALED} if one["id"] in sealed else {**one, "score": one["score"] and Decimal(one["score"])}
        for one in content["agenda"]
    ]
    agenda.sort(key=lambda one: one["id"] in sealed)
    return Record(
        meeting.uuid,
        meeting.reference,
        content["call_code"],
        meeting.status,
        meeting.held_on,
        meeting.chair_id,
        [one["id"] for one in content["present"]],
        meeting.closed_at,
        {
            **content,
            "agenda": [one for one in agenda if one["id"] not in closed],
            "decisions": [one for one in content["decisions"] if one["id"] not in closed],
            "present": [
                {**one, "out_of": [name for name in one["out_of"] if name not in closed.values()]}
                for one in content["present"]
            ],
        },
        len(closed),
    )


def _present(meeting_id: int, application_ids: Collection[int], day: dt.date) -> list[dict[str, Any]]:
    out: dict[int, list[str]] = defaultdict(list)
    for person_id, reference in db.session.execute(
        select(MeetingMember.person_id, Application.reference)
        .join(Application, and_(Application.id.in_(application_ids), is_out(day)))
        .where(MeetingMember.meeting_id == meeting_id)
        .order_by(Application.reference)
    ):
        out[person_id].append(reference or "")
    seated = set(db.session.scalars(select(MeetingMember.person_id).where(MeetingMember.meeting_id == meeting_id)))
    return [
        {"id": person_id, "name": name, "where": where, "out_of": out[person_id]}
        for person_id, name, where in staff()
        if person_id in seated
    ]


def _decisions(meeting_id: int) -> list[dict[str, Any]]:
    by, first = aliased(Person), aliased(Person)
    voices: dict[int, list[dict[str, str]]] = defaultdict(list)
    for decision_id, name, voice in db.session.execute(
        select(DecisionVoice.decision_id, Person.name, DecisionVoice.voice)
        .join(Decision, Decision.id == DecisionVoice.decision_id)
        .join(Person, Person.id == DecisionVoice.person_id)
        .where(Decision.meeting_id == meeting_id)
        .order_by(DecisionVoice.decision_id, Person.name)
    ):
        voices[decision_id].append({"name": name, "voice": voice.value})
    rows = db.session.execute(
        select(
            Decision.id.label("decision_id"),
            Application.id,
            Application.reference,
            Organisation.name.label("organisation"),
            Decision.outcome,
            Decision.reason,
            Decision.amount_cents,
            Decision.decided_at,
            by.name.label("decided_by"),
            first.name.label("first_by"),
        )
        .join(Application, Application.id == Decision.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(by, by.id == Decision.decided_by)
        .outerjoin(first, first.id == Decision.first_by)
        .where(Decision.meeting_id == meeting_id)
        .order_by(Decision.id)
    )
    return [
        {
            "id": row.id,
            "reference": row.reference,
            "organisation": row.organisation,
            "outcome": row.outcome.value,
            "reason": row.reason,
            "cents": row.amount_cents,
            "at": row.decided_at.isoformat(),
            "by": row.decided_by or "",
            "first_by": row.first_by or "",
            "voices": voices[row.decision_id],
        }
        for row in rows
    ]
