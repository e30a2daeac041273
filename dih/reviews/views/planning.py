"""Plans of a call: made, looked at, explained, published, and mended afterwards."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from dih.reviews import operations, queries
from dih.reviews.forms import PERCENT, PlanForm
from dih.reviews.queries import Shortage
from dih.reviews.views import blueprint
from dih.reviews.views.assigning import OVERSEES
from dih.reviews.vocabulary import PLAN_STATUS_COLOURS, PLAN_STATUS_LABELS, Spread
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work


@blueprint.route("/reviews/calls/<code>/plan", methods=["GET", "POST"])
@access.requires(Permission.ASSIGN_REVIEWERS)
def planning(code: str) -> Any:
    """What the call lacks, and its plans so far; sending the form makes a plan by the exact solver."""
    actor, now = the_actor(), clock.now()
    day = clock.day_of(now)
    form = PlanForm()
    short: Shortage | None = None
    if form.validate_on_submit():
        floor = None if form.floor.data is None else form.floor.data * PERCENT
        solved = queries.solve_for(code, floor, actor, day, Spread(form.spread.data))
        if isinstance(solved, Shortage):
            short = solved
        elif solved is None:
            flash(_("Every application has its reviewers."), "info")
            return redirect(url_for("reviews.planning", code=code))
        else:
            with unit_of_work():
                plan_uuid = operations.keep_plan(solved, actor, now)
            return redirect(url_for("reviews.plan", plan_uuid=plan_uuid))
    found = queries.facts(code, actor, day)
    page = render_template(
        "reviews/planning.html",
        facts=found,
        form=form,
        short=short,
        history=queries.history(found.call.call_id),
        labels=PLAN_STATUS_LABELS,
        colours=PLAN_STATUS_COLOURS,
    )
    return page, 422 if short or form.errors else 200


@blueprint.get("/reviews/plans/<uuid:plan_uuid>")
@access.requires(*OVERSEES)
def plan(plan_uuid: UUID) -> str:
    """A plan with its proof."""
    return _plan(plan_uuid)


@blueprint.post("/reviews/plans/<uuid:plan_uuid>/publish")
@access.requires(Permission.ASSIGN_REVIEWERS)
def publish(plan_uuid: UUID) -> Any:
    """Assigns the plan whole, or nothing of it."""
    try:
        with unit_of_work():
            code = operations.publish(plan_uuid, the_actor(), clock.now())
    except BrokenRule as rule:
        return _plan(plan_uuid, rule.problems), 422
    flash(_("Published. Every reviewer gets one mail about all that is new."), "success")
    return redirect(url_for("reviews.board", code=code))


@blueprint.get("/reviews/plans/<uuid:plan_uuid>/applications/<uuid:application_uuid>")
@access.requires(*OVERSEES)
def why(plan_uuid: UUID, application_uuid: UUID) -> str:
    """Why these reviewers were chosen for one application, and why not the others."""
    found = queries.explanation(plan_uuid, application_uuid, the_actor(), clock.day_of(clock.now()))
    return render_template("reviews/why.html", found=found)


@blueprint.get("/reviews/plans/<uuid:plan_uuid>/task.npz")
@access.requires(Permission.ASSIGN_REVIEWERS)
def plan_task(plan_uuid: UUID) -> Response:
    """What was solved, for `flask reviews solve`."""
    task = queries.stored_task(plan_uuid, the_actor(), clock.day_of(clock.now()))
    response = Response(task, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = "attachment; filename=plan.npz"
    return response


@blueprint.route("/reviews/calls/<code>/repair", methods=["GET", "POST"])
@access.requires(Permission.ASSIGN_REVIEWERS)
def repair(code: str) -> Any:
    """What must be mended in the published plans: the changes are listed, then applied.

    `add`, more than once or with commas, are reviewers beyond those of the plans, by id.
    """
    actor, now = the_actor(), clock.now()
    added = {int(one) for one in ",".join(request.values.getlist("add")).split(",") if re.fullmatch("[0-9]{1,9}", one)}
    problems: Any = ()
    if request.method == "POST":
        plan_id = request.form.get("plan", 0, type=int)
        try:
            with unit_of_work():
                count = operations.repair(code, plan_id, request.form.get("key", ""), actor, now, added)
            flash(ngettext("%(num)s review passed on.", "%(num)s reviews passed on.", count), "success")
            return redirect(url_for("reviews.repair", code=code))
        except BrokenRule as rule:
            problems = rule.problems
    found = queries.mendings(code, actor, clock.day_of(now), added)
    page = render_template("reviews/repair.html", found=found, added=added, problems=problems)
    return page, 422 if problems else 200


def _plan(plan_uuid: UUID, problems: Any = ()) -> str:
    found = queries.plan(plan_uuid, the_actor(), clock.day_of(clock.now()))
    return render_template(
        "reviews/plan.html", plan=found, problems=problems, labels=PLAN_STATUS_LABELS, colours=PLAN_STATUS_COLOURS
    )
