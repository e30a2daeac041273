"""Results: what would be published, publishing it, and the public page."""

from __future__ import annotations

import datetime as dt

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dih.applications.vocabulary import APPLICATION_STATUS_LABELS, ApplicationStatus
from dih.calls.vocabulary import LEGAL_BASIS_LABELS
from dih.decisions.results import operations, queries
from dih.decisions.results.queries import Results
from dih.decisions.views import blueprint
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work
from dih.taxonomy import terms


@blueprint.get("/results")
@access.public
def all_results() -> str:
    """The calls with published results, for anyone."""
    return render_template("decisions/all_results.html", rows=queries.all_published())


@blueprint.get("/calls/<code>/results")
@access.public
def results(code: str) -> str:
    """Who is supported by a call, for anyone."""
    return _page("decisions/results.html", queries.published(code))


@blueprint.get("/decisions/<code>/results")
@access.requires(Permission.DECIDE)
def publish(code: str) -> str:
    """What would be published now."""
    return _page("decisions/publish.html", _preview(code), published=queries.is_published(code))


@blueprint.post("/decisions/<code>/results/publish")
@access.requires(Permission.DECIDE)
def publish_now(code: str) -> Response | tuple[str, int]:
    """Publishes the results."""
    try:
        with unit_of_work():
            operations.publish(code, the_actor(), clock.now())
    except BrokenRule as rule:
        shown = _page(
            "decisions/publish.html",
            _preview(code),
            published=queries.is_published(code),
            problems=rule.problems,
        )
        return shown, 422
    flash(_("The results are published."), "success")
    return redirect(url_for("decisions.results", code=code))


def _preview(code: str) -> Results:
    return queries.preview(code, the_actor(), clock.day_of(clock.now()))


def _page(template: str, found: Results, **more: object) -> str:
    return render_template(
        template,
        results=found,
        content=found.content,
        counts={APPLICATION_STATUS_LABELS[ApplicationStatus(one)]: n for one, n in found.content["counts"].items()},
        county=terms.county_name,
        to_day=dt.date.fromisoformat,
        basis_labels=LEGAL_BASIS_LABELS,
        **more,
    )
