"""Rows as files: CSV for any program, XLSX for Excel. What looks like a formula stays text."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dih.shared import clock
from dih.shared.money import plain


@dataclass(frozen=True, slots=True)
class Cents:
    """An amount in a row: a number with two decimals in the file."""

    cents: int


@dataclass(frozen=True, slots=True)
class Table:
    """What is exported: a name for the file, the heads of the columns and the rows."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark and semicolons, so that Excel opens it as it is."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_safe(head) for head in table.heads])
    writer.writerows([_safe(value) for value in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table) -> bytes:
    """A workbook with one sheet, amounts as numbers, days as days, moments as they are read in Bucharest."""
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "constant_memory": False, "strings_to_formulas": False, "strings_to_urls": False}
    )
    money, day, moment = (
        book.add_format({"num_format": look}) for look in ("#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss")
    )
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(table.name[:31])
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(table.heads):
        sheet.write_string(0, column, head, bold)
    for index, row in enumerate(table.rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, Cents):
                sheet.write_number(index, column, value.cents / 100, money)
            elif isinstance(value, dt.datetime):
                sheet.write_datetime(index, column, value.astimezone(clock.BUCHAREST).replace(tzinfo=None), moment)
            elif isinstance(value, dt.date):
                sheet.write_datetime(index, column, dt.datetime.combine(value, dt.time()), day)
            elif isinstance(value, int | Decimal) and not isinstance(value, bool):
                sheet.write_number(index, column, value)
            elif value is not None:
                sheet.write_string(index, column, str(value))
    sheet.autofit()
    book.close()
    return file.getvalue()


KINDS: dict[str, tuple[Callable[[Table], bytes], str]] = {
    "csv": (as_csv, "text/csv"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def _safe(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, Cents):
        return plain(value.cents)
    if isinstance(value, dt.datetime):
        return value.astimezone(clock.BUCHAREST).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value
