"""The manager's work on reviews: calls, their applications, choosing reviewers, the proposal for a whole call."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from dih.reviews import operations, queries
from dih.reviews.forms import PERCENT, TermsForm
from dih.reviews.views import blueprint
from dih.shared import access, asked, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, Stale
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work

OVERSEES = (Permission.ASSIGN_REVIEWERS, Permission.SEE_ALL)


@blueprint.get("/reviews/calls")
@access.requires(*OVERSEES)
def calls() -> str:
    """The calls with reviews and how far each is."""
    now = clock.now()
    return render_template("reviews/calls.html", lines=queries.reviewed_calls(now, clock.day_of(now)))


@blueprint.get("/reviews/calls/<code>")
@access.requires(*OVERSEES)
def board(code: str) -> str:
    """The applications of a call with their reviewers."""
    today = clock.day_of(clock.now())
    after = asked.row_id("after")
    found = queries.board(code, the_actor(), today, after if after and after < 2**31 else None)
    return render_template("reviews/board.html", board=found, today=today, begun=bool(after))


@blueprint.route("/reviews/applications/<uuid:application_uuid>", methods=["GET", "POST"])
@access.requires(Permission.ASSIGN_REVIEWERS)
def application(application_uuid: UUID) -> Any:
    """Who reviews one application, and who could."""
    actor, now = the_actor(), clock.now()
    today = clock.day_of(now)
    found = queries.assigning(application_uuid, actor, today)
    problems: Any = ()
    chosen = [int(one) for one in request.form.getlist("reviewers") if re.fullmatch(r"[0-9]{1,9}", one)]
    if request.method == "POST":
        try:
            with unit_of_work():
                operations.assign([(found.case.id, reviewer_id) for reviewer_id in chosen], actor, now)
            flash(ngettext("%(num)s reviewer assigned.", "%(num)s reviewers assigned.", len(set(chosen))), "success")
            return redirect(url_for("reviews.application", application_uuid=application_uuid))
        except BrokenRule as rule:
            problems = rule.problems
    page = render_template("reviews/application.html", found=found, today=today, problems=problems, chosen=chosen)
    return page, 422 if problems else 200


@blueprint.route("/reviews/applications/<uuid:application_uuid>/terms", methods=["GET", "POST"])
@access.requires(Permission.ASSIGN_REVIEWERS)
def terms(application_uuid: UUID) -> Any:
    """How many reviews one application wants, and the least fit allowed for it."""
    actor, now = the_actor(), clock.now()
    found = queries.assigning(application_uuid, actor, clock.day_of(now))
    form = TermsForm() if request.method == "POST" else TermsForm.of(found.terms.wanted, found.terms.floor)
    if form.validate_on_submit():
        floor = None if form.floor.data is None else form.floor.data * PERCENT
        try:
            with unit_of_work():
                operations.set_terms(found.case.id, form.wanted.data, floor, form.reason.data, actor, now)
            flash(_("Kept for this application."), "success")
            return redirect(url_for("reviews.application", application_uuid=application_uuid))
        except BrokenRule as rule:
            form.refuse(rule)
    return render_template("reviews/terms.html", found=found, form=form), 422 if form.errors else 200


@blueprint.post("/reviews/<uuid:review_uuid>/count")
@access.requires(Permission.ASSIGN_REVIEWERS)
def count_again(review_uuid: UUID) -> Any:
    """A review that was set aside counts again, once its conflict is cleared or over."""
    try:
        with unit_of_work():
            application_uuid = operations.count_again(review_uuid, the_actor(), clock.now())
    except Stale:
        flash(_("This review is not set aside any more. Nothing was changed."), "warning")
        return redirect(url_for("reviews.calls"))
    flash(_("The review counts again."), "success")
    return redirect(url_for("reviews.application", application_uuid=application_uuid))


@blueprint.post("/reviews/<uuid:review_uuid>/recall")
@access.requires(Permission.ASSIGN_REVIEWERS)
def recall(review_uuid: UUID) -> Any:
    """Takes an open review back."""
    try:
        with unit_of_work():
            application_uuid = operations.recall(review_uuid, the_actor(), clock.now())
    except Stale:
        flash(_("This review was submitted or closed in the meantime. Nothing was changed."), "warning")
        return redirect(url_for("reviews.calls"))
    flash(_("Taken back. What the reviewer wrote is kept."), "success")
    return redirect(url_for("reviews.application", application_uuid=application_uuid))
