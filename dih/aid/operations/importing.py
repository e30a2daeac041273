"""Aid granted by other hubs, from a CSV file: all of it or, where a line is wrong, nothing and every bad line named."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, select

from dih.aid.earlier import Earlier, PartyStated, read_earlier, read_party
from dih.aid.models import AidEntry, AidGrant
from dih.aid.operations.locking import enrol, hold
from dih.aid.operations.register import bring_in
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule, Problem
from dih.shared.wording import N_, Text

COLUMNS = ("number", "name", "basis", "day", "amount", "currency", "authority", "reference", "member_state")
MOST_LINES = 5_000
CORRECTED = N_(
    "The register has this grant with another sum or day. If it was corrected, strike it on the page of the enterprise "
    "and enter the new one there, with its document."
)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many grants are new, and how many the register had already."""

    new: int
    known: int


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    party: PartyStated
    earlier: Earlier

    @property
    def key(self) -> str:
        return self.earlier.key_for(self.party.number)


def import_csv(text: str, actor: Actor, now: dt.datetime) -> Imported:
    """Takes in a file with the heads of COLUMNS (comma or semicolon; `member_state` may be left out).

    A grant is known by enterprise, basis, authority and number and is taken once, however often a file is read; one
    that the register has with another sum or day is refused. Raises BrokenRule with every line that is wrong, and
    takes in nothing then.
    """
    lines = _read(text, clock.day_of(now))
    known = _known({line.key for line in lines})
    by_number = {line.party.number: line.party for line in lines if line.key not in known}
    ids = {number: enrol(number, by_number[number].name, by_number[number].kind, now) for number in sorted(by_number)}
    if ids:
        hold(set(ids.values()))
        known = _known({line.key for line in lines})  # somebody may have read the same file before the lock was ours
    problems = [
        _at(line.number, Problem("amount", Text(CORRECTED)))
        for line in lines
        if line.key in known and known[line.key] != (line.earlier.minor, line.earlier.currency, line.earlier.day)
    ]
    fresh = [line for line in lines if line.key not in known]
    for line in fresh:
        try:
            bring_in(ids[line.party.number], line.earlier, actor, now)
        except BrokenRule as rule:
            problems += [_at(line.number, problem) for problem in rule.problems]
    if problems:
        raise BrokenRule(*problems)
    return Imported(len(fresh), len(lines) - len(fresh))


def _known(keys: Collection[str]) -> dict[str, tuple[int, str, dt.date]]:
    """What the register has under these keys: hundredths, currency and day, as they were taken in."""
    rows = db.session.execute(
        select(AidGrant.external_key, AidGrant.minor, AidGrant.currency, AidEntry.day)
        .join(AidEntry, and_(AidEntry.grant_id == AidGrant.id, AidEntry.number == 1))
        .where(AidGrant.external_key.in_(keys))
    )
    return {row.external_key: (row.minor, row.currency, row.day) for row in rows}


def _read(text: str, today: dt.date) -> list[_Line]:
    head = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";" if ";" in head else ",", strict=True)
    try:
        heads = rows.fieldnames or ()
    except csv.Error as error:
        raise BrokenRule.because(N_("This is not CSV: %(why)s."), why=str(error)) from None
    missing = [name for name in COLUMNS[:-1] if name not in heads]
    if missing:
        raise BrokenRule.because(N_("The first line names no column: %(missing)s."), missing=", ".join(missing))
    found: list[_Line] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    try:
        for row in rows:
            try:
                fields = {name: value for name, value in row.items() if isinstance(value, str)}
                line = _line(rows.line_num, fields, today)
                if line.key in seen:
                    raise BrokenRule.because(N_("This grant stands in the file twice."), "reference")
                seen.add(line.key)
                found.append(line)
            except BrokenRule as rule:
                problems += [_at(rows.line_num, problem) for problem in rule.problems]
            if rows.line_num > MOST_LINES + 1:
                raise BrokenRule.because(N_("A file may have %(most)s lines at most. Divide it."), most=MOST_LINES)
    except csv.Error as error:
        problems.append(_at(rows.line_num, Problem("", Text(N_("This is not CSV: %(why)s."), {"why": error}))))
    if problems:
        raise BrokenRule(*problems)
    return found


def _line(number: int, fields: dict[str, str], today: dt.date) -> _Line:
    problems: list[Problem] = []
    party = earlier = None
    try:
        party = read_party(fields)
    except BrokenRule as rule:
        problems += rule.problems
    try:
        earlier = read_earlier(fields, today)
    except BrokenRule as rule:
        problems += rule.problems
    if party is None or earlier is None:
        raise BrokenRule(*problems)
    return _Line(number, party, earlier)


def _at(line: int, problem: Problem) -> Problem:
    words = Text(N_("Line %(line)s: %(problem)s"), {"line": line, "problem": problem.text})
    return Problem(problem.field, words)
