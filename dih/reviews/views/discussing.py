"""After the own submission: change the own scores, speak with the other reviewers, agree or disagree."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dih.reviews import operations, queries
from dih.reviews.forms import OpinionForm, SayForm, score_form
from dih.reviews.queries import Sheet
from dih.reviews.rules import scoring
from dih.reviews.views import blueprint
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work


@blueprint.route("/reviews/<uuid:review_uuid>/revise", methods=["GET", "POST"])
@access.requires(Permission.REVIEW)
def revise(review_uuid: UUID) -> Any:
    """Changes the own scores with a reason; those submitted first stay visible."""
    sheet = _sheet(review_uuid)
    if not sheet.speaks:
        return _not_now(review_uuid)
    if request.method == "GET":
        form = score_form(sheet.grid, scoring.as_typed(sheet.judged.draft), sheet.version, reason=True)
        return render_template("reviews/revise.html", sheet=sheet, form=form, asked_in=scoring.asked_in)
    form = score_form(sheet.grid, reason=True)
    try:
        draft = scoring.read(sheet.grid, request.form)
        with unit_of_work():
            operations.revise(review_uuid, draft, request.form.get("reason", ""), the_actor(), clock.now())
    except BrokenRule as rule:
        form.refuse(rule)
        return render_template("reviews/revise.html", sheet=sheet, form=form, asked_in=scoring.asked_in), 422
    flash(_("Scores changed. Those submitted first stay visible."), "success")
    return _back(review_uuid)


@blueprint.route("/reviews/<uuid:review_uuid>/say", methods=["GET", "POST"])
@access.requires(Permission.REVIEW, Permission.ASSIGN_REVIEWERS)
def say(review_uuid: UUID) -> Any:
    """Adds to the discussion."""
    sheet = _sheet(review_uuid)
    if not sheet.speaks:
        return _not_now(review_uuid)
    form = SayForm()
    if form.validate_on_submit():
        with unit_of_work():
            operations.say(review_uuid, form.words.data, the_actor(), clock.now())
        return _back(review_uuid)
    return render_template("reviews/say.html", sheet=sheet, form=form), 422 if form.errors else 200


@blueprint.route("/reviews/<uuid:review_uuid>/opinion/<uuid:about_uuid>", methods=["GET", "POST"])
@access.requires(Permission.REVIEW, Permission.ASSIGN_REVIEWERS)
def opinion(review_uuid: UUID, about_uuid: UUID) -> Any:
    """A second opinion on a review (`about_uuid`) that is read beside one's own, or by a manager."""
    sheet = _sheet(review_uuid)
    if not (sheet.speaks or sheet.asked):
        return _not_now(review_uuid)
    about = next((one for one in (sheet.judged, *sheet.others) if one.uuid == about_uuid), None)
    if about is None or about.reviewer_id == the_actor().person_id:
        raise NotFound
    form = OpinionForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                agrees = form.agrees.data == "yes"
                operations.give_opinion(about_uuid, agrees, form.reasons.data, the_actor(), clock.now())
            flash(_("Your opinion is kept beside the review."), "success")
            return _back(review_uuid)
        except BrokenRule as rule:
            form.refuse(rule)
    page = render_template("reviews/opinion.html", sheet=sheet, about=about, form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/reviews/<uuid:review_uuid>/ask", methods=["GET", "POST"])
@access.requires(Permission.ASSIGN_REVIEWERS)
def ask_opinion(review_uuid: UUID) -> Any:
    """A manager asks somebody who has no review of the application for a second opinion."""
    actor, now = the_actor(), clock.now()
    sheet = _sheet(review_uuid)
    if not sheet.speaks:
        return _not_now(review_uuid)
    problems: Any = ()
    if request.method == "POST":
        try:
            with unit_of_work():
                operations.ask_opinion(review_uuid, request.form.get("person", 0, type=int), actor, now)
            flash(_("Asked. The person gets a mail."), "success")
            return _back(review_uuid)
        except BrokenRule as rule:
            problems = rule.problems
    able = queries.able_to_opine(review_uuid, actor, clock.day_of(now))
    page = render_template("reviews/ask_opinion.html", sheet=sheet, able=able, problems=problems)
    return page, 422 if problems else 200


def _sheet(review_uuid: UUID) -> Sheet:
    return queries.sheet(review_uuid, the_actor(), clock.day_of(clock.now()))


def _not_now(review_uuid: UUID) -> Any:
    flash(_("The discussion is open to who has submitted, until a manager closes it."), "warning")
    return redirect(url_for("reviews.review", review_uuid=review_uuid))


def _back(review_uuid: UUID) -> Any:
    return redirect(url_for("reviews.review", review_uuid=review_uuid, _anchor="discussion"))
