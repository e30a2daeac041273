"""Checking the answers, submitting, the confirmation; reopening and withdrawing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dih.applications import operations, queries
from dih.applications.emails import CHECK_WORKING_DAYS
from dih.applications.forms import WithdrawForm
from dih.applications.rules import money, snapshot, standing, tasks
from dih.applications.views import Page, blueprint
from dih.applications.views.opening import Opened, opened
from dih.applications.vocabulary import ApplicationStatus
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.asking import ask
from dih.shared.errors import BrokenRule, Forbidden, Problem, Stale
from dih.shared.free_days import free_days
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work

HANDS_IN = (Permission.SUBMIT_APPLICATION, Permission.ENTER_FOR_APPLICANT)


@blueprint.get("/applications/<uuid:application_uuid>/check")
@access.requires(Permission.EDIT_APPLICATION, *HANDS_IN)
def check(application_uuid: UUID) -> Page:
    """All answers with a way to change each, the declarations, and the button."""
    found = opened(application_uuid)
    if not found.may_write:
        raise Forbidden
    if not found.is_draft:
        return redirect(url_for("applications.show", application_uuid=application_uuid))
    declared = {
        declaration.key
        for declaration in found.call.content.declarations
        if found.whole.answers.get(tasks.DECLARATION + declaration.key) is True
    }
    return _check_page(found, declared)


@blueprint.post("/applications/<uuid:application_uuid>/submit")
@access.requires(*HANDS_IN)
def submit(application_uuid: UUID) -> Page:
    """Submits; a second click finds it submitted and shows the same confirmation."""
    declared = set(request.form.getlist("declared"))
    try:
        with unit_of_work():
            operations.submit(application_uuid, declared, the_actor(), clock.now())
    except BrokenRule as rule:
        return _check_page(opened(application_uuid), declared, rule.problems), 422
    except Stale:
        if opened(application_uuid).case.status is not ApplicationStatus.SUBMITTED:
            raise
    return redirect(url_for("applications.confirmation", application_uuid=application_uuid))


@blueprint.get("/applications/<uuid:application_uuid>/submitted")
@access.requires(Permission.SEE_APPLICATION)
def confirmation(application_uuid: UUID) -> Page:
    """The reference, and what happens next by when."""
    found = opened(application_uuid)
    if found.case.submitted_at is None:
        return redirect(url_for("applications.show", application_uuid=application_uuid))
    day = clock.day_of(found.case.submitted_at)
    return render_template(
        "applications/confirmation.html",
        found=found,
        checked_by=clock.add_working_days(day, CHECK_WORKING_DAYS, free_days()),
        may_reopen=found.may_hand_in and standing.may_reopen(found.case.status, found.is_open),
    )


@blueprint.route("/applications/<uuid:application_uuid>/reopen", methods=["GET", "POST"])
@access.requires(*HANDS_IN)
def reopen(application_uuid: UUID) -> Page:
    """Asks, then turns the submission into a draft."""
    found = _to_hand_in(application_uuid)
    if request.method == "POST":
        try:
            with unit_of_work():
                operations.reopen(application_uuid, the_actor(), clock.now())
            flash(_("You can change the application again. Submit it before the call closes."), "success")
            return redirect(url_for("applications.show", application_uuid=application_uuid))
        except BrokenRule as rule:
            return render_template("applications/reopen.html", found=found, problems=rule.problems), 422
    return render_template("applications/reopen.html", found=found, problems=[])


@blueprint.route("/applications/<uuid:application_uuid>/withdraw", methods=["GET", "POST"])
@access.requires(*HANDS_IN)
def withdraw(application_uuid: UUID) -> Page:
    """Asks, then ends the application at the applicant's wish."""
    found = _to_hand_in(application_uuid)
    form = WithdrawForm()
    return ask(
        form,
        lambda actor, now: operations.withdraw(application_uuid, form.reason.data or "", actor, now),
        page=lambda: render_template("applications/withdraw.html", found=found, form=form),
        done=lambda: _("The application is withdrawn."),
        target=url_for("applications.show", application_uuid=application_uuid),
    )


def _to_hand_in(application_uuid: UUID) -> Opened:
    found = opened(application_uuid)
    if not found.may_hand_in:
        raise Forbidden
    return found


def _check_page(found: Opened, declared: Collection[str], problems: Sequence[Problem] = ()) -> str:
    content, whole = found.call.content, found.whole
    kept = snapshot.snapshot(
        whole.answers,
        [{"name": one.name, "price_cents": one.price_cents} for one in whole.services],
        [{"key": one.key, "name": one.name, "sha256": one.sha256} for one in whole.documents],
    )
    incomplete = [task for task in found.tasks if task.problems]
    return render_template(
        "applications/check.html",
        found=found,
        parts=snapshot.parts(content, kept),
        total=money.total(whole.draft.services),
        declared=declared,
        problems=problems,
        task_of={problem.field: tasks.task_of(content, problem.field) for problem in problems},
        incomplete=incomplete,
        closed=not found.takes_submissions,
        versions=queries.versions(found.case.id) if found.case.reference else [],
        advice=queries.aid_advice(found.case, found.call, whole, clock.day_of(found.now)),
    )
