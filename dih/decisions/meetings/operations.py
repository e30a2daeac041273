"""Opening a meeting, who is present, what each had to do with a decision, and closing it for good."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, insert, select

from dih.applications.models import Application
from dih.calls.models import Call
from dih.decisions import rules
from dih.decisions.meetings import queries, records
from dih.decisions.models import Decision, DecisionVoice, Meeting, MeetingMember
from dih.decisions.rules import Member
from dih.decisions.settings import PANEL_VOTES
from dih.decisions.vocabulary import MEETING_STATUS_TRANSITIONS, MeetingStatus, Voice
from dih.extensions.database import db
from dih.shared import audit, clock, settings, texts
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.numbers import next_number
from dih.shared.status import take
from dih.shared.transitions import target_of
from dih.shared.wording import N_

Votes = Mapping[int, Voice]


def open_meeting(
    call_code: str, held_on: dt.date, present: Collection[int], chair_id: int | None, actor: Actor, now: dt.datetime
) -> uuid.UUID:
    """Opens a meeting about a call with those present (ids of people) and the list as it stands; returns its uuid.

    Raises BrokenRule for what is missing and while another meeting of the call is open; NotFound for an unknown call.
    """
    _check_decides(actor)
    call_id = db.session.scalar(select(Call.id).where(Call.code == call_code).with_for_update())
    if call_id is None:
        raise NotFound
    if held_on > clock.day_of(now):
        raise BrokenRule.because(N_("A meeting is opened on its day. Choose today or a day before."), "held_on")
    rules.check_present(present, chair_id, queries.staff_ids(), queries.lead_ids())
    if queries.open_meeting_of(call_id) is not None:
        raise BrokenRule.because(N_("A meeting of this call is open already. Close it first."))
    meeting = Meeting(
        uuid=uuid.uuid4(),
        reference=f"PV-{held_on.year}-{next_number('meeting', held_on.year):03d}",
        call_id=call_id,
        status=MeetingStatus.OPEN,
        held_on=held_on,
        chair_id=chair_id,
        votes=settings.read(PANEL_VOTES),
        agenda=queries.agenda(call_code, clock.day_of(now)),
        opened_at=now,
        opened_by=actor.person_id,
    )
    db.session.add(meeting)
    db.session.flush()
    _seat(meeting, present)
    audit.record(actor, now, ("meeting", meeting.id), "meeting_opened", after={"present": sorted(set(present))})
    return meeting.uuid


def change_present(
    meeting_uuid: uuid.UUID, present: Collection[int], chair_id: int | None, actor: Actor, now: dt.datetime
) -> None:
    """Changes who is present from now on; decisions taken before keep what each had to do with them."""
    meeting = _open_one(meeting_uuid, actor)
    rules.check_present(present, chair_id, queries.staff_ids(), queries.lead_ids())
    seats = select(MeetingMember.person_id).where(MeetingMember.meeting_id == meeting.id)
    before = db.session.scalars(seats).all()
    db.session.execute(delete(MeetingMember).where(MeetingMember.meeting_id == meeting.id))
    _seat(meeting, present)
    meeting.chair_id = chair_id or meeting.chair_id
    audit.record(
        actor,
        now,
        ("meeting", meeting.id),
        "meeting_present_changed",
        before={"present": sorted(before)},
        after={"present": sorted(set(present))},
    )


def close(meeting_uuid: uuid.UUID, note: str, actor: Actor, now: dt.datetime) -> None:
    """The chair closes the meeting: its minutes are kept as they stand and never change. Raises Forbidden, Stale."""
    meeting = _open_one(meeting_uuid, actor)
    if meeting.chair_id != actor.person_id:
        raise Forbidden
    target = target_of(MEETING_STATUS_TRANSITIONS, "close", meeting.status, actor)
    meeting.note = texts.trimmed(note)[: texts.MOST_WORDS]
    db.session.flush()
    take(
        Meeting,
        meeting.id,
        MeetingStatus.OPEN,
        target,
        minutes=records.minutes(meeting.uuid, now),
        closed_at=now,
    )
    audit.record(actor, now, ("meeting", meeting.id), "meeting_closed")


def take_down(
    decision: Decision, application: Application, votes: Votes | None, actor: Actor, now: dt.datetime
) -> None:
    """Adds a decision, not yet in the session, with the meeting in which it is taken and what each had to do with it.

    Without an open meeting of the call it stands alone. Raises BrokenRule when the panel has to vote and there is no
    meeting or no majority, and when the actor is absent or in conflict of interest.
    """
    meeting, members = check_sits(application, actor, now)
    if meeting is None:
        db.session.add(decision)
        db.session.flush()
        return
    heard = rules.voices(members, (votes or {}) if meeting.votes else None)
    decision.meeting_id = meeting.id
    db.session.add(decision)
    db.session.flush()
    rows = [{"decision_id": decision.id, "person_id": person_id, "voice": voice} for person_id, voice in heard.items()]
    db.session.execute(insert(DecisionVoice), rows)


def check_sits(application: Application, actor: Actor, now: dt.datetime) -> tuple[Meeting | None, Sequence[Member]]:
    """The open meeting of the application's call with its members; (None, ()) without one.

    Raises BrokenRule when the panel has to vote and there is no meeting, and when the actor is absent or in conflict.
    """
    # Shared with other decisions of the meeting, but not with its closing.
    meeting = db.session.scalar(
        select(Meeting)
        .where(Meeting.call_id == application.call_id, Meeting.status == MeetingStatus.OPEN)
        .with_for_update(read=True)
    )
    if meeting is None:
        if settings.read(PANEL_VOTES):
            raise BrokenRule.because(N_("The panel votes on each decision. Open a meeting of this call first."))
        return None, ()
    members = queries.members(meeting.id, [application.id], clock.day_of(now))[application.id]
    own = next((member for member in members if member.person_id == actor.person_id), None)
    if own is None:
        raise BrokenRule.because(N_("A meeting of this call is open. Only who is present decides in it."))
    if own.out:
        raise BrokenRule.because(
            N_("%(reference)s: you are out for this one, because of a conflict of interest."),
            reference=application.reference or "",
        )
    return meeting, members


def _seat(meeting: Meeting, present: Collection[int]) -> None:
    rows = [{"meeting_id": meeting.id, "person_id": person_id} for person_id in sorted(set(present))]
    db.session.execute(insert(MeetingMember), rows)


def _open_one(meeting_uuid: uuid.UUID, actor: Actor) -> Meeting:
    _check_decides(actor)
    meeting = db.session.scalar(select(Meeting).where(Meeting.uuid == meeting_uuid).with_for_update())
    if meeting is None:
        raise NotFound
    if meeting.status is not MeetingStatus.OPEN:
        raise Stale
    return meeting


def _check_decides(actor: Actor) -> None:
    if not actor.may(Permission.DECIDE):
        raise Forbidden
