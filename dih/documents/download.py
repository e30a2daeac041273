"""A stored file as an answer. The caller has asked before whether this person may have it."""

from __future__ import annotations

from flask import Response, send_file

from dih.documents import storage
from dih.documents.queries import FileView
from dih.documents.vocabulary import MEDIA_TYPES, FileKind
from dih.shared.errors import NotFound


def download(file: FileView) -> Response:
    """The file to save, never to open inside the site. Raises NotFound when it is gone from the disk."""
    path = storage.path_of(file.storage_name)
    if not path.is_file():
        raise NotFound
    response = send_file(
        path,
        mimetype=MEDIA_TYPES[FileKind(file.kind)],
        as_attachment=True,
        download_name=file.name,
        conditional=True,
        etag=file.sha256,
        max_age=0,
    )
    response.cache_control.private = True
    response.cache_control.no_store = True
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
