"""Reads of meetings: who may sit, the list as it stood, the record for its page and its minutes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from dih.accounts.models import Membership, Person
from dih.applications.models import Application
from dih.calls.models import Call, CallVersion
from dih.conflicts import queries as conflicts
from dih.decisions import queries
from dih.decisions.models import Decision, DecisionVoice, Meeting, MeetingMember
from dih.decisions.rules import Member
from dih.decisions.vocabulary import MeetingStatus
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.reviews.rules.rounding import rounded
from dih.routing import queries as routing
from dih.shared import clock
from dih.shared.access import SYSTEM, Actor, Role
from dih.shared.errors import NotFound

SHOWN = 20
_ROW: Any = (Meeting.uuid, Meeting.reference, Meeting.held_on, Meeting.status, Person.name, Meeting.votes)


@dataclass(frozen=True, slots=True)
class Row:
    """A meeting in a list."""

    uuid: uuid.UUID
    reference: str
    held_on: dt.date
    status: MeetingStatus
    chair: str
    votes: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A meeting as its page shows it. `content` is what the minutes say, without the cases of the reader's conflicts.

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


@dataclass(frozen=True, slots=True)
class Sitting:
    """The open meeting of a call and, where the panel votes, who votes on the chosen applications; those out left out.

    `out` names who is out for which reference.
    """

    uuid: uuid.UUID
    reference: str
    votes: bool
    voters: Sequence[tuple[int, str]]
    out: Sequence[tuple[str, str]]


def sitting(call_code: str, chosen: Mapping[int, str | None], day: dt.date) -> Sitting | None:
    """The open meeting of a call as far as it is about the chosen applications (references by id); None without one."""
    rows = db.session.execute(
        select(
            Meeting.uuid,
            Meeting.reference,
            Meeting.votes,
            Application.id.label("about"),
            MeetingMember.person_id,
            Person.name,
            is_out(day).label("out"),
        )
        .join(Call, Call.id == Meeting.call_id)
        .outerjoin(MeetingMember, MeetingMember.meeting_id == Meeting.id)
        .outerjoin(Person, Person.id == MeetingMember.person_id)
        .outerjoin(Application, Application.id.in_(list(chosen)))
        .where(Call.code == call_code, Meeting.status == MeetingStatus.OPEN)
        .order_by(Person.name, Person.id)
    ).all()
    if not rows:
        return None
    voters = {row.person_id: row.name for row in rows if row.about and not row.out}
    out = [(row.name, chosen[row.about] or "") for row in rows if row.about and row.out]
    return Sitting(*rows[0][:3], list(voters.items()), sorted(out))


def recent() -> Sequence[tuple[Row, str, Mapping[str, str]]]:
    """The last meetings of all calls, each with the code and the title of its call."""
    rows = db.session.execute(
        select(*_ROW, Call.code, CallVersion.title)
        .join(Call, Call.id == Meeting.call_id)
        .join(CallVersion, CallVersion.id == Call.current_version_id)
        .join(Person, Person.id == Meeting.chair_id)
        .order_by(Meeting.id.desc())
        .limit(SHOWN)
    )
    return [(Row(*row[: len(_ROW)]), row.code, row.title) for row in rows]


def staff() -> list[tuple[int, str, str]]:
    """Who may sit in a meeting: (person id, name, where), the hub's first."""
    return conflicts.staff()


def staff_ids() -> list[int]:
    return [person_id for person_id, _name, _where in staff()]


def lead_ids() -> list[int]:
    """The people who may take the chair: hub managers."""
    managers = (Membership.role == Role.MANAGER, Membership.ended_at.is_(None))
    return list(db.session.scalars(select(Membership.person_id).where(*managers)))


def open_meeting_of(call_id: int) -> Meeting | None:
    """The meeting of a call that is in progress."""
    return db.session.scalar(select(Meeting).where(Meeting.call_id == call_id, Meeting.status == MeetingStatus.OPEN))


def of_call(code: str) -> Sequence[Row]:
    """The last meetings of a call, the newest first; one in progress is the newest."""
    rows = db.session.execute(
        select(*_ROW)
        .join(Call, Call.id == Meeting.call_id)
        .join(Person, Person.id == Meeting.chair_id)
        .where(Call.code == code)
        .order_by(Meeting.id.desc())
        .limit(SHOWN)
    )
    return [Row(*row) for row in rows]


def is_out(day: dt.date) -> ColumnElement[bool]:
    """Whether a member is out for an application: in conflict on `day`, or with a role at a partner that delivers."""
    delivers = routing.works_for_deliverer(MeetingMember.person_id)
    barred = conflicts.in_conflict(
        MeetingMember.person_id, day, Application.id, Application.organisation_id, reviewing=True
    )
    return or_(barred, delivers)


def members(meeting_id: int, application_ids: Collection[int], day: dt.date) -> dict[int, list[Member]]:
    """Those present by application, each with whether it is out for it; in one query."""
    found: dict[int, list[Member]] = defaultdict(list)
    rows = db.session.execute(
        select(Application.id, MeetingMember.person_id, Person.name, is_out(day))
        .select_from(MeetingMember)
        .join(Person, Person.id == MeetingMember.person_id)
        .join(Application, Application.id.in_(application_ids))
        .where(MeetingMember.meeting_id == meeting_id)
        .order_by(Person.name, Person.id)
    )
    for application_id, person_id, name, out in rows:
        found[application_id].append(Member(person_id, name, out))
    return found


def agenda(call_code: str, day: dt.date) -> dict[str, Any]:
    """The list of a call as it stands, whole, in plain data: its lines with what is free, and its applications."""
    listed = queries.meeting(call_code, SYSTEM, day)
    if listed is None:
        raise NotFound
    return {
        "lines": [{"name": dict(line.name), "free_cents": line.free_cents} for line in listed.lines],
        "items": [
            {
                "id": one.id,
                "reference": one.reference,
                "organisation": one.organisation,
                "score": None if one.score is None else str(rounded(one.score)),
                "fails": bool(one.failed),
                "asked_cents": one.envelope_cents,
                "aid_cents": one.aid_cents,
                "reached": one.reached,
                "unjudged": one.unjudged,
            }
            for one in listed.candidates
        ],
    }


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
    """A meeting for its page and its minutes, without what a conflict of interest closes to the reader."""
    meeting = db.session.scalar(select(Meeting).where(Meeting.uuid == meeting_uuid))
    if meeting is None:
        raise NotFound
    content = meeting.minutes or minutes(meeting_uuid, now)
    named = {one["id"] for part in ("agenda", "decisions") for one in content[part]}
    barred = conflicts.in_conflict(actor.person_id, clock.day_of(now), Application.id, Application.organisation_id)
    wanted = select(Application.id, Application.reference).where(Application.id.in_(named), barred)
    closed = {row.id: row.reference for row in db.session.execute(wanted)}
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
            **{part: [one for one in content[part] if one["id"] not in closed] for part in ("agenda", "decisions")},
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


def title_of(code: str) -> Mapping[str, str]:
    """The title of a published call. Raises NotFound."""
    wanted = select(CallVersion.title).join(Call, Call.current_version_id == CallVersion.id).where(Call.code == code)
    title = db.session.scalar(wanted)
    if title is None:
        raise NotFound
    return title
