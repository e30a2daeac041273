"""Attaching documents."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy import func, select

from dih.applications.models import Application, AttachedDocument
from dih.applications.operations.loading import load_to_fill, open_fields
from dih.applications.rules import standing
from dih.calls.content import Document
from dih.extensions.database import db
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.wording import N_

MOST_FILES = 10
"""Files for one of the documents that a call asks for."""


def check_may_attach(application_uuid: uuid.UUID, key: str, actor: Actor, now: dt.datetime) -> Document:
    """The document that the call asks for under `key`, when a file may be attached for it now.

    Asked before the bytes are taken in. Raises NotFound for a document that the call does not ask for, and what
    `attach` raises.
    """
    application, call = load_to_fill(application_uuid, actor, now)
    return _asked_for(application, call.content.documents, key)


def attach(application_uuid: uuid.UUID, key: str, file_id: int, actor: Actor, now: dt.datetime) -> None:
    """Attaches a stored file for one of the documents that the call asks for."""
    application, call = load_to_fill(application_uuid, actor, now)
    _asked_for(application, call.content.documents, key)
    db.session.add(AttachedDocument(application_id=application.id, key=key, file_id=file_id, attached_at=now))


def remove(application_uuid: uuid.UUID, attachment_id: int, actor: Actor, now: dt.datetime) -> None:
    """Takes a document out of the application; submitted versions that name it keep the file."""
    application, _call = load_to_fill(application_uuid, actor, now)
    row = db.session.scalar(
        select(AttachedDocument).where(
            AttachedDocument.id == attachment_id, AttachedDocument.application_id == application.id
        )
    )
    if row is None:
        raise NotFound
    standing.check_unlocked([row.key], open_fields(application))
    row.removed_at = row.removed_at or now


def _asked_for(application: Application, documents: Collection[Document], key: str) -> Document:
    document = next((document for document in documents if document.key == key), None)
    if document is None:
        raise NotFound
    standing.check_unlocked([key], open_fields(application))
    attached = db.session.scalar(
        select(func.count())
        .select_from(AttachedDocument)
        .where(
            AttachedDocument.application_id == application.id,
            AttachedDocument.key == key,
            AttachedDocument.removed_at.is_(None),
        )
    )
    if attached is not None and attached >= MOST_FILES:
        raise BrokenRule.because(
            N_("“%(document)s” has %(most)s files already. Take one out first."),
            key,
            document=document.label,
            most=MOST_FILES,
        )
    return document
