"""The register of aid: the list with its filters, and the same rows as the State-aid register wants them."""

from __future__ import annotations

from flask import Response, render_template, url_for

from dih.aid import queries
from dih.aid.exports import register_table
from dih.aid.queries import Filters
from dih.aid.views import blueprint
from dih.aid.vocabulary import BASIS_LABELS, GRANT_ORIGIN_LABELS, GrantOrigin, GrantStatus
from dih.shared import access, asked, clock
from dih.shared.access import Permission
from dih.shared.export import KINDS
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place, rows_file

NAMES = ("basis", "origin", "status", "first", "last", "text")


@blueprint.get("/aid")
@access.requires(Permission.SEE_ALL)
def register() -> str:
    """Newest first; filters and the place in the list are in the address."""
    filters, kept, actor, today = _filters(), asked.kept(*NAMES), the_actor(), clock.day_of(clock.now())
    closed = queries.closed_to(actor, today)
    page = queries.page(filters, closed, place())
    return render_template(
        "aid/register.html",
        page=page,
        total=queries.total(filters, closed),
        filters=filters,
        stating=queries.stating(actor, today),
        set=len(kept),
        origin_labels=GRANT_ORIGIN_LABELS,
        files={kind: url_for("aid.export", kind=kind, **kept) for kind in KINDS}
        if actor.may(Permission.EXPORT)
        else {},
        **beside(page),
    )


@blueprint.get("/aid.<kind>")
@access.requires(Permission.EXPORT)
def export(kind: str) -> Response:
    """The same rows, all of them, with the columns of the State-aid register."""
    today = clock.day_of(clock.now())
    table = register_table(queries.register(_filters(), queries.closed_to(the_actor(), today)))
    return rows_file(table, kind, f"dih4society-aid-{today}")


def _filters() -> Filters:
    """The filters in the address; what is none of them is passed over."""
    return Filters(
        basis=asked.one_of(BASIS_LABELS, "basis"),
        origin=asked.member(GrantOrigin, "origin"),
        status=asked.member(GrantStatus, "status"),
        first=asked.day("first"),
        last=asked.day("last"),
        text=asked.words("text"),
    )
