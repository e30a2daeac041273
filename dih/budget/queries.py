"""Reads of the envelope for screens and for the rooms above."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased

from dih.accounts.models import Person
from dih.budget.models import BudgetEntry, BudgetLine, BudgetMove, LineChange
from dih.budget.rules import Hands, Line, second_needed
from dih.budget.settings import FOUR_EYES_EURO
from dih.budget.vocabulary import CEILING_MOVES, Account, ChangeStatus, MoveKind
from dih.extensions.database import db
from dih.shared import clock, settings
from dih.shared.access import Actor, Permission

_COLUMNS = [getattr(BudgetLine, name) for name in Line.__dataclass_fields__]

ENTRIES = (
    select(
        BudgetEntry.id,
        BudgetEntry.move_id,
        BudgetEntry.line_id,
        BudgetMove.at,
        BudgetMove.kind,
        BudgetMove.application_id,
        BudgetMove.reason,
        BudgetLine.code.label("line_code"),
        BudgetLine.name.label("line_name"),
        BudgetEntry.account,
        BudgetEntry.amount_cents,
        BudgetEntry.partner_id,
        BudgetEntry.category,
        BudgetEntry.target_group,
        BudgetEntry.county,
        BudgetEntry.month,
    )
    .outerjoin(BudgetMove, BudgetMove.id == BudgetEntry.move_id)
    .outerjoin(BudgetLine, BudgetLine.id == BudgetEntry.line_id)
    .subquery("entries")
)
"""The ledger's entries for rooms above to join and filter; they never touch the tables themselves."""

FREE = select(
    BudgetLine.id.label("line_id"),
    (BudgetLine.ceiling_cents - BudgetLine.allocated_cents - BudgetLine.reserved_cents - BudgetLine.spent_cents).label(
        "cents"
    ),
).subquery("free")
"""What each line has free at this moment, for rooms above to join."""


def lines() -> Sequence[Line]:
    """All lines with their balances at this moment, parents before children, in one query."""
    return [Line(*row) for row in db.session.execute(select(*_COLUMNS).order_by(BudgetLine.id))]


def line_id(code: str) -> int | None:
    """The id of the line with this code, if there is one."""
    return db.session.scalar(select(BudgetLine.id).where(BudgetLine.code == code))


def find(code: str) -> Line | None:
    """The line with this code, with its balances at this moment."""
    row = db.session.execute(select(*_COLUMNS).where(BudgetLine.code == code)).one_or_none()
    return None if row is None else Line(*row)


def lines_on(day: dt.date) -> Sequence[Line]:
    """The lines as they stood at the end of a day in Bucharest, rebuilt from entries; later lines are left out."""
    sums: dict[int, dict[Account, int]] = defaultdict(lambda: defaultdict(int))
    rows = db.session.execute(
        select(BudgetEntry.line_id, BudgetEntry.account, func.sum(BudgetEntry.amount_cents))
        .join(BudgetMove, BudgetMove.id == BudgetEntry.move_id)
        .where(BudgetMove.at < clock.start_of_day(day + dt.timedelta(days=1)))
        .group_by(BudgetEntry.line_id, BudgetEntry.account)
    )
    for line_id, account, cents in rows:
        sums[line_id][account] = int(cents)
    return [
        replace(
            line,
            ceiling_cents=-sums[line.id][Account.FUNDING],
            allocated_cents=sums[line.id][Account.ALLOCATED],
            reserved_cents=sums[line.id][Account.RESERVED],
            spent_cents=sums[line.id][Account.SPENT],
        )
        for line in lines()
        if line.id in sums
    ]


@dataclass(frozen=True, slots=True)
class CeilingMove:
    """A move that changed a line's ceiling or what it has allocated below. Cents; who asked and who approved."""

    at: dt.datetime
    kind: MoveKind
    ceiling_cents: int
    allocated_cents: int
    reason: str
    asked_by: str | None
    approved_by: str | None


def history(line_id: int) -> Sequence[CeilingMove]:
    """The moves of a line's ceiling, the last first; one query."""
    asked, approved = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(
            BudgetMove.at,
            BudgetMove.kind,
            -_of(Account.FUNDING),
            _of(Account.ALLOCATED),
            BudgetMove.reason,
            asked.name,
            approved.name,
        )
        .join(BudgetEntry, BudgetEntry.move_id == BudgetMove.id)
        .outerjoin(asked, asked.id == BudgetMove.person_id)
        .outerjoin(approved, approved.id == BudgetMove.approved_by)
        .where(BudgetEntry.line_id == line_id, BudgetMove.kind.in_(CEILING_MOVES))
        .group_by(BudgetMove.id, asked.name, approved.name)
        .order_by(BudgetMove.id.desc())
    )
    return [CeilingMove(at, kind, int(up), int(below), *rest) for at, kind, up, below, *rest in rows]


def _of(account: Account) -> ColumnElement[int]:
    return func.sum(case((BudgetEntry.account == account, BudgetEntry.amount_cents), else_=0))


@dataclass(frozen=True, slots=True)
class Asked:
    """A change of ceilings that waits for a second manager; a line that is None is outside of the envelope."""

    id: int
    kind: MoveKind
    source: Mapping[str, str] | None
    target: Mapping[str, str] | None
    amount_cents: int
    reason: str
    asked_at: dt.datetime
    asked_by: str | None
    is_mine: bool


def takes_two(cents: int) -> bool:
    """Whether a change of so many cents needs a second manager, by the present setting."""
    return second_needed(cents, settings.read(FOUR_EYES_EURO))


def to_second(actor: Actor) -> int:
    """How many changes of lines wait for the actor as the second manager."""
    return sum(not one.is_mine for one in waiting_changes(actor)) if actor.may(Permission.MANAGE_BUDGET) else 0


def waiting_changes(actor: Actor) -> Sequence[Asked]:
    """All changes that wait for a second manager, the oldest first; one query."""
    source, target = aliased(BudgetLine), aliased(BudgetLine)
    mine = Hands(actor.person_id, actor.deputy_for)
    rows = db.session.execute(
        select(LineChange, source.name, target.name, Person.name)
        .outerjoin(source, source.id == LineChange.source_id)
        .outerjoin(target, target.id == LineChange.target_id)
        .outerjoin(Person, Person.id == LineChange.asked_by)
        .where(LineChange.status == ChangeStatus.WAITING)
        .order_by(LineChange.id)
    )
    return [
        Asked(
            change.id,
            change.kind,
            gives,
            takes,
            change.amount_cents,
            change.reason,
            change.asked_at,
            name,
            Hands(change.asked_by, change.deputy_for).touch(mine),
        )
        for change, gives, takes, name in rows
    ]
