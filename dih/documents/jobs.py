"""Timed work: files that no transaction has kept are removed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from dih.documents import storage
from dih.documents.models import StoredFile
from dih.extensions.database import db
from dih.shared.jobs import Job

SPARED = dt.timedelta(days=1)
"""A file this young may belong to a transaction that is still open."""

_AT_ONCE = 500


def remove_orphans(now: dt.datetime) -> None:
    """Deletes files on disk that are older than a day and that no row names."""
    oldest_spared = (now - SPARED).timestamp()
    aged = [path for path in storage.stored_names() if path.stat().st_mtime < oldest_spared]
    for start in range(0, len(aged), _AT_ONCE):
        part = aged[start : start + _AT_ONCE]
        names = select(StoredFile.storage_name).where(StoredFile.storage_name.in_([path.name for path in part]))
        known = set(db.session.scalars(names))
        for path in part:
            if path.name not in known:
                path.unlink(missing_ok=True)


JOBS = [Job("documents.remove_orphans", 6 * 3600, remove_orphans)]
