"""Verbs about stored files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import IO

from dih.documents import storage
from dih.documents.models import StoredFile
from dih.documents.storage import Received
from dih.extensions.database import db
from dih.shared.access import Actor


def store(
    stream: IO[bytes],
    filename: str,
    kinds: Collection[str],
    max_bytes: int,
    actor: Actor,
    now: dt.datetime,
    field: str = "file",
) -> int:
    """Receives a small file and keeps it, in one go; returns its id. Refuses as `storage.receive` does.

    Views receive uploads first and `keep` them in the transaction, which then stays short.
    """
    return keep(storage.receive(stream, filename, kinds, max_bytes, field), actor, now)


def keep(received: Received, actor: Actor, now: dt.datetime) -> int:
    """Makes a received file known and returns its id. The caller keeps the reference, and says who may read it."""
    file = StoredFile(
        name=received.name,
        kind=received.kind.value,
        size=received.size,
        sha256=received.sha256,
        storage_name=received.storage_name,
        uploaded_by=actor.person_id,
        uploaded_at=now,
    )
    db.session.add(file)
    db.session.flush()
    return file.id
