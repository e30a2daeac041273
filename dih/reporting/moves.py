"""The entries behind every figure, as rows that can be filtered, paged and exported."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Select, select

from dih.applications.models import Application
from dih.applications.queries import closed_to
from dih.budget import queries as budget
from dih.budget.queries import ENTRIES
from dih.budget.rules import with_all_below
from dih.budget.vocabulary import Account, MoveKind
from dih.extensions.database import db
from dih.shared import paging
from dih.shared.access import Actor
from dih.shared.paging import FRONT, Page, Place


@dataclass(frozen=True, slots=True)
class Filters:
    """What the rows are narrowed to; None and "" let all through.

    Of what is reserved and spent a line's rows are those of the lines below it too: its figure counts them.
    """

    line: str = ""
    account: Account | None = None
    partner_id: int | None = None
    category: str = ""
    target_group: str = ""
    county: str = ""
    month: str = ""

    @property
    def count(self) -> int:
        """How many filters are set."""
        return sum(getattr(self, field.name) not in (None, "") for field in fields(self))


@dataclass(frozen=True, slots=True)
class Row:
    """One entry: cents that came to (or left, negative) an account of a line.

    Where a conflict of interest has the case `closed` to the reader, it does not tell which one it is.
    """

    id: int
    at: dt.datetime
    kind: MoveKind
    line_code: str
    line_name: dict[str, str]
    account: Account
    amount_cents: int
    application_id: int | None
    reference: str | None
    application_uuid: uuid.UUID | None
    reason: str
    closed: bool


def page(filters: Filters, actor: Actor, today: dt.date, place: Place = FRONT) -> Page[Row]:
    """One page of entries, newest first, in one query."""
    return paging.read(_select(filters, actor, today), place, ENTRIES.c.id, descending=True).each(_row)


def every(filters: Filters, actor: Actor, today: dt.date) -> Sequence[Row]:
    """All entries that fit, oldest first, for an export."""
    return [_row(row) for row in db.session.execute(_select(filters, actor, today).order_by(ENTRIES.c.id))]


def _row(row: Any) -> Row:
    made = Row(*row)
    if not made.closed:
        return made
    return replace(made, application_id=None, reference=None, application_uuid=None, reason="")


def _select(filters: Filters, actor: Actor, today: dt.date) -> Select[Any]:
    equal = {
        "account": filters.account,
        "partner_id": filters.partner_id,
        "category": filters.category or None,
        "target_group": filters.target_group or None,
        "county": filters.county or None,
        "month": filters.month or None,
    }
    wanted = [ENTRIES.c[name] == value for name, value in equal.items() if value is not None]
    if filters.line:
        wanted.append(ENTRIES.c.line_code.in_(_codes(filters)))
    return (
        select(
            ENTRIES.c.id,
            ENTRIES.c.at,
            ENTRIES.c.kind,
            ENTRIES.c.line_code,
            ENTRIES.c.line_name,
            ENTRIES.c.account,
            ENTRIES.c.amount_cents,
            ENTRIES.c.application_id,
            Application.reference,
            Application.uuid,
            ENTRIES.c.reason,
            closed_to(actor, today).label("closed"),
        )
        .outerjoin(Application, Application.id == ENTRIES.c.application_id)
        .where(*wanted)
    )


def _codes(filters: Filters) -> set[str]:
    """The codes of the lines whose entries stand behind a figure of the line asked for."""
    every = budget.lines()
    found = next((line for line in every if line.code == filters.line), None)
    if found is None or filters.account not in (Account.RESERVED, Account.SPENT):
        return {filters.line}
    counted = with_all_below(every, found.id)
    return {line.code for line in every if line.id in counted}
