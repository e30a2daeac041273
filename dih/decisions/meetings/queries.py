"""Reads of meetings: who may sit, the lists of meetings, the list of a call as it stands."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, true

from dih.accounts.models import Membership, Person
from dih.applications.models import Application
from dih.calls.models import Call, CallVersion
from dih.conflicts import queries as conflicts
from dih.decisions import queries
from dih.decisions.models import Meeting, MeetingMember
from dih.decisions.rules import Member
from dih.decisions.vocabulary import MeetingStatus
from dih.extensions.database import db
from dih.reviews.rules.rounding import rounded
from dih.routing import queries as routing
from dih.shared.access import SYSTEM, Actor, Permission, Role
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


def recent(actor: Actor) -> Sequence[tuple[Row, str, Mapping[str, str]]]:
    """The last meetings that the actor may read, each with the code and the title of its call."""
    rows = db.session.execute(
        select(*_ROW, Call.code, CallVersion.title)
        .join(Call, Call.id == Meeting.call_id)
        .join(CallVersion, CallVersion.id == Call.current_version_id)
        .join(Person, Person.id == Meeting.chair_id)
        .where(true() if actor.may(Permission.SEE_ALL) else sat_in(actor))
        .order_by(Meeting.id.desc())
        .limit(SHOWN)
    )
    return [(Row(*row[: len(_ROW)]), row.code, row.title) for row in rows]


def sat_in(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor is among those present in the meeting of the statement."""
    return exists().where(MeetingMember.meeting_id == Meeting.id, MeetingMember.person_id == actor.person_id)


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


def title_of(code: str) -> Mapping[str, str]:
    """The title of a published call. Raises NotFound."""
    wanted = select(CallVersion.title).join(Call, Call.current_version_id == CallVersion.id).where(Call.code == code)
    title = db.session.scalar(wanted)
    if title is None:
        raise NotFound
    return title
