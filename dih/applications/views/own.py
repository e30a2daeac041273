"""Starting an application, and its own page: the task list of a draft, what was submitted afterwards."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dih.applications import operations, queries
from dih.applications.forms import answers_form
from dih.applications.rules import snapshot, standing, tasks
from dih.applications.views import Page, blueprint
from dih.applications.views.opening import Opened, opened
from dih.applications.vocabulary import APPLICATION_STATUS_TRANSITIONS, PIPELINE
from dih.calls import carried
from dih.calls import queries as calls
from dih.organisations import queries as organisations
from dih.organisations.rules import cui
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound, Problem
from dih.shared.gate import the_actor
from dih.shared.transitions import open_actions
from dih.shared.unit_of_work import unit_of_work
from dih.shared.wording import N_


@blueprint.route("/applications/start", methods=["GET", "POST"])
@access.requires(Permission.EDIT_APPLICATION, Permission.ENTER_FOR_APPLICANT)
def start() -> Page:
    """Asks what the call wants to know before one starts; the button begins the application."""
    call = calls.current(request.values.get("call", ""))
    if call is None:
        return render_template("applications/choose_call.html", calls=calls.open_calls(clock.now()))
    actor, now = the_actor(), clock.now()
    asked = tasks.asked_conditions(call.content)
    checked = {tasks.CONDITION + key: answer for key, answer in carried.answers(call.code).items()}
    typed = {one.key: request.form.get(one.key, checked.get(one.key, "")) for one in asked}
    typed_cui = request.values.get("cui", "")
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            organisation_id = actor.organisation_id or _with_cui(typed_cui)
            given = {one.key.removeprefix(tasks.CONDITION): typed[one.key] == "yes" for one in asked if typed[one.key]}
            with unit_of_work():
                started = operations.start(organisation_id, call.code, actor, now, asked=given)
            _say_what_is_there(started, now)
            return redirect(url_for("applications.task", application_uuid=started, key=tasks.SERVICES))
        except BrokenRule as rule:
            problems = [*rule.problems]
    page = render_template(
        "applications/start.html",
        call=call,
        form=answers_form(asked, typed),
        problems=problems,
        cui=typed_cui,
        open=call.is_open(now),
        organisation=organisations.by_id(actor.organisation_id) if actor.organisation_id else None,
    )
    return (page, 422) if problems else page


@blueprint.get("/applications/<uuid:application_uuid>")
@access.requires(Permission.SEE_APPLICATION)
def show(application_uuid: UUID) -> Page:
    """The task list of a draft, or what was submitted."""
    found = opened(application_uuid)
    if found.is_draft:
        return _task_list(found)
    return _submitted(found)


@blueprint.get("/applications/<uuid:application_uuid>/versions")
@access.requires(Permission.SEE_APPLICATION)
def versions(application_uuid: UUID) -> Page:
    """Each version that was submitted, with what changed since the one before."""
    found = opened(application_uuid)
    kept = queries.versions(found.case.id)
    content = found.call.content
    changes = [snapshot.differences(content, earlier.content, later.content) for earlier, later in pairwise(kept)]
    with_changes = list(zip(kept, [None, *changes], strict=False))
    return render_template("applications/versions.html", found=found, versions=with_changes[::-1])


@blueprint.get("/applications/<uuid:application_uuid>/versions/<int(max=2147483647):number>")
@access.requires(Permission.SEE_APPLICATION)
def version(application_uuid: UUID, number: int) -> Page:
    """One version, whole."""
    found = opened(application_uuid)
    kept = next((one for one in queries.versions(found.case.id) if one.number == number), None)
    if kept is None:
        raise NotFound
    content = found.call.content
    parts = [*snapshot.parts(content, kept.content), snapshot.declared(content, kept.content["answers"])]
    return render_template("applications/version.html", found=found, version=kept, parts=parts)


def _say_what_is_there(application_uuid: UUID, now: dt.datetime) -> None:
    """Tells that a draft was there before, or that its answers come from the organisation's last application."""
    found = opened(application_uuid)
    if found.case.created_at < now:
        flash(_("You had begun this application before. Go on where it stands."), "info")
    elif queries.earlier_answers(found.case.organisation_id) is not None:
        flash(
            _("Your answers to the same questions are filled in from your last application. Check each of them."),
            "info",
        )


def _with_cui(typed: str) -> int:
    organisation_id = organisations.id_of_cui(cui(typed))
    if organisation_id is None:
        raise BrokenRule.because(N_("No organisation with this CUI is in the platform. Enter its data first."), "cui")
    return organisation_id


def _task_list(found: Opened) -> Page:
    return render_template(
        "applications/tasks.html",
        found=found,
        closed=not found.takes_submissions,
        versions=queries.versions(found.case.id) if found.case.reference else [],
    )


def _submitted(found: Opened) -> Page:
    content = found.call.content
    kept = snapshot.snapshot(
        found.whole.answers,
        [{"name": one.name, "price_cents": one.price_cents} for one in found.whole.services],
        [{"key": one.key, "name": one.name, "sha256": one.sha256} for one in found.whole.documents],
    )
    actions = open_actions(APPLICATION_STATUS_TRANSITIONS, found.case.status, found.actor)
    return render_template(
        "applications/submitted.html",
        found=found,
        parts=[*snapshot.parts(content, kept), snapshot.declared(content, found.whole.answers)],
        clarifications=queries.clarifications(found.case.id),
        check=queries.latest_check(found.case.id),
        may_reopen=found.may_hand_in and standing.may_reopen(found.case.status, found.is_open),
        may_withdraw=found.may_hand_in and "withdraw" in actions,
        may_decide=found.actor.may(Permission.DECIDE),
        may_ask=found.case.status in PIPELINE,
        actions=actions,
    )
