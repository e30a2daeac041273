"""Reads what a bank says came in: a CSV of ours, or camt.053 (ISO 20022). Pure, and distrustful of the file.

Only booked credits are taken. The CSV has the heads of COLUMNS, semicolon or comma; amounts as people write them.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from dih.shared import texts
from dih.shared.currency import CURRENCIES
from dih.shared.errors import BrokenRule, Problem
from dih.shared.money import parse_cents
from dih.shared.wording import N_, Text

COLUMNS = ("day", "amount", "currency", "payer", "iban", "details", "bank_reference")
MOST_BYTES = 5_000_000
MOST_LINES = 5_000
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Line:
    """Money that came in: `minor` hundredths of `currency`. `bank_reference` is the bank's own name for the booking.

    `account` is the IBAN of the statement, "" where it names none. `occurrence` counts bookings of one file that are
    alike in all: each is money of its own.
    """

    booked_on: dt.date
    minor: int
    currency: str
    payer: str
    iban: str
    words: str
    bank_reference: str
    account: str = ""
    occurrence: int = 1

    @property
    def fingerprint(self) -> str:
        """What tells this booking from every other one, also when another statement repeats it."""
        parts = (
            self.bank_reference or f"{self.payer}|{self.words}",
            self.iban,
            self.booked_on.isoformat(),
            self.minor,
            self.currency,
            self.occurrence,
        )
        return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def read(content: bytes) -> list[Line]:
    """The credits of a statement. Raises BrokenRule (field `file`) that names the lines it cannot read."""
    if len(content) > MOST_BYTES:
        raise BrokenRule.because(N_("This file is larger than a statement can be."), "file")
    is_xml = content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    lines = list(_from_camt(content)) if is_xml else _from_csv(content)
    if len(lines) > MOST_LINES:
        raise BrokenRule.because(N_("This file is larger than a statement can be."), "file")
    alike: Counter[str] = Counter()
    for place, line in enumerate(lines):
        alike[line.fingerprint] += 1
        lines[place] = replace(line, occurrence=alike[line.fingerprint])
    return lines


def _from_csv(content: bytes) -> list[Line]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BrokenRule.because(N_("This file is neither a camt.053 nor a CSV in UTF-8."), "file") from None
    first = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",", strict=True)
    try:
        if rows.fieldnames is None or not {"day", "amount", "details"} <= {name.strip() for name in rows.fieldnames}:
            raise BrokenRule.because(
                N_("The first line of the CSV must name its columns: %(columns)s."), "file", columns=", ".join(COLUMNS)
            )
        lines, problems = [], []
        for row in rows:
            values = {(key or "").strip(): (value or "") for key, value in row.items() if isinstance(value, str)}
            try:
                line = _from_row(values)
            except ValueError:
                words = N_(
                    "Line %(line)s cannot be read: it needs a day such as 2026-11-23, an amount such as 1.234,56 and "
                    "the letters of a currency, such as EUR."
                )
                problems.append(Problem("file", Text(words, {"line": rows.line_num})))
            else:
                lines += [line] if line else []
    except csv.Error:
        raise BrokenRule.because(N_("This file is neither a camt.053 nor a CSV in UTF-8."), "file") from None
    if problems:
        raise BrokenRule(*problems[:MOST_PROBLEMS])
    return lines


def _from_row(row: dict[str, str]) -> Line | None:
    """One line of the CSV; None for money that went out. Raises ValueError."""
    amount = row.get("amount", "").strip()
    if amount.startswith(("-", "−")):
        return None
    try:
        minor = parse_cents(amount)
    except BrokenRule:
        raise ValueError("no amount") from None
    return _line(
        row.get("day", ""),
        minor,
        row.get("currency", "") or "EUR",
        row.get("payer", ""),
        row.get("iban", ""),
        row.get("details", ""),
        row.get("bank_reference", ""),
    )


def _from_camt(content: bytes) -> Iterator[Line]:
    """The booked credits of a camt.053, whatever its version: elements are found by their names."""
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError):
        raise BrokenRule.because(N_("This XML cannot be read as a bank statement."), "file") from None
    if not any(True for _ in root.iterfind(".//{*}BkToCstmrStmt")):
        raise BrokenRule.because(N_("This XML is no camt.053 statement."), "file")
    entries = (
        (_iban(_text(statement, "Acct/Id/IBAN")), entry)
        for statement in root.iterfind(".//{*}Stmt")
        for entry in statement.iterfind("{*}Ntry")
    )
    for number, (account, entry) in enumerate(entries, 1):
        status = _text(entry, "Sts/Cd") or _text(entry, "Sts/Prtry") or _text(entry, "Sts")
        if _text(entry, "RvslInd") in ("true", "1") or status not in ("BOOK", ""):
            continue
        try:
            yield from _of_entry(entry, account)
        except (ValueError, AttributeError):
            raise BrokenRule.because(N_("Entry %(number)s cannot be read."), "file", number=number) from None


def _of_entry(entry: Any, account: str) -> Iterator[Line]:
    """The credits of a booking: of one that stands for several payments, or nets them, each by itself."""
    day = re.sub(r"(Z|[+-]\d\d:\d\d)$", "", _text(entry, "BookgDt/Dt")) or _text(entry, "BookgDt/DtTm")[:10]
    details = entry.findall("{*}NtryDtls/{*}TxDtls") or [entry]
    for detail in details:
        if (_text(detail, "CdtDbtInd") or _text(entry, "CdtDbtInd")) != "CRDT":
            continue
        amount = detail.find("{*}Amt") if detail.find("{*}Amt") is not None else entry.find("{*}Amt")
        if len(details) > 1 and amount is entry.find("{*}Amt"):
            amount = detail.find("{*}AmtDtls/{*}TxAmt/{*}Amt")
        name = _text(detail, "Refs/AcctSvcrRef") or _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
        names = (name, _text(detail, "Refs/TxId"), _text(detail, "Refs/EndToEndId").replace("NOTPROVIDED", ""))
        yield _line(
            day,
            _minor(amount.text or ""),
            amount.get("Ccy", ""),
            _text(detail, "RltdPties/Dbtr/Nm") or _text(detail, "RltdPties/Dbtr/Pty/Nm"),
            _text(detail, "RltdPties/DbtrAcct/Id/IBAN"),
            " ".join(
                part.text or ""
                for path in ("{*}RmtInf/{*}Ustrd", "{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref", "{*}AddtlTxInf")
                for part in detail.iterfind(path)
            ),
            "/".join(filter(None, names)),
            account,
        )


def _line(
    day: str, minor: int, currency: str, payer: str, iban: str, words: str, bank_reference: str, account: str = ""
) -> Line:
    if minor <= 0 or currency.strip().upper() not in CURRENCIES:
        raise ValueError("no amount")
    return Line(
        _day(day.strip()),
        minor,
        currency.strip().upper(),
        _clean(payer, 200),
        _iban(iban),
        _clean(words, 500),
        _clean(bank_reference, 120),
        account,
    )


def _iban(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())[:34]


def _day(text: str) -> dt.date:
    if match := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(20\d{2})", text, re.ASCII):
        return dt.date(int(match[3]), int(match[2]), int(match[1]))
    if not re.fullmatch(r"20\d{2}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError("no day of this century")
    return dt.date.fromisoformat(text)


def _minor(text: str) -> int:
    if not re.fullmatch(r"\d{1,13}(\.\d{1,5})?", text.strip(), re.ASCII):
        raise ValueError("no amount")
    value = Decimal(text.strip()) * 100
    if value != value.to_integral_value():
        raise ValueError("no amount")
    return int(value)


def _text(element: Any, path: str) -> str:
    found = element.find("/".join(f"{{*}}{part}" for part in path.split("/")))
    return (found.text or "").strip() if found is not None else ""


def _clean(text: str, most: int) -> str:
    return " ".join(texts.plain(text).split())[:most]
