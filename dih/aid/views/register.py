"""The register of aid: the list with its filters, and the same rows as the State-aid register wants them."""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any, TypeVar

from flask import Response, render_template, request, url_for

from dih.aid import queries
from dih.aid.exports import register_table
from dih.aid.queries import Filters
from dih.aid.views import blueprint
from dih.aid.vocabulary import BASIS_LABELS, GRANT_ORIGIN_LABELS, GrantOrigin, GrantStatus
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import NotFound
from dih.shared.export import KINDS
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place

Member = TypeVar("Member", bound=enum.StrEnum)
NAMES = ("basis", "origin", "status", "first", "last", "text")


@blueprint.get("/aid")
@access.requires(Permission.SEE_ALL)
def register() -> str:
    """Newest first; filters and the place in the list are in the address."""
    filters, kept, actor, today = _filters(), _kept(), the_actor(), clock.day_of(clock.now())
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
    if kind not in KINDS:
        raise NotFound
    write, mimetype = KINDS[kind]
    today = clock.day_of(clock.now())
    name = f"dih4society-aid-{today}.{kind}"
    return Response(
        write(register_table(queries.register(_filters(), queries.closed_to(the_actor(), today)))),
        mimetype=mimetype,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _kept() -> dict[str, Any]:
    return {name: request.args[name] for name in NAMES if request.args.get(name)}


def _filters() -> Filters:
    """The filters in the address; what is none of them is passed over."""
    asked = request.args
    basis = asked.get("basis", "")
    return Filters(
        basis=basis if basis in BASIS_LABELS else "",
        origin=_member(GrantOrigin, asked.get("origin")),
        status=_member(GrantStatus, asked.get("status")),
        first=_day(asked.get("first", "")),
        last=_day(asked.get("last", "")),
        text=asked.get("text", "").replace("\x00", "")[:100],
    )


def _member(kind: type[Member], text: str | None) -> Member | None:
    return kind(text) if text in set(kind) else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
