"""The aid sheet of an organisation: what counts, what is free, who counts as one with it, and its certificate."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template

from dih.aid import certificate as paper
from dih.aid import queries
from dih.aid.reasons import ties
from dih.aid.views import blueprint, the_organisation
from dih.aid.views.figures import lacking
from dih.aid.vocabulary import GRANT_ORIGIN_LABELS, LINK_LABELS
from dih.documents import queries as files
from dih.documents.download import download
from dih.organisations.queries import OrganisationView
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import NotFound
from dih.shared.gate import the_actor

may_see = access.requires(Permission.SEE_ALL, Permission.SEE_OWN_ORGANISATION)


@blueprint.get("/organisations/<uuid:organisation_uuid>/aid")
@may_see
def sheet(organisation_uuid: UUID) -> str:
    """All about the aid of an organisation, for its own people and for staff."""
    organisation = the_organisation(organisation_uuid)
    return sheet_page(organisation)


@blueprint.get("/organisations/<uuid:organisation_uuid>/aid/certificate.pdf")
@may_see
def certificate(organisation_uuid: UUID) -> Response:
    """What counts today, as a certificate."""
    organisation = the_organisation(organisation_uuid)
    now = clock.now()
    standing = queries.standing(queries.party_of(organisation), clock.day_of(now), the_actor())
    response = Response(paper.pdf(standing, now), mimetype="application/pdf")
    name = f"dih4society-aid-{organisation.facts.cui}-{clock.day_of(now)}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.cache_control.private = True
    response.cache_control.no_store = True
    return response


@blueprint.get("/organisations/<uuid:organisation_uuid>/aid/grants/<uuid:grant_uuid>/document")
@may_see
def document(organisation_uuid: UUID, grant_uuid: UUID) -> Response:
    """The document of declared aid: for staff, and for the people of who got it."""
    organisation = the_organisation(organisation_uuid)
    row = queries.grant(grant_uuid, queries.closed_to(the_actor(), clock.day_of(clock.now())))
    if row is None or row.file_id is None:
        raise NotFound
    if row.number != organisation.facts.cui and not the_actor().may(Permission.SEE_ALL):
        raise NotFound
    file = files.file(row.file_id)
    if file is None:
        raise NotFound
    return download(file)


def sheet_page(organisation: OrganisationView) -> str:
    """The sheet as it stands now."""
    actor, today = the_actor(), clock.day_of(clock.now())
    standing = queries.standing(queries.party_of(organisation), today, actor)
    return render_template(
        "aid/sheet.html",
        organisation=organisation,
        standing=standing,
        stated=queries.stated(organisation.id),
        history=queries.history([row.id for row in standing.rows if not row.closed]),
        ties=list(ties(standing.windows[0].check)),
        lacking=lacking(organisation, today),
        size=queries.sizes([organisation], today)[organisation.id],
        today=today,
        own=actor.organisation_id == organisation.id,
        may_manage=actor.may(Permission.MANAGE_AID),
        may_state=actor.may(Permission.MANAGE_AID) or actor.may(Permission.EDIT_APPLICATION),
        origin_labels=GRANT_ORIGIN_LABELS,
        link_labels=LINK_LABELS,
    )
