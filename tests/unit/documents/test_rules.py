"""What an upload must be."""

import io
import zipfile

import pytest

from dih.documents import rules
from dih.documents.vocabulary import ENDINGS, FILE_KIND_LABELS, MEDIA_TYPES, FileKind
from dih.shared.errors import BrokenRule
from tests.support import uploads

ALL = list(FileKind)


def kind(tmp_path, content: bytes, name: str, kinds=ALL):
    file = tmp_path / "upload"
    file.write_bytes(content)
    return rules.kind_of(file, name, kinds, "file")


def test_every_kind_has_its_words():
    assert set(FILE_KIND_LABELS) == set(MEDIA_TYPES) == set(ENDINGS) == set(FileKind)


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (uploads.PDF, "Raport.PDF", FileKind.PDF),
        (uploads.JPG, "poza.jpeg", FileKind.JPG),
        (uploads.PNG, "poza.png", FileKind.PNG),
        (uploads.docx(), "cerere.docx", FileKind.DOCX),
        (uploads.xlsx(), "bilanț.xlsx", FileKind.XLSX),
    ],
)
def test_the_kind_is_read_from_the_content(tmp_path, content, name, found):
    assert kind(tmp_path, content, name) is found


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (uploads.EXE, "raport.pdf", "can't tell what kind"),
        (b"hello", "note.pdf", "can't tell what kind"),
        (b"<svg onload=alert(1)>", "poza.png", "can't tell what kind"),
        (uploads.packed({"a.txt": b"a"}), "raport.docx", "can't tell what kind"),
        (uploads.docx(), "raport.pdf", "does not end in .docx"),
        (uploads.PDF, "raport.pdf.exe", "does not end in .pdf"),
        (uploads.PDF, "raport", "does not end in .pdf"),
        (uploads.docx({"word/vbaProject.bin": b"x"}), "raport.docx", "macros"),
        (uploads.docx()[:-40], "raport.docx", "damaged"),
        (uploads.docx().replace(b"<w:document", b"<w:dOcument"), "raport.docx", "damaged"),
        (uploads.bomb(), "raport.docx", "unpacks to far more"),
        (uploads.packed({f"{n}.txt": b"" for n in range(5001)}), "raport.docx", "unpacks to far more"),
    ],
)
def test_what_is_not_as_it_should_be_is_refused_with_the_reason(tmp_path, content, name, words):
    with pytest.raises(BrokenRule, match=words):
        kind(tmp_path, content, name)


def test_a_kind_that_the_call_does_not_take_is_refused_by_name(tmp_path):
    with pytest.raises(BrokenRule, match=r"Word document \(docx\). We take: PDF, PNG"):
        kind(tmp_path, uploads.docx(), "cerere.docx", [FileKind.PNG, FileKind.PDF])


def test_a_locked_package_is_refused(tmp_path):
    buffer = io.BytesIO(uploads.docx())
    with zipfile.ZipFile(buffer) as package:
        offset = package.infolist()[0].header_offset
    content = bytearray(buffer.getvalue())
    content[offset + 6] |= 1
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1
    with pytest.raises(BrokenRule, match="damaged or locked"):
        kind(tmp_path, bytes(content), "cerere.docx")


@pytest.mark.parametrize(("size", "words"), [(0, "empty"), (5_000_001, "larger than 5 MB")])
def test_sizes(size, words):
    rules.check_size(5_000_000, 5_000_000, "file")
    with pytest.raises(BrokenRule, match=words):
        rules.check_size(size, 5_000_000, "file")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Bilanț 2025.pdf", "Bilanț 2025.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\acte\\cerere.docx", "cerere.docx"),
        ("fisier\u202efdp.exe", "fisierfdp.exe"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("  .  ", "document"),
        ("", "document"),
        ("<b>x</b>.pdf", "b>.pdf"),
        ("a" * 300 + ".pdf", "a" * 251 + ".pdf"),
    ],
)
def test_names_are_kept_for_people_without_what_deceives(given, kept):
    assert rules.clean_name(given) == kept
    assert len(rules.clean_name(given)) <= rules.LONGEST_NAME
