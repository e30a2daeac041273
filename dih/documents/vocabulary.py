"""The kinds of files that the platform takes."""

from __future__ import annotations

import enum

from dih.shared.wording import N_


class FileKind(enum.StrEnum):
    """A kind of file by its content."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    JPG = "jpg"
    PNG = "png"


FILE_KIND_LABELS = {
    FileKind.PDF: N_("PDF"),
    FileKind.DOCX: N_("Word document (docx)"),
    FileKind.XLSX: N_("Excel workbook (xlsx)"),
    FileKind.JPG: N_("JPEG image"),
    FileKind.PNG: N_("PNG image"),
}

MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.JPG: "image/jpeg",
    FileKind.PNG: "image/png",
}

ENDINGS = {
    FileKind.PDF: ("pdf",),
    FileKind.DOCX: ("docx",),
    FileKind.XLSX: ("xlsx",),
    FileKind.JPG: ("jpg", "jpeg"),
    FileKind.PNG: ("png",),
}
"""How the names of each kind end, in small letters."""
