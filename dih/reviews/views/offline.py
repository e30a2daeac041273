"""Reviewing without a connection: download the forms of one's open reviews, upload them filled."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import ngettext

from dih.reviews import operations, queries
from dih.reviews.forms import OfflineForm
from dih.reviews.offline import Filled, OpenReview, filled, workbook
from dih.reviews.rules import scoring
from dih.reviews.views import blueprint
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound, Problem, Stale
from dih.shared.export import KINDS
from dih.shared.gate import the_actor
from dih.shared.speech import say
from dih.shared.unit_of_work import unit_of_work
from dih.shared.wording import N_, Text


@blueprint.get("/reviews/offline.xlsx")
@access.requires(Permission.REVIEW)
def offline_file() -> Response:
    """All open reviews as one workbook."""
    found = [
        OpenReview(one.uuid, one.version, one.reference, one.organisation, one.grid, one.draft)
        for one in queries.open_reviews(the_actor(), clock.day_of(clock.now()))
    ]
    response = Response(workbook(found, say), mimetype=KINDS["xlsx"][1])
    response.headers["Content-Disposition"] = "attachment; filename=reviews.xlsx"
    return response


@blueprint.route("/reviews/offline", methods=["GET", "POST"])
@access.requires(Permission.REVIEW)
def offline() -> Any:
    """Takes the filled workbook back: what it says becomes drafts, which are looked at and submitted one by one."""
    form = OfflineForm()
    if form.validate_on_submit():
        sent = request.files.get("file")
        try:
            saved, problems = _keep(filled(sent.read() if sent else b""))
            if problems:
                raise BrokenRule(*problems)
            flash(ngettext("%(num)s draft saved.", "%(num)s drafts saved.", saved), "success")
            return redirect(url_for("reviews.queue"))
        except BrokenRule as rule:
            form.refuse(rule)
    return render_template("reviews/offline.html", form=form), 422 if form.errors else 200


def _keep(reviews: list[Filled]) -> tuple[int, list[Problem]]:
    """Saves each review that still is as it was downloaded; the others are named and left alone."""
    actor, now = the_actor(), clock.now()
    present = {one.uuid: one for one in queries.open_reviews(actor, clock.day_of(now))}
    saved, problems = 0, []
    for one in reviews:
        review = present.get(one.uuid)
        if review is None:
            problems.append(
                Problem("file", Text(N_("A review of this file is not open to you any more. It was left out.")))
            )
            continue
        values = {"reference": review.reference}
        try:
            draft = scoring.read(review.grid, one.typed)
            if draft == review.draft:
                continue
            with unit_of_work():
                operations.save_draft(one.uuid, draft, one.version, actor, now)
            saved += 1
        except Stale:
            message = N_("%(reference)s was changed here after the download. It was left as it is.")
            problems.append(Problem("file", Text(message, values)))
        except (BrokenRule, NotFound) as error:
            said = error.problems if isinstance(error, BrokenRule) else ()
            message = N_("%(reference)s: %(problem)s")
            problems += [Problem("file", Text(message, {**values, "problem": each.text})) for each in said]
    return saved, problems
