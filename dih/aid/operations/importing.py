"""Aid granted by other hubs, from a CSV file: all of it or, where a line is wrong, nothing and every bad line named."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass

from sqlalchemy import select

from dih.aid.earlier import Earlier, PartyStated, read_earlier, read_party
from dih.aid.models import AidGrant
from dih.aid.operations.locking import enrol, hold
from dih.aid.operations.register import bring_in
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule, Problem
from dih.shared.wording import N_, Text

COLUMNS = ("number", "name", "basis", "day", "amount", "currency", "authority", "reference", "member_state")
MOST_LINES = 5_000


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


def import_csv(text: str, actor: Actor, now: dt.datetime) -> Imported:
    """Takes in a file with the heads of COLUMNS (comma or semicolon; `member_state` may be left out).

    A grant that its authority and number tell apart is taken once, however often the file is read. Raises BrokenRule
    with every line that is wrong, and takes in nothing then.
    """
    lines = _read(text, clock.day_of(now))
    keys = {line.earlier.key for line in lines}
    known = set(db.session.scalars(select(AidGrant.external_key).where(AidGrant.external_key.in_(keys))))
    fresh = [line for line in lines if line.earlier.key not in known]
    by_number = {line.party.number: line.party for line in fresh}
    ids = {number: enrol(number, by_number[number].name, by_number[number].kind, now) for number in sorted(by_number)}
    if ids:
        hold(set(ids.values()))
    problems: list[Problem] = []
    for line in fresh:
        try:
            bring_in(ids[line.party.number], line.earlier, actor, now)
        except BrokenRule as rule:
            problems += [_at(line.number, problem) for problem in rule.problems]
    if problems:
        raise BrokenRule(*problems)
    return Imported(len(fresh), len(lines) - len(fresh))


def _read(text: str, today: dt.date) -> list[_Line]:
    head = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";" if ";" in head else ",", strict=True)
    missing = [name for name in COLUMNS[:-1] if name not in (rows.fieldnames or ())]
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
                if line.earlier.key in seen:
                    raise BrokenRule.because(N_("This grant stands in the file twice."), "reference")
                seen.add(line.earlier.key)
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
