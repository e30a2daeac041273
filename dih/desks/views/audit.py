"""The audit's page."""

from __future__ import annotations

from flask import render_template, url_for

from dih.desks import audit
from dih.desks.facts import facts
from dih.desks.views import blueprint
from dih.desks.vocabulary import ACTION_LABELS, SUBJECT_LABELS
from dih.shared import access, asked, clock
from dih.shared.access import ROLE_LABELS, Permission
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place


@blueprint.get("/audit")
@access.requires(Permission.SEE_AUDIT)
def all_changes() -> str:
    """Every change, newest first."""
    filters = audit.Filters(
        kind=asked.one_of(audit.KINDS, "kind"),
        person=asked.row_id("person"),
        day=asked.day("day"),
    )
    kept = asked.kept("kind", "day")
    actor, today = the_actor(), clock.day_of(clock.now())
    page = audit.page(filters, actor, today, place())
    return render_template(
        "desks/audit.html",
        page=page,
        filters=filters,
        actions=ACTION_LABELS,
        subjects=SUBJECT_LABELS,
        roles=ROLE_LABELS,
        facts=facts,
        names=audit.names(page.rows, actor, today),
        here=lambda **more: url_for("desks.all_changes", **kept, **more),
        **beside(page),
    )
