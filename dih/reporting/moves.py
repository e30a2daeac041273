"""The entries behind every figure, as rows that can be filtered, paged and exported."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Select, select

from dih.applications.models import Application
from dih.budget.queries import ENTRIES
from dih.budget.vocabulary import Account, MoveKind
from dih.extensions.database import db
from dih.shared import paging
from dih.shared.paging import FRONT, Page, Place


@dataclass(frozen=True, slots=True)
class Filters:
    """What the rows are narrowed to; None and "" let all through."""

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
    """One entry: cents that came to (or left, negative) an account of a line."""

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


def page(filters: Filters, place: Place = FRONT) -> Page[Row]:
    """One page of entries, newest first, in one query."""
    return paging.read(_select(filters), place, ENTRIES.c.id, descending=True).each(lambda row: Row(*row))


def every(filters: Filters) -> Sequence[Row]:
    """All entries that fit, oldest first, for an export."""
    return [Row(*row) for row in db.session.execute(_select(filters).order_by(ENTRIES.c.id))]


def _select(filters: Filters) -> Select[Any]:
    equal = {
        "line_code": filters.line or None,
        "account": filters.account,
        "partner_id": filters.partner_id,
        "category": filters.category or None,
        "target_group": filters.target_group or None,
        "county": filters.county or None,
        "month": filters.month or None,
    }
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
        )
        .outerjoin(Application, Application.id == ENTRIES.c.application_id)
        .where(*(ENTRIES.c[name] == value for name, value in equal.items() if value is not None))
    )
