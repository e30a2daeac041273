"""One review: reading, scoring with autosave, submitting, declining, and the documents beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dih.applications import queries as applications
from dih.calls.grid import Grid
from dih.documents import queries as files
from dih.documents.download import download
from dih.reviews import operations, queries
from dih.reviews.forms import DeclineForm, ScoreForm, score_form
from dih.reviews.queries import Sheet
from dih.reviews.rules import scoring
from dih.reviews.views import blueprint
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound, Stale
from dih.shared.gate import the_actor
from dih.shared.speech import say
from dih.shared.unit_of_work import unit_of_work


@blueprint.get("/reviews/<uuid:review_uuid>")
@access.requires(Permission.REVIEW, Permission.SEE_ALL)
def review(review_uuid: UUID) -> str:
    """The application beside the grid; once submitted, the own review and those of others."""
    sheet = _sheet(review_uuid)
    form = score_form(sheet.grid, scoring.as_typed(sheet.judged.draft), sheet.version) if sheet.editable else None
    return _page(sheet, form)


@blueprint.post("/reviews/<uuid:review_uuid>")
@access.requires(Permission.REVIEW)
def save(review_uuid: UUID) -> Any:
    """Saves the draft and stays, goes on to the next, or submits and goes on."""
    sheet = _sheet(review_uuid)
    if not sheet.editable:
        flash(_("This review is closed. Nothing was changed."), "warning")
        return redirect(url_for("reviews.review", review_uuid=review_uuid))
    form = score_form(sheet.grid)
    wish = request.form.get("then", "")
    try:
        draft = scoring.read(sheet.grid, request.form)
        with unit_of_work():
            version = operations.save_draft(review_uuid, draft, _version(), the_actor(), clock.now())
        form.version.data = str(version)
        if wish == "submit":
            with unit_of_work():
                operations.submit(review_uuid, version, the_actor(), clock.now())
    except BrokenRule as rule:
        form.refuse(rule)
        return _page(sheet, form), 422
    except Stale:
        return _compared(review_uuid, form)
    return _onwards(sheet, wish)


@blueprint.post("/reviews/<uuid:review_uuid>/autosave")
@access.requires(Permission.REVIEW)
def autosave(review_uuid: UUID) -> Any:
    """Saves what is typed so far and answers in JSON: the new version, what another tab saved, or what is wrong."""
    actor, now = the_actor(), clock.now()
    saved, grid = queries.saved(review_uuid, actor, clock.day_of(now))
    try:
        draft = scoring.read(grid, request.form)
        with unit_of_work():
            version = operations.save_draft(review_uuid, draft, _version(), actor, now)
    except BrokenRule as rule:
        return jsonify(problems=[say(problem.text) for problem in rule.problems]), 422
    except Stale:
        saved, grid = queries.saved(review_uuid, actor, clock.day_of(now))
        return jsonify(version=saved.version, values=_theirs(grid, saved.typed), who=""), 409
    return jsonify(version=version)


@blueprint.route("/reviews/<uuid:review_uuid>/decline", methods=["GET", "POST"])
@access.requires(Permission.REVIEW)
def decline(review_uuid: UUID) -> Any:
    """Gives the review back with a reason."""
    sheet = _sheet(review_uuid)
    if not sheet.editable:
        raise NotFound
    form = DeclineForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                operations.decline(review_uuid, form.reason.data, the_actor(), clock.now())
            flash(_("Declined. The hub managers have been told."), "success")
            return _next_or_queue(sheet)
        except BrokenRule as rule:
            form.refuse(rule)
    return render_template("reviews/decline.html", sheet=sheet, form=form), 422 if form.errors else 200


@blueprint.get("/reviews/<uuid:review_uuid>/documents/<int:attachment_id>")
@access.requires(Permission.REVIEW, Permission.SEE_ALL)
def document(review_uuid: UUID, attachment_id: int) -> Response:
    """A document of the application, for who reaches the review."""
    application_id = queries.application_of(review_uuid, the_actor(), clock.day_of(clock.now()))
    found = applications.attachment(application_id, attachment_id)
    file = files.file(found.file_id) if found else None
    if file is None:
        raise NotFound
    return download(file)


def _sheet(review_uuid: UUID) -> Sheet:
    return queries.sheet(review_uuid, the_actor(), clock.day_of(clock.now()))


def _page(sheet: Sheet, form: ScoreForm | None, theirs: dict[str, str] | None = None) -> str:
    return render_template(
        "reviews/review.html",
        sheet=sheet,
        form=form,
        theirs=theirs or {},
        today=clock.day_of(clock.now()),
        asked_in=scoring.asked_in,
        answered=scoring.answered(sheet.grid, sheet.judged.draft.marks),
        refused=bool(form and form.errors),
    )


def _compared(review_uuid: UUID, form: ScoreForm) -> Any:
    """What another tab saved stands beside what was typed here; saving again keeps what is typed."""
    sheet = _sheet(review_uuid)
    if not sheet.editable:
        flash(_("This review was submitted or closed in the meantime. Nothing was changed."), "warning")
        return redirect(url_for("reviews.review", review_uuid=review_uuid))
    theirs = _theirs(sheet.grid, scoring.as_typed(sheet.judged.draft))
    form.version.data = str(sheet.version)
    return _page(sheet, form, theirs), 409


def _theirs(grid: Grid, stored: Mapping[str, str]) -> dict[str, str]:
    """What is stored under each field that differs from what was typed here."""
    marks = [scoring.MARK + asked.key for criterion in grid.criteria for asked in scoring.asked_in(criterion)]
    names = [*marks, *(scoring.REMARK + criterion.key for criterion in grid.criteria), scoring.COMMENT]
    return {name: stored.get(name, "") for name in names if request.form.get(name, "") != stored.get(name, "")}


def _version() -> int:
    """The version that the page was made from; 0, which no review has, when the field is no number."""
    return request.form.get("version", 0, type=int)


def _onwards(sheet: Sheet, wish: str) -> Any:
    if wish == "submit":
        flash(_("Review of %(reference)s submitted.", reference=sheet.reference), "success")
        return _next_or_queue(sheet)
    if wish == "next":
        flash(_("Draft of %(reference)s saved.", reference=sheet.reference), "success")
        return _next_or_queue(sheet)
    flash(_("Draft saved."), "success")
    return redirect(url_for("reviews.review", review_uuid=sheet.uuid))


def _next_or_queue(sheet: Sheet) -> Any:
    following = sheet.neighbours.next if sheet.neighbours else None
    if following is None:
        return redirect(url_for("reviews.queue"))
    return redirect(url_for("reviews.review", review_uuid=following))
