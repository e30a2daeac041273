"""Small files of each kind, and some that are not what they say."""

from __future__ import annotations

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
JPG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
EXE = b"MZ\x90\x00" + b"\x00" * 60


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip with these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content, zipfile.ZIP_STORED if len(content) < 1000 else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def docx(more: dict[str, bytes] | None = None) -> bytes:
    """The least that is a Word document."""
    kind = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return packed({"[Content_Types].xml": _types(kind), "word/document.xml": b"<w:document/>", **(more or {})})


def xlsx() -> bytes:
    """The least that is an Excel workbook."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return packed({"[Content_Types].xml": _types(kind), "xl/workbook.xml": b"<workbook/>"})


def bomb() -> bytes:
    """A Word document of some kB that unpacks to 60 MB."""
    return docx({"word/media/image1.png": b"\x00" * 60_000_000})


def _types(kind: bytes) -> bytes:
    return b'<Types><Override PartName="/main" ContentType="' + kind + b'"/></Types>'
