"""The statement of a budget line for a span of days: balances at both ends and every move between, as rows or PDF.

It covers the line and all lines below it: what is reserved and spent below counts, what is only allocated does not.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from flask_babel import gettext
from sqlalchemy import ColumnElement, and_, case, func, or_, select

from dih.applications.models import Application
from dih.applications.queries import closed_to
from dih.budget import queries as budget
from dih.budget.queries import ENTRIES
from dih.budget.rules import Line, with_all_below
from dih.budget.vocabulary import MOVE_LABELS, Account, MoveKind
from dih.extensions.database import db
from dih.organisations.closed import CLOSED
from dih.shared import clock
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.export import Cents, Table
from dih.shared.speech import euro, language, local, say
from dih.shared.typesetting import typeset
from dih.shared.wording import N_

_TEMPLATE = Path(__file__).parent / "statement.typ"


@dataclass(frozen=True, slots=True)
class Balance:
    """What a line holds, in cents; free is what is neither reserved nor spent, allocated below or not."""

    ceiling_cents: int = 0
    reserved_cents: int = 0
    spent_cents: int = 0

    @property
    def free_cents(self) -> int:
        return self.ceiling_cents - self.reserved_cents - self.spent_cents

    def __add__(self, other: Balance) -> Balance:
        return Balance(
            self.ceiling_cents + other.ceiling_cents,
            self.reserved_cents + other.reserved_cents,
            self.spent_cents + other.spent_cents,
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """One move: by how much each figure changed, and what was free after it, in cents.

    Where a conflict of interest has the case `closed` to the reader, the move does not tell which one it is.
    """

    at: dt.datetime
    kind: MoveKind
    reference: str | None
    case_uuid: uuid.UUID | None
    reason: str
    change: Balance
    free_after_cents: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """A line from the beginning of `first` to the end of `last`, days in Bucharest."""

    line: Line
    first: dt.date
    last: dt.date
    opening: Balance
    moves: Sequence[Moved]
    closing: Balance


def statement(line_code: str, first: dt.date, last: dt.date, actor: Actor, today: dt.date) -> Statement:
    """The statement of a line as the actor may read it, in three queries.

    Raises NotFound for no line, BrokenRule for days in disorder.
    """
    if last < first:
        raise BrokenRule.because(N_("The last day lies before the first one."))
    lines = budget.lines()
    line = next((one for one in lines if one.code == line_code), None)
    if line is None:
        raise NotFound
    begins, ends = clock.start_of_day(first), clock.start_of_day(last + dt.timedelta(days=1))
    mine = _counting(line, with_all_below(lines, line.id))
    before = db.session.execute(select(*_FIGURES).where(mine, ENTRIES.c.at < begins)).one()
    opening = running = _balance(before)
    rows = db.session.execute(
        select(
            *_FIGURES,
            ENTRIES.c.at,
            ENTRIES.c.kind,
            Application.reference,
            Application.uuid,
            ENTRIES.c.reason,
            closed_to(actor, today).label("closed"),
        )
        .outerjoin(Application, Application.id == ENTRIES.c.application_id)
        .where(mine, ENTRIES.c.at >= begins, ENTRIES.c.at < ends)
        .group_by(
            ENTRIES.c.move_id,
            ENTRIES.c.at,
            ENTRIES.c.kind,
            Application.id,
            Application.organisation_id,
            Application.reference,
            Application.uuid,
            ENTRIES.c.reason,
        )
        .order_by(ENTRIES.c.at, ENTRIES.c.move_id)
    )
    moves = []
    for row in rows:
        change = _balance(row)
        if change != Balance():
            running += change
            moved = Moved(
                row.at, row.kind, row.reference, row.uuid, row.reason, change, running.free_cents, bool(row.closed)
            )
            moves.append(replace(moved, reference=None, case_uuid=None, reason="") if moved.closed else moved)
    return Statement(line, first, last, opening, moves, running)


def _counting(line: Line, ids: set[int]) -> ColumnElement[bool]:
    own_ceiling = and_(ENTRIES.c.account == Account.FUNDING, ENTRIES.c.line_id == line.id)
    below = and_(ENTRIES.c.account.in_([Account.RESERVED, Account.SPENT]), ENTRIES.c.line_id.in_(ids))
    return or_(own_ceiling, below)


def _sum(account: Account) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((ENTRIES.c.account == account, ENTRIES.c.amount_cents), else_=0)), 0)


_FIGURES = [
    (-_sum(Account.FUNDING)).label("ceiling"),
    _sum(Account.RESERVED).label("reserved"),
    _sum(Account.SPENT).label("spent"),
]


def _balance(row: Any) -> Balance:
    return Balance(int(row.ceiling), int(row.reserved), int(row.spent))


def table(shown: Statement) -> Table:
    """The statement as rows for CSV or XLSX, in the reader's language."""
    heads = [gettext("Moment"), gettext("Move"), gettext("Application"), gettext("Reason"), gettext("Ceiling")]

    def row(when: Any, words: str, reference: str | None, reason: str, change: Balance, free: int) -> Sequence[Any]:
        figures = (change.ceiling_cents, change.reserved_cents, change.spent_cents, free)
        return when, words, reference, reason, *(Cents(cents) for cents in figures)

    opening = row(shown.first, gettext("Balance at the beginning"), None, "", shown.opening, shown.opening.free_cents)
    closing = row(shown.last, gettext("Balance at the end"), None, "", shown.closing, shown.closing.free_cents)
    moves = [
        row(
            one.at,
            say(MOVE_LABELS[one.kind]),
            say(CLOSED) if one.closed else one.reference,
            one.reason,
            one.change,
            one.free_after_cents,
        )
        for one in shown.moves
    ]
    return Table(
        "statement", [*heads, gettext("Reserved"), gettext("Spent"), gettext("Free after")], [opening, *moves, closing]
    )


def pdf(shown: Statement, made_at: dt.datetime) -> bytes:
    """The statement as PDF/A-2a in the reader's language; the same statement and moment give the same bytes."""
    spoken = language()
    return typeset(_TEMPLATE, _printed(shown, made_at, spoken), made_at)


def _printed(shown: Statement, made_at: dt.datetime, spoken: str) -> dict[str, Any]:
    def day(value: dt.date) -> str:
        return format_date(value, "d MMM y", locale=spoken)

    def figures(change: Balance, free: int) -> list[str]:
        return [euro(cents) for cents in (change.ceiling_cents, change.reserved_cents, change.spent_cents, free)]

    return {
        "language": spoken,
        "title": gettext("Statement of the budget line %(code)s", code=shown.line.code),
        "name": local(shown.line.name),
        "span": gettext("From %(first)s to %(last)s", first=day(shown.first), last=day(shown.last)),
        "note": gettext("The line and all lines below it. Amounts in euro. Days are days in Bucharest."),
        "emblem": gettext("Co-funded by the European Union"),
        "made_words": gettext("Made on %(moment)s", moment=_moment(made_at, spoken)),
        "heads": [say(head) for head in _HEADS],
        "opening": [gettext("Balance at the beginning"), *figures(shown.opening, shown.opening.free_cents)],
        "closing": [gettext("Balance at the end"), *figures(shown.closing, shown.closing.free_cents)],
        "moves": [
            [
                _moment(one.at, spoken),
                say(MOVE_LABELS[one.kind]),
                say(CLOSED) if one.closed else one.reference or one.reason,
                *figures(one.change, one.free_after_cents),
            ]
            for one in shown.moves
        ],
    }


def _moment(at: dt.datetime, spoken: str) -> str:
    return format_datetime(at.astimezone(clock.BUCHAREST), "d MMM y, HH:mm", locale=spoken)


_HEADS = (N_("Moment"), N_("Move"), N_("About"), N_("Ceiling"), N_("Reserved"), N_("Spent"), N_("Free after"))
