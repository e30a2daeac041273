"""The audit as a list: every change of status, money, role and setting, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from dih.desks.vocabulary import SUBJECT_LABELS
from dih.extensions.database import db
from dih.shared import clock
from dih.shared.models import AuditRecord

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; "" and None let all through. `person` is a person's id."""

    kind: str = ""
    person: int | None = None
    day: dt.date | None = None

    @property
    def count(self) -> int:
        """How many filters are set."""
        return bool(self.kind) + (self.person is not None) + (self.day is not None)


@dataclass(frozen=True, slots=True)
class Page:
    """Some records and the ids from which the pages beside this one are read, where there are any."""

    rows: Sequence[AuditRecord]
    newer: int | None
    older: int | None


KINDS = tuple(SUBJECT_LABELS)


def page(filters: Filters, *, before: int | None = None, after: int | None = None) -> Page:
    """One page of the audit, in one query."""
    wanted = select(AuditRecord).limit(PAGE + 1)
    if filters.kind:
        wanted = wanted.where(AuditRecord.subject_kind == filters.kind)
    if filters.person is not None:
        wanted = wanted.where(AuditRecord.person_id == filters.person)
    if filters.day is not None:
        wanted = wanted.where(AuditRecord.at.between(clock.start_of_day(filters.day), clock.end_of_day(filters.day)))
    if after is not None:
        wanted = wanted.where(AuditRecord.id > after).order_by(AuditRecord.id)
    else:
        wanted = wanted.order_by(AuditRecord.id.desc())
        if before is not None:
            wanted = wanted.where(AuditRecord.id < before)
    found = list(db.session.scalars(wanted))
    more, rows = len(found) > PAGE, found[:PAGE]
    if after is not None:
        rows.reverse()
    newer = more if after is not None else before is not None
    older = more if after is None else True
    return Page(rows, rows[0].id if rows and newer else None, rows[-1].id if rows and older else None)
