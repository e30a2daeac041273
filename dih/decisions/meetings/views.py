"""A meeting in the browser: opening it, who is present, its record, closing it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dih.decisions.forms import CloseForm, MeetingForm
from dih.decisions.meetings import operations, queries, records
from dih.decisions.views import blueprint
from dih.decisions.vocabulary import (
    MEETING_STATUS_COLOURS,
    MEETING_STATUS_LABELS,
    VOICE_LABELS,
    MeetingStatus,
)
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work

Page = Response | str | tuple[str, int]

sits = access.requires(Permission.SEE_ALL, Permission.SEE_ROUTED, Permission.REVIEW)
"""Who may be present in a meeting; its record is open to who was, and to who sees all."""


@blueprint.route("/decisions/<code>/meetings/new", methods=["GET", "POST"])
@access.requires(Permission.DECIDE)
def open_meeting(code: str) -> Page:
    """Opens a meeting about a call: its day, those present, the chair."""
    actor, now = the_actor(), clock.now()
    title = queries.title_of(code)
    form = MeetingForm(
        data={"held_on": clock.day_of(now), "present": [actor.person_id], "chair": str(actor.person_id)}
    ).offer(queries.staff(), queries.lead_ids())
    if form.validate_on_submit():
        try:
            with unit_of_work():
                made = operations.open_meeting(code, form.held_on.data, form.present.data, form.chair_id, actor, now)
            flash(_("The meeting is open. Decisions on this call are now taken in it."), "success")
            return redirect(url_for("decisions.show_meeting", meeting_uuid=made))
        except BrokenRule as rule:
            form.refuse(rule)
    page = render_template("decisions/open_meeting.html", form=form, title=title, code=code, record=None)
    return (page, 422) if request.method == "POST" else page


@blueprint.get("/decisions/meetings")
@sits
def own_meetings() -> str:
    """The meetings in which a coordinator, a reviewer or somebody who delivers was present; all for the hub."""
    return render_template(
        "decisions/own_meetings.html",
        meetings=queries.recent(the_actor()),
        status_labels=MEETING_STATUS_LABELS,
        status_colours=MEETING_STATUS_COLOURS,
    )


@blueprint.get("/decisions/meetings/<uuid:meeting_uuid>")
@sits
def show_meeting(meeting_uuid: UUID) -> str:
    """The record of a meeting."""
    record = records.record(meeting_uuid, the_actor(), clock.now())
    return render_template(
        "decisions/record.html",
        record=record,
        content=record.content,
        status_labels=MEETING_STATUS_LABELS,
        status_colours=MEETING_STATUS_COLOURS,
        voice_labels=VOICE_LABELS,
    )


@blueprint.route("/decisions/meetings/<uuid:meeting_uuid>/present", methods=["GET", "POST"])
@access.requires(Permission.DECIDE)
def change_present(meeting_uuid: UUID) -> Page:
    """Changes who is present from now on."""
    actor, now = the_actor(), clock.now()
    record = records.record(meeting_uuid, actor, now)
    form = MeetingForm(
        data={"held_on": record.held_on, "present": record.present, "chair": str(record.chair_id)}
    ).offer(queries.staff(), queries.lead_ids())
    if form.validate_on_submit():
        try:
            with unit_of_work():
                operations.change_present(meeting_uuid, form.present.data, form.chair_id, actor, now)
            return redirect(url_for("decisions.show_meeting", meeting_uuid=meeting_uuid))
        except BrokenRule as rule:
            form.refuse(rule)
    page = render_template(
        "decisions/open_meeting.html", form=form, title=record.content["call"], code=record.call_code, record=record
    )
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/decisions/meetings/<uuid:meeting_uuid>/close", methods=["GET", "POST"])
@access.requires(Permission.DECIDE)
def close_meeting(meeting_uuid: UUID) -> Page:
    """The chair closes the meeting for good."""
    actor, now = the_actor(), clock.now()
    record = records.record(meeting_uuid, actor, now)
    form = CloseForm()
    if form.validate_on_submit():
        with unit_of_work():
            operations.close(meeting_uuid, form.note.data or "", actor, now)
        flash(_("The meeting is closed. Its minutes do not change any more."), "success")
        return redirect(url_for("decisions.show_meeting", meeting_uuid=meeting_uuid))
    may_close = record.chair_id == actor.person_id and record.status is MeetingStatus.OPEN
    page = render_template("decisions/close_meeting.html", form=form, record=record, may_close=may_close)
    return (page, 422) if request.method == "POST" else page
