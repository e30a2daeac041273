"""The envelope: lines with their balances, moves and their entries. Written by `ledger` alone."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from dih.budget.vocabulary import Account, ChangeStatus, Dimension, MoveKind
from dih.extensions.database import Cents, Choice, Model, choice_check
from dih.taxonomy.vocabulary import Category, TargetGroup


def _once_below_a_parent(dimension: Dimension) -> Index:
    here = text(f"parent_divides_by = '{dimension}'")
    columns = ("parent_id", dimension.key)
    return Index(f"uq_budget_line_{dimension}", *columns, unique=True, postgresql_where=here, sqlite_where=here)


class BudgetLine(Model):
    """A part of the envelope. `divides_by` is the dimension of its children; the three keys are what it is for.

    `parent_divides_by` repeats the parent's dimension, so that the database itself holds children to it: a foreign
    key over both, a CHECK that the line has its key, and no two children with the same one. Triggers hold that a line
    has allocated what its children's ceilings sum to, when a transaction ends; `unsettled` is how SQLite waits so long.
    """

    __tablename__ = "budget_line"
    __table_args__ = (
        CheckConstraint("ceiling_cents >= 0", name="ceiling_not_negative"),
        CheckConstraint("allocated_cents >= 0", name="allocated_not_negative"),
        CheckConstraint("reserved_cents >= 0", name="reserved_not_negative"),
        CheckConstraint("spent_cents >= 0", name="spent_not_negative"),
        CheckConstraint("allocated_cents + reserved_cents + spent_cents <= ceiling_cents", name="within_ceiling"),
        CheckConstraint("allocated_cents = 0 OR reserved_cents + spent_cents = 0", name="money_on_leaves"),
        CheckConstraint(f"divides_by IS NULL OR {choice_check('divides_by', Dimension)}", name="divides_by"),
        CheckConstraint("(parent_id IS NULL) = (parent_divides_by IS NULL)", name="divided_parent"),
        *(
            CheckConstraint(f"parent_divides_by <> '{one}' OR {one.key} IS NOT NULL", name=f"has_{one}")
            for one in Dimension
        ),
        UniqueConstraint("id", "divides_by"),
        ForeignKeyConstraint(["parent_id", "parent_divides_by"], ["budget_line.id", "budget_line.divides_by"]),
        *(_once_below_a_parent(one) for one in Dimension),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[dict[str, str]]
    parent_id: Mapped[int | None] = mapped_column(index=True)
    parent_divides_by: Mapped[Dimension | None] = mapped_column(Choice(Dimension))
    divides_by: Mapped[Dimension | None] = mapped_column(Choice(Dimension))
    target_group: Mapped[TargetGroup | None] = mapped_column(Choice(TargetGroup))
    category: Mapped[Category | None] = mapped_column(Choice(Category))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    ceiling_cents: Mapped[int] = mapped_column(Cents, default=0)
    allocated_cents: Mapped[int] = mapped_column(Cents, default=0)
    reserved_cents: Mapped[int] = mapped_column(Cents, default=0)
    spent_cents: Mapped[int] = mapped_column(Cents, default=0)
    unsettled: Mapped[int | None] = mapped_column(
        ForeignKey("budget_line.id", deferrable=True, initially="DEFERRED"), default=None
    )


class BudgetMove(Model):
    """One move of money, whole: its entries sum to zero on each line. Append-only.

    Triggers hold the sums when a transaction ends; `unsettled` is how SQLite waits so long.
    """

    __tablename__ = "budget_move"
    __table_args__ = (CheckConstraint(choice_check("kind", MoveKind), name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MoveKind] = mapped_column(Choice(MoveKind))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    application_id: Mapped[int | None] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    unsettled: Mapped[int | None] = mapped_column(
        ForeignKey("budget_move.id", deferrable=True, initially="DEFERRED"), default=None
    )


class LineChange(Model):
    """A change of ceilings as a manager asked for it; above an amount it waits for a second.

    A line that is None stands for outside of the envelope. `key` comes with the form: asked twice is asked once.
    """

    __tablename__ = "line_change"
    __table_args__ = (
        CheckConstraint(choice_check("kind", MoveKind), name="kind"),
        CheckConstraint(choice_check("status", ChangeStatus), name="status"),
        CheckConstraint("amount_cents > 0", name="amount"),
        CheckConstraint("source_id IS NOT NULL OR target_id IS NOT NULL", name="inside"),
        Index("ix_line_change_status", "status", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)
    kind: Mapped[MoveKind] = mapped_column(Choice(MoveKind))
    status: Mapped[ChangeStatus] = mapped_column(Choice(ChangeStatus))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("budget_line.id"))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("budget_line.id"))
    amount_cents: Mapped[int] = mapped_column(Cents)
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[dt.datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    deputy_for: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[dt.datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class BudgetEntry(Model):
    """One side of a move on one line, with the dimensions by which dashboards ask. Append-only."""

    __tablename__ = "budget_entry"
    __table_args__ = (
        CheckConstraint(choice_check("account", Account), name="account"),
        CheckConstraint("amount_cents <> 0", name="amount"),
        Index("ix_budget_entry_line", "line_id", "account", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    move_id: Mapped[int] = mapped_column(ForeignKey("budget_move.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("budget_line.id"))
    account: Mapped[Account] = mapped_column(Choice(Account))
    amount_cents: Mapped[int] = mapped_column(Cents)
    month: Mapped[str] = mapped_column(String(7))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    category: Mapped[Category | None] = mapped_column(Choice(Category))
    target_group: Mapped[TargetGroup | None] = mapped_column(Choice(TargetGroup))
    county: Mapped[str] = mapped_column(String(2), default="")


class BudgetTotal(Model):
    """Entries folded by one dimension up to `BudgetFold.entry_id`; what came later is added when read."""

    __tablename__ = "budget_total"
    __table_args__ = (UniqueConstraint("dimension", "value", "account"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(40))
    account: Mapped[Account] = mapped_column(Choice(Account))
    amount_cents: Mapped[int] = mapped_column(Cents)


class BudgetFold(Model):
    """How far the entries are folded: one row."""

    __tablename__ = "budget_fold"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(default=0)
    folded_at: Mapped[dt.datetime]
