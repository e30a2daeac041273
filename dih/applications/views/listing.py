"""The list of applications: an organisation's own, what was routed to a partner, or all."""

from __future__ import annotations

from flask import render_template

from dih.applications import queries
from dih.applications.queries import Filters
from dih.applications.views import blueprint
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.shared import access, asked, clock
from dih.shared.access import Permission
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place
from dih.taxonomy import terms
from dih.taxonomy.vocabulary import TargetGroup


@blueprint.get("/applications")
@access.requires(Permission.SEE_OWN_APPLICATIONS, Permission.SEE_ROUTED, Permission.SEE_ALL)
def index() -> str:
    """Newest first; filters and the place in the list are in the address."""
    actor = the_actor()
    filters = Filters(
        call_id=asked.row_id("call"),
        status=asked.member(ApplicationStatus, "status"),
        partner_id=asked.row_id("partner"),
        county=asked.words("county"),
        target_group=asked.member(TargetGroup, "group"),
        text=asked.words("text"),
    )
    own = actor.organisation_id is not None
    page = queries.page(actor, clock.day_of(clock.now()), filters, place())
    return render_template(
        "applications/index.html",
        page=page,
        filters=filters,
        own=own,
        may_start=actor.may(Permission.EDIT_APPLICATION) or actor.may(Permission.ENTER_FOR_APPLICANT),
        calls=[] if own else calls.choices(),
        counties=[(county.code, {"ro": county.name}) for county in terms.counties()],
        **beside(page),
    )
