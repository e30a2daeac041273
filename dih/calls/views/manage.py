"""The manager's side of calls: all of them, copying, versions, dates, publishing, closing, throwing away."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dih.calls import managed, operations, parts, queries
from dih.calls.forms import CopyForm, DatesForm
from dih.calls.managed import ManagedCall, VersionRow
from dih.calls.views import blueprint
from dih.calls.views.public import call_page
from dih.calls.vocabulary import (
    CALL_METHOD_LABELS,
    CALL_PHASE_COLOURS,
    CALL_PHASE_LABELS,
    CALL_STATUS_COLOURS,
    CALL_STATUS_LABELS,
)
from dih.catalogue import queries as catalogue
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound, Problem, Stale
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work
from dih.taxonomy.vocabulary import TARGET_GROUP_LABELS

WORDS = {
    "status_labels": CALL_STATUS_LABELS,
    "status_colours": CALL_STATUS_COLOURS,
    "phase_labels": CALL_PHASE_LABELS,
    "phase_colours": CALL_PHASE_COLOURS,
    "method_labels": CALL_METHOD_LABELS,
    "target_group_labels": TARGET_GROUP_LABELS,
}


@blueprint.get("/manage/calls")
@access.requires(Permission.MANAGE_CALLS)
def manage() -> str:
    """All calls, drafts included."""
    now = clock.now()
    return render_template(
        "calls/manage.html",
        calls=[(call, call.phase(now)) for call in managed.all_calls()],
        ending=queries.bases_ending(now),
        today=clock.day_of(now),
        **WORDS,
    )


@blueprint.route("/manage/calls/new", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_CALLS)
def copy() -> str | tuple[str, int] | Response:
    """A new call like another one."""
    calls = {call.code: call for call in managed.all_calls()}
    form = CopyForm(origin=request.args.get("from", ""))
    form.origin.choices = [(code, call.shown.title) for code, call in calls.items()]
    if request.method == "GET":
        return render_template("calls/copy.html", form=form, none_yet=not calls)
    if form.validate():
        origin, code = calls[form.origin.data], form.code.data.strip()
        try:
            with unit_of_work():
                operations.copy(origin.id, code, the_actor(), clock.now())
            flash(_("The draft is made. Nobody else sees it until you publish it."), "success")
            return redirect(url_for("calls.manage_call", code=code))
        except BrokenRule as rule:
            form.refuse(rule)
    return render_template("calls/copy.html", form=form, none_yet=not calls), 422


@blueprint.get("/manage/calls/<code>")
@access.requires(Permission.MANAGE_CALLS)
def manage_call(code: str) -> str:
    """One call: the parts of its draft with what is missing, its dates, its versions, and what can be done."""
    now, call = clock.now(), managed.one(code)
    problems = _problems(call, now)
    return render_template(
        "calls/manage_call.html",
        call=call,
        phase=call.phase(now),
        parts=parts.PARTS,
        missing={part.key: len([one for one in problems if _part(one.field) == part.key]) for part in parts.PARTS},
        dates_wrong=[one.text for one in problems if not _part(one.field)],
        ready=not problems,
        ending=[found for found in queries.bases_ending(now) if found[0].code == code],
        today=clock.day_of(now),
        **WORDS,
    )


@blueprint.post("/manage/calls/<code>/version")
@access.requires(Permission.MANAGE_CALLS)
def begin_version(code: str) -> Response:
    """Begins the next version of a published call."""
    call = managed.one(code)
    try:
        with unit_of_work():
            operations.begin_version(call.id, the_actor(), clock.now())
        flash(_("The next version is begun. The call stays as it is until you publish it."), "success")
    except Stale:
        flash(_("Somebody else changed this call in the meantime. This is how it stands now."), "warning")
    return redirect(url_for("calls.manage_call", code=code))


@blueprint.route("/manage/calls/<code>/dates", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_CALLS)
def dates(code: str) -> str | tuple[str, int] | Response:
    """From when until when the draft takes applications."""
    call = managed.one(code)
    draft = call.draft
    if draft is None:
        return redirect(url_for("calls.manage_call", code=code))
    days = {"opens_at": clock.day_of(draft.opens_at), "closes_at": clock.day_of(draft.closes_at)}
    form, answer, stale = DatesForm(data={**days, "lock_version": draft.lock_version}), 200, False
    if request.method == "POST":
        answer = 422
        if form.validate():
            opens_at = (
                draft.opens_at if form.opens_at.data == days["opens_at"] else clock.start_of_day(form.opens_at.data)
            )
            closes_at = (
                draft.closes_at if form.closes_at.data == days["closes_at"] else clock.end_of_day(form.closes_at.data)
            )
            lock_version = int(form.lock_version.data) if str(form.lock_version.data).isdecimal() else 0
            try:
                with unit_of_work():
                    operations.change_dates(draft.id, opens_at, closes_at, lock_version, the_actor(), clock.now())
                flash(_("The dates are saved."), "success")
                return redirect(url_for("calls.manage_call", code=code))
            except BrokenRule as rule:
                form.refuse(rule)
            except Stale:
                answer, stale, form.lock_version.data = 409, True, draft.lock_version
    page = render_template("calls/dates.html", call=call, draft=draft, form=form, stale=stale)
    return page if answer == 200 else (page, answer)


@blueprint.get("/manage/calls/<code>/preview")
@access.requires(Permission.MANAGE_CALLS)
def preview(code: str) -> str | Response:
    """The draft as the public would see it; while something is missing, back to what that is."""
    call, draft = _with_draft(code)
    view = managed.preview(call, draft)
    if view is None:
        flash(_("Complete the parts first: the page can't be shown yet."), "warning")
        return redirect(url_for("calls.manage_call", code=code))
    services = catalogue.by_codes(view.content.services)
    return call_page(view, [services[one] for one in view.content.services if one in services], preview=True)


@blueprint.route("/manage/calls/<code>/publish", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_CALLS)
def publish(code: str) -> str | tuple[str, int] | Response:
    """Asks before publishing, or says all that is missing."""
    now = clock.now()
    call, draft = _with_draft(code)
    if request.method == "POST" and not _problems(call, now):
        try:
            with unit_of_work():
                operations.publish(call.id, the_actor(), now)
            flash(_("The call is published in this version."), "success")
            return redirect(url_for("calls.manage_call", code=code))
        except (BrokenRule, Stale):
            # The page below says what is missing; who was late sees the call as it stands.
            call, draft = _with_draft(code)
    problems = _problems(call, now)
    by_part = [
        (part, [(one, parts.where(one.field)) for one in problems if _part(one.field) == part.key])
        for part in parts.PARTS
    ]
    page = render_template(
        "calls/publish.html",
        call=call,
        draft=draft,
        problems=[(part, found) for part, found in by_part if found],
        dates_wrong=[one.text for one in problems if not _part(one.field)],
        opens_later=draft.opens_at > now,
    )
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/manage/calls/<code>/close", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_CALLS)
def close(code: str) -> str | Response:
    """Asks before closing a call ahead of its day."""
    call = managed.one(code)
    if request.method == "GET":
        return render_template("calls/close.html", call=call)
    try:
        with unit_of_work():
            operations.close(call.id, the_actor(), clock.now())
        flash(_("The call is closed."), "success")
    except Stale:
        flash(_("Somebody else changed this call in the meantime. This is how it stands now."), "warning")
    return redirect(url_for("calls.manage_call", code=code))


@blueprint.route("/manage/calls/<code>/discard", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_CALLS)
def discard(code: str) -> str | Response:
    """Asks before throwing a draft away."""
    call, draft = _with_draft(code)
    if request.method == "GET":
        return render_template("calls/discard.html", call=call, draft=draft)
    with unit_of_work():
        operations.discard(draft.id, the_actor(), clock.now())
    flash(_("The draft is thrown away."), "success")
    left = call.current_id is not None
    return redirect(url_for("calls.manage_call", code=code) if left else url_for("calls.manage"))


def _with_draft(code: str) -> tuple[ManagedCall, VersionRow]:
    call = managed.one(code)
    if call.draft is None:
        raise NotFound
    return call, call.draft


def _problems(call: ManagedCall, now: dt.datetime) -> list[Problem]:
    draft = call.draft
    return [] if draft is None else managed.problems(call, draft, managed.content(draft.id), now)


def _part(way: str) -> str:
    """The key of the part to which a way leads; "" for none."""
    part = parts.PART_OF.get(way.partition(".")[0])
    return part.key if part else ""
