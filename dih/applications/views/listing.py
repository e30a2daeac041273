"""The list of applications: an organisation's own, what was routed to a partner, or all."""

from __future__ import annotations

import enum
from typing import TypeVar

from flask import render_template, request

from dih.applications import queries
from dih.applications.queries import Filters
from dih.applications.views import blueprint
from dih.applications.vocabulary import ApplicationStatus
from dih.calls import queries as calls
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place, row_id
from dih.taxonomy import terms
from dih.taxonomy.vocabulary import TargetGroup

Member = TypeVar("Member", bound=enum.StrEnum)


@blueprint.get("/applications")
@access.requires(Permission.SEE_OWN_APPLICATIONS, Permission.SEE_ROUTED, Permission.SEE_ALL)
def index() -> str:
    """Newest first; filters and the place in the list are in the address."""
    actor, args = the_actor(), request.args
    filters = Filters(
        call_id=row_id("call"),
        status=_member(ApplicationStatus, args.get("status")),
        partner_id=row_id("partner"),
        county=args.get("county", "")[:2],
        target_group=_member(TargetGroup, args.get("group")),
        text=args.get("text", "").replace("\x00", "")[:100],
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


def _member(kind: type[Member], text: str | None) -> Member | None:
    return kind(text) if text in set(kind) else None
