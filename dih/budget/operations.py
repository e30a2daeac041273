"""What a manager does with lines: open one, and move ceilings between them, above an amount with a second manager."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import select

from dih.budget import ledger, rules
from dih.budget.ledger import Approval
from dih.budget.models import BudgetLine, LineChange
from dih.budget.rules import KEYS, Hands
from dih.budget.settings import FOUR_EYES_EURO
from dih.budget.vocabulary import CHANGE_STATUS_TRANSITIONS, ChangeStatus, Dimension, MoveKind
from dih.extensions.database import db
from dih.shared import audit, settings, texts
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.money import Euro
from dih.shared.status import take
from dih.shared.transitions import target_of
from dih.shared.wording import N_

_OPENED = uuid.UUID("6f1b1ee6-7a0d-4e8c-9a51-0f4c2c6f3a55")
"""The space of keys for first ceilings, by the code of their line."""


def open_line(
    code: str,
    name: dict[str, str],
    ceiling_cents: int,
    actor: Actor,
    now: dt.datetime,
    *,
    parent_code: str | None = None,
    reason: str = "",
    **keys: Any,
) -> int:
    """Makes a line with its ceiling, taken from what its parent has unallocated; without a parent it is the envelope.

    `keys` are `target_group`, `category`, `partner_id`: those of the parent may be left out, one more says which part
    of it this is. The first line below a parent settles by which dimension it is divided. Above the amount of the
    setting the line opens empty and its ceiling waits for a second manager. Returns the line's id.
    Raises BrokenRule when the parent is unknown, divided by another dimension, has this part already, holds money of
    its own, or has too little unallocated; Forbidden.
    """
    if not actor.may(Permission.MANAGE_BUDGET):
        raise Forbidden
    parent = None
    if parent_code is not None:
        parent = db.session.scalar(select(BudgetLine).where(BudgetLine.code == parent_code))
        if parent is None:
            raise BrokenRule.because(N_("There is no budget line %(code)s."), "parent", code=parent_code)
        _hold(parent.id)  # the envelope with it: two lines of one code wait for each other wherever they open
        db.session.refresh(parent)
    if db.session.scalar(select(BudgetLine.id).where(BudgetLine.code == code)) is not None:
        raise BrokenRule.because(N_("There is a budget line %(code)s already."), "code", code=code)
    if parent is not None:
        keys = _below(parent, keys)
    line = BudgetLine(
        code=code,
        name=name,
        parent_id=parent.id if parent else None,
        parent_divides_by=parent.divides_by if parent else None,
        **keys,
    )
    db.session.add(line)
    db.session.flush()
    audit.record(
        actor,
        now,
        ("budget_line", line.id),
        "line_opened",
        after={"code": code, "ceiling_cents": ceiling_cents},
        reason=reason,
    )
    if not ceiling_cents:
        return line.id
    source, why = parent.id if parent else None, reason or name["ro"]
    if rules.second_needed(ceiling_cents, settings.read(FOUR_EYES_EURO)):
        kind = MoveKind.TRANSFER if parent else MoveKind.INCREASE
        change_ceiling(kind, source, line.id, ceiling_cents, why, uuid.uuid5(_OPENED, code), actor, now)
    else:
        approval = Approval(why, actor.person_id, actor.person_id)
        ledger.channel(MoveKind.ALLOCATE, source, line.id, ceiling_cents, f"line:{line.id}:open", approval, now)
    return line.id


def change_ceiling(
    kind: MoveKind,
    source_id: int | None,
    target_id: int | None,
    cents: int,
    reason: str,
    key: uuid.UUID,
    actor: Actor,
    now: dt.datetime,
) -> ChangeStatus:
    """Moves ceiling from one line to another (None: outside of the envelope), or keeps it for a second manager.

    Returns whether it is done or waits; the same `key` again changes nothing. Raises BrokenRule with the figures when
    a line cannot bear it, without an amount or a reason, and for a `key` that came with another change; NotFound for
    unknown lines; Forbidden.
    """
    if not actor.may(Permission.MANAGE_BUDGET):
        raise Forbidden
    _hold(source_id, target_id)
    known = db.session.scalar(select(LineChange).where(LineChange.key == key))
    if known is not None:
        if (known.kind, known.source_id, known.target_id, known.amount_cents) != (kind, source_id, target_id, cents):
            raise BrokenRule.because(
                N_("This form was sent already, for %(sum)s. Open it again from the line to ask for another change."),
                "amount",
                sum=Euro(known.amount_cents),
            )
        return known.status
    if cents <= 0:
        raise BrokenRule.because(N_("Enter an amount above zero."), "amount")
    why = texts.needed(reason, "reason", N_("Give a reason: it stands in the ledger."))
    waits = rules.second_needed(cents, settings.read(FOUR_EYES_EURO))
    change = LineChange(
        key=key,
        kind=kind,
        status=ChangeStatus.WAITING if waits else ChangeStatus.DONE,
        source_id=source_id,
        target_id=target_id,
        amount_cents=cents,
        reason=why,
        asked_at=now,
        asked_by=actor.person_id,
        deputy_for=actor.deputy_for,
        ended_at=None if waits else now,
        ended_by=None if waits else actor.person_id,
    )
    db.session.add(change)
    db.session.flush()
    _record(change, "line_change_asked" if waits else "line_change_done", actor, now)
    if not waits:
        _do(change, actor, now)
    return change.status


def second(change_id: int, actor: Actor, now: dt.datetime) -> None:
    """The second manager approves a change that waits: the money moves now.

    Raises BrokenRule for who asked for it and when a line cannot bear it by now, Stale when it does not wait any more.
    """
    change = _waiting(change_id, actor)
    if _hands(change).touch(Hands(actor.person_id, actor.deputy_for)):
        raise BrokenRule.because(N_("You asked for this change. The second approval is for another manager."))
    _end(change, "second", "line_change_done", actor, now)
    _do(change, actor, now)


def turn_down(change_id: int, actor: Actor, now: dt.datetime) -> ChangeStatus:
    """Ends a change that waits: withdrawn by who asked for it, refused by anybody else. Raises Stale, Forbidden."""
    change = _waiting(change_id, actor)
    own = change.asked_by == actor.person_id
    _end(change, "withdraw" if own else "refuse", "line_change_turned_down", actor, now)
    return ChangeStatus.WITHDRAWN if own else ChangeStatus.REFUSED


def _below(parent: BudgetLine, keys: dict[str, Any]) -> dict[str, Any]:
    found = rules.keys_below({key: getattr(parent, key) for key in KEYS}, parent.divides_by, keys)
    if parent.reserved_cents or parent.spent_cents:
        raise BrokenRule.because(
            N_("Money is reserved or spent on %(line)s itself: it cannot be divided any more."),
            "parent",
            line=parent.code,
        )
    parent.divides_by = next(one for one in Dimension if getattr(parent, one.key) != found[one.key])
    db.session.flush()
    same = select(BudgetLine.code).where(BudgetLine.parent_id == parent.id).filter_by(**found)
    if (other := db.session.scalar(same)) is not None:
        raise BrokenRule.because(N_("The line %(line)s is this part already."), "part", line=other)
    return found | {key: value for key, value in keys.items() if key not in KEYS}


def _hold(*line_ids: int | None) -> None:
    """Locks the lines named, and all above them, in the order of the house."""
    parents = dict(db.session.execute(select(BudgetLine.id, BudgetLine.parent_id)).all())
    wanted: set[int] = set()
    for line_id in line_ids:
        while line_id is not None:
            if line_id not in parents:
                raise NotFound
            wanted.add(line_id)
            line_id = parents[line_id]
    db.session.execute(
        select(BudgetLine.id).where(BudgetLine.id.in_(wanted)).order_by(BudgetLine.id).with_for_update()
    ).all()


def _waiting(change_id: int, actor: Actor) -> LineChange:
    if not actor.may(Permission.MANAGE_BUDGET):
        raise Forbidden
    change = db.session.get(LineChange, change_id)
    if change is None:
        raise NotFound
    return change


def _hands(change: LineChange) -> Hands:
    return Hands(change.asked_by, change.deputy_for)


def _end(change: LineChange, action: str, recorded: str, actor: Actor, now: dt.datetime) -> None:
    target = ChangeStatus(target_of(CHANGE_STATUS_TRANSITIONS, action, change.status, actor))
    take(LineChange, change.id, ChangeStatus.WAITING, target, ended_at=now, ended_by=actor.person_id)
    db.session.refresh(change)
    _record(change, recorded, actor, now)


def _do(change: LineChange, actor: Actor, now: dt.datetime) -> None:
    approval = Approval(change.reason, change.asked_by, actor.person_id)
    key = f"line_change:{change.id}"
    ledger.channel(change.kind, change.source_id, change.target_id, change.amount_cents, key, approval, now)


def _record(change: LineChange, action: str, actor: Actor, now: dt.datetime) -> None:
    audit.record(
        actor,
        now,
        ("line_change", change.id),
        action,
        after={
            "kind": change.kind.value,
            "source_id": change.source_id,
            "target_id": change.target_id,
            "amount_cents": change.amount_cents,
        },
        reason=change.reason,
    )
