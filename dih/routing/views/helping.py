"""What a partner delivers of applications that another one leads: the list, one of them to read, its documents."""

from __future__ import annotations

import uuid

from flask import Response, render_template

from dih.applications import queries as applications
from dih.applications.vocabulary import APPLICATION_STATUS_COLOURS, APPLICATION_STATUS_LABELS
from dih.documents import queries as files
from dih.documents.download import download
from dih.routing import queries
from dih.routing.views import blueprint
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import NotFound
from dih.shared.gate import the_actor
from dih.shared.pages import beside, place
from dih.taxonomy import terms


@blueprint.get("/routing/parts")
@access.requires(Permission.SEE_ROUTED)
def parts() -> str:
    """Applications of which the own partner delivers a part."""
    page = queries.helped(the_actor(), clock.day_of(clock.now()), place())
    return render_template(
        "routing/parts.html",
        page=page,
        labels=APPLICATION_STATUS_LABELS,
        colours=APPLICATION_STATUS_COLOURS,
        **beside(page),
    )


@blueprint.get("/routing/<uuid:application_uuid>/part")
@access.requires(Permission.SEE_ROUTED)
def part(application_uuid: uuid.UUID) -> str:
    """One of them to read, with the own part."""
    found = queries.own_part(application_uuid, the_actor(), clock.day_of(clock.now()))
    return render_template(
        "routing/part.html",
        found=found,
        county=terms.county_name(found.case.county),
        labels=APPLICATION_STATUS_LABELS,
        colours=APPLICATION_STATUS_COLOURS,
    )


@blueprint.get("/routing/<uuid:application_uuid>/part/documents/<int:attachment_id>")
@access.requires(Permission.SEE_ROUTED)
def part_document(application_uuid: uuid.UUID, attachment_id: int) -> Response:
    """A document of it."""
    found = queries.own_part(application_uuid, the_actor(), clock.day_of(clock.now()))
    attached = applications.attachment(found.case.id, attachment_id)
    file = files.file(attached.file_id) if attached else None
    if file is None:
        raise NotFound
    return download(file)
