"""Files on disk under random names. No database here: uploads arrive before the transaction begins."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import current_app

from dih.documents import rules
from dih.documents.vocabulary import FileKind

CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has passed every check and lies on disk; nobody knows of it yet."""

    storage_name: str
    name: str
    kind: FileKind
    size: int
    sha256: str


def receive(stream: IO[bytes], filename: str, kinds: Collection[str], max_bytes: int, field: str = "file") -> Received:
    """Writes an upload to disk and looks into it.

    Raises BrokenRule naming `field`, and leaves nothing behind, when it is empty, above `max_bytes`, not of `kinds`
    by its content, of another kind than its name says, a bomb, damaged or with macros.
    """
    name = rules.clean_name(filename)
    storage_name = secrets.token_hex(16)
    path = path_of(storage_name)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        size, sha256 = _write(stream, path, max_bytes)
        rules.check_size(size, max_bytes, field)
        kind = rules.kind_of(path, name, [FileKind(kind) for kind in kinds], field)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Received(storage_name, name, kind, size, sha256)


def path_of(storage_name: str) -> Path:
    """Where a file lies."""
    return Path(current_app.config["DOCUMENT_FOLDER"]) / storage_name[:2] / storage_name


def stored_names() -> Iterator[Path]:
    """Every file on disk."""
    return Path(current_app.config["DOCUMENT_FOLDER"]).glob("??/*")


def _write(stream: IO[bytes], path: Path, max_bytes: int) -> tuple[int, str]:
    """Copies at most a chunk more than allowed: what is larger is refused anyway."""
    size, digest = 0, hashlib.sha256()
    with path.open("xb") as target:
        while size <= max_bytes and (chunk := stream.read(CHUNK)):
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    path.chmod(0o600)
    return size, digest.hexdigest()
