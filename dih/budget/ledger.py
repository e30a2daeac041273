"""The only writer of money. A move is one conditional UPDATE per line touched, in id order, plus balanced entries.

Everything happens in the caller's transaction, all or none. An idempotency key makes a repeated move a refusal of the
database instead of a second move. A line that cannot bear a move raises BrokenRule with the figures.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from dih.budget.models import BudgetEntry, BudgetLine, BudgetMove
from dih.budget.rules import Line, flow, refusal
from dih.budget.vocabulary import Account, MoveKind
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.access import Actor
from dih.shared.errors import NotFound
from dih.taxonomy.vocabulary import Category, TargetGroup


@dataclass(frozen=True, slots=True)
class Dimensions:
    """By what dashboards ask for a sum."""

    service_id: int | None = None
    partner_id: int | None = None
    category: Category | None = None
    target_group: TargetGroup | None = None
    county: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """An amount in cents, above zero, on one leaf line."""

    line_id: int
    cents: int
    dimensions: Dimensions = Dimensions()


_FROM_TO = {
    MoveKind.RESERVE: (Account.FREE, Account.RESERVED),
    MoveKind.RELEASE: (Account.RESERVED, Account.FREE),
    MoveKind.SPEND: (Account.RESERVED, Account.SPENT),
    MoveKind.REVERSE: (Account.SPENT, Account.RESERVED),
}


def hold(line_ids: Collection[int]) -> None:
    """Locks lines in the order of their numbers: for several moves in one transaction, which each sort their own."""
    wanted = select(BudgetLine.id).where(BudgetLine.id.in_(line_ids)).order_by(BudgetLine.id)
    db.session.execute(wanted.with_for_update(key_share=True)).all()


def reserve(parts: Sequence[Part], key: str, actor: Actor, now: dt.datetime, *, application_id: int) -> None:
    """Takes free money of leaf lines for an application. Raises BrokenRule when a line has less free."""
    _shift(MoveKind.RESERVE, parts, key, actor, now, application_id)


def release(parts: Sequence[Part], key: str, actor: Actor, now: dt.datetime, *, application_id: int) -> None:
    """Gives reserved money back to its lines."""
    _shift(MoveKind.RELEASE, parts, key, actor, now, application_id)


def spend(parts: Sequence[Part], key: str, actor: Actor, now: dt.datetime, *, application_id: int) -> None:
    """Turns reserved money into spent money."""
    _shift(MoveKind.SPEND, parts, key, actor, now, application_id)


def reverse(parts: Sequence[Part], key: str, actor: Actor, now: dt.datetime, *, application_id: int) -> None:
    """Turns spent money back into reserved money."""
    _shift(MoveKind.REVERSE, parts, key, actor, now, application_id)


def request(parts: Sequence[Part], key: str, actor: Actor, now: dt.datetime, *, application_id: int) -> None:
    """Notes what an application asks for (negative cents: asks for no longer); touches no balance."""
    if not parts:
        return
    move = _of_case(MoveKind.REQUEST, key, actor, now, application_id)
    _enter(move, _sides(parts, Account.PIPELINE, Account.REQUESTED))


@dataclass(frozen=True, slots=True)
class Approval:
    """Why ceilings change and who stands for it: the person who asked, and the one who approved (may be the same)."""

    reason: str
    asked_by: int | None
    approved_by: int | None


def channel(
    kind: MoveKind,
    source_id: int | None,
    target_id: int | None,
    cents: int,
    key: str,
    approval: Approval,
    now: dt.datetime,
) -> None:
    """Moves `cents` (above zero) of ceiling from one line to another; None is outside of the envelope.

    Every line on the way up to the first common one changes with it. Raises BrokenRule with the figures when a line
    on the way has less unallocated, or would fall below what it has allocated, reserved and spent.
    """
    if cents <= 0 or source_id == target_id:
        raise ValueError("ceilings move by more than nothing, between two lines")
    parents = dict(db.session.execute(select(BudgetLine.id, BudgetLine.parent_id)).all())
    if not {source_id, target_id} - {None} <= parents.keys():
        raise NotFound
    changes = flow(parents, source_id, target_id, cents)
    for line_id in sorted(changes):
        _change(line_id, ceiling=changes[line_id].ceiling, allocated=changes[line_id].allocated)
    move = _written(
        BudgetMove(
            kind=kind,
            key=key,
            at=now,
            person_id=approval.asked_by,
            approved_by=approval.approved_by,
            reason=approval.reason,
        )
    )
    none = Dimensions()
    sides = [
        (line_id, account, amount, none)
        for line_id, change in sorted(changes.items())
        for account, amount in (
            (Account.FUNDING, -change.ceiling),
            (Account.ALLOCATED, change.allocated),
            (Account.FREE, change.ceiling - change.allocated),
        )
        if amount
    ]
    _enter(move, sides)


def _shift(
    kind: MoveKind, parts: Iterable[Part], key: str, actor: Actor, now: dt.datetime, application_id: int
) -> None:
    source, target = _FROM_TO[kind]
    by_line: dict[int, int] = defaultdict(int)
    kept = [part for part in parts if part.cents]
    if not kept:
        return
    for part in kept:
        if part.cents < 0:
            raise ValueError("a part of a move is above zero")
        by_line[part.line_id] += part.cents
    for line_id in sorted(by_line):
        deltas = {Account.RESERVED: 0, Account.SPENT: 0, source: -by_line[line_id], target: by_line[line_id]}
        _change(line_id, reserved=deltas[Account.RESERVED], spent=deltas[Account.SPENT])
    move = _of_case(kind, key, actor, now, application_id)
    _enter(move, _sides(kept, source, target))


def _change(line_id: int, *, ceiling: int = 0, allocated: int = 0, reserved: int = 0, spent: int = 0) -> None:
    """One conditional UPDATE: all conditions of the table's CHECKs, so that a refusal can say the figures."""
    new_ceiling = BudgetLine.ceiling_cents + ceiling
    new_allocated = BudgetLine.allocated_cents + allocated
    new_reserved = BudgetLine.reserved_cents + reserved
    new_spent = BudgetLine.spent_cents + spent
    done = db.session.execute(
        update(BudgetLine)
        .where(
            BudgetLine.id == line_id,
            new_allocated >= 0,
            new_reserved >= 0,
            new_spent >= 0,
            new_allocated + new_reserved + new_spent <= new_ceiling,
            (new_allocated == 0) | (new_reserved + new_spent == 0),
        )
        .values(
            ceiling_cents=new_ceiling,
            allocated_cents=new_allocated,
            reserved_cents=new_reserved,
            spent_cents=new_spent,
        )
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        _refuse(line_id, ceiling, allocated, reserved, spent)


def _refuse(line_id: int, ceiling: int, allocated: int, reserved: int, spent: int) -> None:
    columns = [getattr(BudgetLine, name) for name in Line.__dataclass_fields__]
    row = db.session.execute(select(*columns).where(BudgetLine.id == line_id)).one_or_none()
    if row is None:
        raise NotFound
    raise refusal(Line(*row), ceiling=ceiling, needed=allocated + reserved + spent - ceiling)


def _of_case(kind: MoveKind, key: str, actor: Actor, now: dt.datetime, application_id: int) -> tuple[int, str]:
    return _written(BudgetMove(kind=kind, key=key, at=now, person_id=actor.person_id, application_id=application_id))


def _written(move: BudgetMove) -> tuple[int, str]:
    db.session.add(move)
    db.session.flush()
    return move.id, clock.day_of(move.at).strftime("%Y-%m")


def _sides(parts: Sequence[Part], source: Account, target: Account) -> list[tuple[int, Account, int, Dimensions]]:
    return [
        *((part.line_id, source, -part.cents, part.dimensions) for part in parts),
        *((part.line_id, target, part.cents, part.dimensions) for part in parts),
    ]


def _enter(move: tuple[int, str], entries: Sequence[tuple[int, Account, int, Dimensions]]) -> None:
    """Writes sides of a move, (line, account, cents, dimensions) each, in one statement however many there are."""
    db.session.execute(
        insert(BudgetEntry),
        [
            {
                "move_id": move[0],
                "month": move[1],
                "line_id": line_id,
                "account": account,
                "amount_cents": cents,
                "service_id": about.service_id,
                "partner_id": about.partner_id,
                "category": about.category,
                "target_group": about.target_group,
                "county": about.county,
            }
            for line_id, account, cents, about in entries
        ],
    )
