"""One's open reviews as a workbook to fill in without a connection, and read back; knows no database and no request.

A row asks for one mark, remark or comment; the first three columns say to which review, in which version, and to which
field of its form it belongs.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dih.calls.grid import Grid
from dih.documents.rules import check_package
from dih.reviews.rules import scoring
from dih.reviews.rules.scoring import Draft
from dih.shared.errors import BrokenRule
from dih.shared.wording import N_, Text

MOST_BYTES = 2_000_000
MOST_UNPACKED = 10_000_000
MOST_ROWS = 20_000
HEADS = (
    N_("Review (leave as it is)"),
    N_("Version (leave as it is)"),
    N_("Field (leave as it is)"),
    N_("Application"),
    N_("Organisation"),
    N_("What is asked"),
    N_("Points from 0 to"),
    N_("Your answer"),
)
WIDTHS = (12, 8, 12, 16, 30, 50, 12, 70)


@dataclass(frozen=True, slots=True)
class OpenReview:
    """An open review as the workbook shows it."""

    uuid: UUID
    version: int
    reference: str
    organisation: str
    grid: Grid
    draft: Draft


@dataclass(frozen=True, slots=True)
class Filled:
    """What came back for one review: the version that was downloaded, and texts by the names of the form's fields."""

    uuid: UUID
    version: int
    typed: dict[str, str]


def workbook(reviews: Sequence[OpenReview], say: Callable[[Any], str]) -> bytes:
    """The workbook; `say` puts words and bilingual names into the reader's language."""
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, plain, answer = (
        book.add_format({"text_wrap": True, "valign": "top", **more})
        for more in ({"bold": True}, {}, {"bg_color": "#FFF8E1", "border": 1})
    )
    sheet = book.add_worksheet("DIH4Society")
    sheet.freeze_panes(1, 0)
    for column, (head, width) in enumerate(zip(HEADS, WIDTHS, strict=True)):
        sheet.write_string(0, column, say(head), bold)
        sheet.set_column(column, column, width)
    rows = (row for review in reviews for row in _rows(review, say))
    for index, row in enumerate(rows, start=1):
        for column, value in enumerate(row[:-1]):
            sheet.write(index, column, value, plain)
        sheet.write_string(index, len(row) - 1, row[-1], answer)
    book.close()
    return file.getvalue()


def filled(stored: bytes) -> list[Filled]:
    """What the uploaded workbook says. Raises BrokenRule for a file that is too large or not one of ours."""
    import openpyxl

    if len(stored) > MOST_BYTES:
        raise BrokenRule.because(N_("This file is too large for a review form."), "file")
    check_package(io.BytesIO(stored), len(stored), "file", MOST_UNPACKED)
    found: dict[UUID, dict[str, str]] = defaultdict(dict)
    versions: dict[UUID, int] = {}
    try:
        sheet = openpyxl.load_workbook(io.BytesIO(stored), read_only=True, data_only=True).worksheets[0]
        for row in sheet.iter_rows(min_row=2, max_row=MOST_ROWS, max_col=len(HEADS), values_only=True):
            if row[0]:
                uuid = UUID(str(row[0]))
                versions[uuid] = int(str(row[1]))
                found[uuid][str(row[2])] = _text(row[-1])
    except Exception as error:
        # Files that are broken inside break the reader in ways that it does not promise to tell.
        raise BrokenRule.because(
            N_("This file is not the form that was downloaded here. Nothing was read."), "file"
        ) from error
    if not found:
        raise BrokenRule.because(N_("This file is not the form that was downloaded here. Nothing was read."), "file")
    return [Filled(uuid, versions[uuid], typed) for uuid, typed in found.items()]


def _rows(review: OpenReview, say: Callable[[Any], str]) -> list[tuple[Any, ...]]:
    typed = scoring.as_typed(review.draft)
    head = (str(review.uuid), review.version)
    tail = (review.reference, review.organisation)
    rows: list[tuple[Any, ...]] = []
    for criterion in review.grid.criteria:
        for asked in scoring.asked_in(criterion):
            name = scoring.MARK + asked.key
            rows.append((*head, name, *tail, say(asked.label), asked.max_points, typed.get(name, "")))
        name = scoring.REMARK + criterion.key
        words = say(Text(N_("Remark: %(name)s"), {"name": criterion.label}))
        rows.append((*head, name, *tail, words, "", typed.get(name, "")))
    rows.append((*head, scoring.COMMENT, *tail, say(N_("Comment on the whole")), "", typed.get(scoring.COMMENT, "")))
    return rows


def _text(value: Any) -> str:
    """A cell as it was typed; a whole number that the program keeps as 3.0 is 3."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
