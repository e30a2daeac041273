"""The audit as a list: every change of status, money, role and setting, newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from dih.desks.vocabulary import SUBJECT_LABELS
from dih.shared import clock, paging
from dih.shared.models import AuditRecord
from dih.shared.paging import FRONT, Page, Place


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


KINDS = tuple(SUBJECT_LABELS)


def page(filters: Filters, place: Place = FRONT) -> Page[AuditRecord]:
    """One page of the audit, in one query."""
    wanted = select(AuditRecord, AuditRecord.id)
    if filters.kind:
        wanted = wanted.where(AuditRecord.subject_kind == filters.kind)
    if filters.person is not None:
        wanted = wanted.where(AuditRecord.person_id == filters.person)
    if filters.day is not None:
        wanted = wanted.where(AuditRecord.at.between(clock.start_of_day(filters.day), clock.end_of_day(filters.day)))
    return paging.read(wanted, place, AuditRecord.id, descending=True).each(lambda row: row.AuditRecord)
