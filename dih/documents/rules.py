"""What an upload must be: its name, its size, its true kind, and nothing hidden in its packing."""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import IO

import filetype

from dih.documents.vocabulary import ENDINGS, FILE_KIND_LABELS, FileKind
from dih.shared.errors import BrokenRule
from dih.shared.wording import N_, Text

LONGEST_NAME = 255
MEGABYTE = 1_000_000

MOST_UNPACKED = 200 * MEGABYTE
MOST_PARTS = 5_000
MOST_RATIO = 100
"""A packed file may grow to a hundred times its size; real documents stay below thirty."""
RATIO_COUNTS_FROM = 10 * MEGABYTE
"""Below this many bytes unpacked, a high ratio harms nobody: short texts repeat themselves."""

_PACKAGES = {
    FileKind.DOCX: b"wordprocessingml.document.main+xml",
    FileKind.XLSX: b"spreadsheetml.sheet.main+xml",
}
"""What the table of contents of an Office file says it is."""


def clean_name(name: str) -> str:
    """A file's name for people: as given, without folders, control and direction marks, at most 255 characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    stem, dot, ending = shown.strip(" .").rpartition(".")
    if not dot:
        return ending[:LONGEST_NAME] or "document"
    return f"{stem[: LONGEST_NAME - len(ending[:10]) - 1]}.{ending[:10]}"


def check_size(size: int, max_bytes: int, field: str) -> None:
    """Raises BrokenRule for an empty file and for one above `max_bytes`."""
    if size == 0:
        raise BrokenRule.because(N_("This file is empty. Choose the right one."), field)
    if size > max_bytes:
        raise BrokenRule.because(
            N_("This file is larger than %(most)s MB. Make it smaller or divide it."),
            field,
            most=f"{max_bytes / MEGABYTE:g}",
        )


def kind_of(file: Path, name: str, kinds: Collection[FileKind], field: str) -> FileKind:
    """The kind of a file by its content. Raises BrokenRule unless it is among `kinds` and `name` ends accordingly."""
    kind = _true_kind(file, field)
    names = ", ".join(taken.value.upper() for taken in FileKind if taken in kinds)
    wanted = Text(N_("We take: %(kinds)s."), {"kinds": names})
    if kind is None:
        raise BrokenRule.because(N_("We can't tell what kind of file this is. %(wanted)s"), field, wanted=wanted)
    label = Text(FILE_KIND_LABELS[kind])
    if kind not in kinds:
        raise BrokenRule.because(N_("This file is a %(kind)s. %(wanted)s"), field, kind=label, wanted=wanted)
    if name.rpartition(".")[2].lower() not in ENDINGS[kind]:
        raise BrokenRule.because(
            N_("The content is a %(kind)s, but the name does not end in .%(ending)s. Check that it is the right file."),
            field,
            kind=label,
            ending=ENDINGS[kind][0],
        )
    return kind


def _true_kind(file: Path, field: str) -> FileKind | None:
    guess = filetype.guess_extension(str(file))
    if guess in ("zip", "docx", "xlsx", "pptx"):
        return _packed_kind(file, field)
    return FileKind(guess) if guess in (FileKind.PDF, FileKind.JPG, FileKind.PNG) else None


def check_package(
    file: Path | IO[bytes], size: int, field: str, most_unpacked: int = MOST_UNPACKED
) -> tuple[bytes, list[str]]:
    """The table of contents of an Office file and the names of its parts, all of which were read to their end.

    `size` is that of the packed file, both in bytes. Raises BrokenRule for a package that is damaged or locked, and
    for one that unpacks to more than `most_unpacked` or to far more than real documents do.
    """
    damaged = BrokenRule.because(N_("This file is damaged or locked with a password. Save it again and retry."), field)
    try:
        with zipfile.ZipFile(file) as package:
            parts = package.infolist()
            if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
                raise damaged
            _check_packing(parts, size, field, most_unpacked)
            return _unpack(package, parts), [part.filename for part in parts]
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError):
        raise damaged from None


def _packed_kind(file: Path, field: str) -> FileKind | None:
    """Which Office file a package is; None for another package. Refuses bombs, macros, damaged and locked packages."""
    contents, names = check_package(file, file.stat().st_size, field)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise BrokenRule.because(N_("This file carries macros. Save it without macros and retry."), field)
    return next((kind for kind, mark in _PACKAGES.items() if mark in contents), None)


def _check_packing(parts: list[zipfile.ZipInfo], packed: int, field: str, most_unpacked: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    swells = unpacked > RATIO_COUNTS_FROM and unpacked > packed * MOST_RATIO
    if len(parts) > MOST_PARTS or unpacked > most_unpacked or swells:
        raise BrokenRule.because(N_("This file unpacks to far more than it should. Save it again and retry."), field)


def _unpack(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bytes:
    """The table of contents. Every part is read to its end, so that a lie about sizes shows as damage."""
    contents = b""
    for part in parts:
        with package.open(part) as stream:
            if part.filename == "[Content_Types].xml":
                contents = stream.read(MEGABYTE)
            _drain(stream)
    return contents


def _drain(stream: IO[bytes]) -> None:
    while stream.read(MEGABYTE):
        pass
