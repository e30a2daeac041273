"""The audit's page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import render_template, request, url_for

from dih.desks import audit
from dih.desks.facts import facts
from dih.desks.views import blueprint
from dih.desks.vocabulary import ACTION_LABELS, SUBJECT_LABELS
from dih.shared import access, clock
from dih.shared.access import ROLE_LABELS, Permission
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place, row_id


@blueprint.get("/audit")
@access.requires(Permission.SEE_AUDIT)
def all_changes() -> str:
    """Every change, newest first."""
    filters = audit.Filters(
        kind=request.args.get("kind", "") if request.args.get("kind") in audit.KINDS else "",
        person=row_id("person"),
        day=_day(request.args.get("day", "")),
    )
    asked: dict[str, Any] = {name: request.args[name] for name in ("kind", "day") if request.args.get(name)}
    page = audit.page(filters, the_actor(), clock.day_of(clock.now()), place())
    return render_template(
        "desks/audit.html",
        page=page,
        filters=filters,
        actions=ACTION_LABELS,
        subjects=SUBJECT_LABELS,
        roles=ROLE_LABELS,
        facts=facts,
        here=lambda **more: url_for("desks.all_changes", **asked, **more),
        **beside(page),
    )


def _day(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None
