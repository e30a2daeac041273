"""Attaching, taking out and downloading the documents of an application."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for

from dih.accounts.rules import local_path
from dih.applications import operations, queries
from dih.applications.rules import tasks
from dih.applications.views import Page, blueprint
from dih.applications.views.opening import opened_to_fill
from dih.applications.views.tasks import FILLS_IN, documents_page
from dih.documents import operations as documents
from dih.documents import queries as files
from dih.documents import storage
from dih.documents.download import download
from dih.shared import access, clock
from dih.shared.access import Permission
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work
from dih.shared.wording import N_

MEGABYTE = 1_000_000


@blueprint.post("/applications/<uuid:application_uuid>/documents/<key>")
@access.requires(*FILLS_IN)
def attach(application_uuid: UUID, key: str) -> Page:
    """Takes in one or more files for a document that the call asks for."""
    actor, now = the_actor(), clock.now()
    try:
        with unit_of_work():
            wanted = operations.check_may_attach(application_uuid, key, actor, now)
        uploads = [upload for upload in request.files.getlist("file") if upload.filename]
        if not uploads:
            raise BrokenRule.because(N_("“%(document)s”: choose a file first."), key, document=wanted.label)
        received = [
            storage.receive(upload.stream, upload.filename or "", wanted.kinds, wanted.max_mb * MEGABYTE, key)
            for upload in uploads
        ]
        with unit_of_work():
            for one in received:
                operations.attach(application_uuid, key, documents.keep(one, actor, now), actor, now)
    except BrokenRule as rule:
        return documents_page(opened_to_fill(application_uuid), rule.problems), 422
    return _back(application_uuid, key)


@blueprint.post("/applications/<uuid:application_uuid>/documents/<int(max=2147483647):attachment_id>/remove")
@access.requires(*FILLS_IN)
def remove(application_uuid: UUID, attachment_id: int) -> Page:
    """Takes a document out."""
    with unit_of_work():
        operations.remove(application_uuid, attachment_id, the_actor(), clock.now())
    return _back(application_uuid)


@blueprint.get("/applications/<uuid:application_uuid>/documents/<int(max=2147483647):attachment_id>")
@access.requires(Permission.SEE_APPLICATION)
def fetch(application_uuid: UUID, attachment_id: int) -> Response:
    """A document to save, for who reaches the application."""
    actor = the_actor()
    case = queries.find(application_uuid, actor, clock.day_of(clock.now()))
    found = queries.attachment(case.id, attachment_id, mine=actor.organisation_id == case.organisation_id)
    file = files.file(found.file_id) if found else None
    if file is None:
        raise NotFound
    return download(file)


def _back(application_uuid: UUID, key: str = "") -> Any:
    """To the page that the form stood on: the documents, or the clarification that asked for one."""
    own = url_for("applications.task", application_uuid=application_uuid, key=tasks.DOCUMENTS)
    target = local_path(request.form.get("back"), own)
    return redirect(f"{target}#a-{key}" if key else target)
