"""The ranking of a call, on a page and as files with the same rows."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from dih.applications.vocabulary import APPLICATION_STATUS_COLOURS, APPLICATION_STATUS_LABELS
from dih.reviews import operations, queries
from dih.reviews.queries import Ranking, Score
from dih.reviews.rules.rounding import rounded
from dih.reviews.views import blueprint
from dih.reviews.views.assigning import OVERSEES
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.export import Table
from dih.shared.gate import the_actor
from dih.shared.pages import rows_file
from dih.shared.speech import say
from dih.shared.unit_of_work import unit_of_work


@blueprint.get("/reviews/calls/<code>/ranking")
@access.requires(*OVERSEES)
def ranking(code: str) -> str:
    """All applications of a call in the order of their reviews."""
    return render_template(
        "reviews/ranking.html",
        ranking=_ranking(code),
        colours=APPLICATION_STATUS_COLOURS,
        labels=APPLICATION_STATUS_LABELS,
    )


@blueprint.get("/reviews/calls/<code>/ranking.<kind>")
@access.requires(*OVERSEES)
def ranking_file(code: str, kind: str) -> Response:
    """The same rows as CSV or XLSX."""
    table = _table(_ranking(code), code)
    return rows_file(table, kind, table.name)


@blueprint.get("/reviews/calls/<code>/scores.<kind>")
@access.requires(*OVERSEES)
def scores_file(code: str, kind: str) -> Response:
    """Every score that counts, from which the ranking can be made again; heads are names for programs."""
    rows = queries.scores(code, the_actor(), clock.day_of(clock.now()))
    heads = [field.name for field in fields(Score)]
    table = Table(f"scores-{code}", heads, [[getattr(row, head) for head in heads] for row in rows])
    return rows_file(table, kind, table.name)


@blueprint.route("/reviews/calls/<code>/close", methods=["GET", "POST"])
@access.requires(Permission.ASSIGN_REVIEWERS)
def close(code: str) -> Any:
    """Ends the discussion: scores stand as they are."""
    if request.method == "POST":
        with unit_of_work():
            closed = operations.close_discussion(code, the_actor(), clock.now())
        words = ngettext(
            "%(num)s application closed: its scores stand.", "%(num)s applications closed: their scores stand.", closed
        )
        flash(words, "success")
        return redirect(url_for("reviews.ranking", code=code))
    return render_template("reviews/close.html", call=_ranking(code).call)


def _ranking(code: str) -> Ranking:
    return queries.ranking(code, the_actor(), clock.day_of(clock.now()))


def _table(found: Ranking, code: str) -> Table:
    grid = found.call.content.grid
    criteria = grid.criteria if grid else ()
    heads = [_("Place"), _("Reference"), _("Organisation"), _("Weighted mean"), _("Calibrated mean"), _("Spread")]
    heads += [_("Reviews"), _("Wanted")]
    heads += [say(criterion.label) for criterion in criteria]
    heads += [_("Below a threshold"), _("State"), _("Submitted")]
    return Table(f"ranking-{code}", heads, [_row(place, criteria) for place in found.places])


def _row(place: Any, criteria: Any) -> list[Any]:
    ranked = place.ranked
    return [
        ranked.rank,
        place.reference,
        place.organisation,
        _number(ranked.mean),
        _number(place.calibrated),
        _number(ranked.spread),
        ranked.count,
        place.wanted,
        *(_number(ranked.means.get(criterion.key)) for criterion in criteria),
        " ".join(say(text) for text in ranked.failed),
        say(APPLICATION_STATUS_LABELS[place.status]),
        place.submitted_at,
    ]


def _number(value: Any) -> Any:
    return None if value is None else rounded(value)
