"""Reads of stored files."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass, fields

from sqlalchemy import select

from dih.documents.models import StoredFile
from dih.extensions.database import db


@dataclass(frozen=True, slots=True)
class FileView:
    """A stored file. `size` is in bytes, `name` as people see it, `storage_name` as it lies on disk."""

    id: int
    uuid: uuid.UUID
    name: str
    kind: str
    size: int
    sha256: str
    storage_name: str
    uploaded_by: int | None
    uploaded_at: dt.datetime


_COLUMNS = [getattr(StoredFile, field.name) for field in fields(FileView)]


def file(file_id: int) -> FileView | None:
    """One stored file; who may read it is the caller's business."""
    return files([file_id]).get(file_id)


def files(ids: Collection[int]) -> dict[int, FileView]:
    """Stored files by id, in one query."""
    if not ids:
        return {}
    return {row.id: FileView(*row) for row in db.session.execute(select(*_COLUMNS).where(StoredFile.id.in_(ids)))}
