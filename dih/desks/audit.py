"""The audit as a list: every change of status, money, role and setting, newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select

from dih.aid.models import AidGrant, Enterprise, EnterpriseLink
from dih.applications.models import Application
from dih.applications.queries import closed_to
from dih.conflicts.models import Conflict
from dih.desks.vocabulary import SUBJECT_LABELS
from dih.organisations.closed import closed_to as organisation_closed_to
from dih.organisations.models import Organisation
from dih.payments.models import Payment, StatementLine
from dih.shared import clock, paging
from dih.shared.access import Actor
from dih.shared.models import AuditRecord
from dih.shared.paging import FRONT, Page, Place
from dih.vouchers.models import Voucher


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


def page(filters: Filters, actor: Actor, today: dt.date, place: Place = FRONT) -> Page[AuditRecord]:
    """One page of the audit, in one query; without what is about a case in conflict with the actor."""
    wanted = select(AuditRecord, AuditRecord.id).where(~_closed(actor, today))
    if filters.kind:
        wanted = wanted.where(AuditRecord.subject_kind == filters.kind)
    if filters.person is not None:
        wanted = wanted.where(AuditRecord.person_id == filters.person)
    if filters.day is not None:
        wanted = wanted.where(AuditRecord.at.between(clock.start_of_day(filters.day), clock.end_of_day(filters.day)))
    return paging.read(wanted, place, AuditRecord.id, descending=True).each(lambda row: row.AuditRecord)


def _closed(actor: Actor, today: dt.date) -> ColumnElement[bool]:
    """Whether a record is about an application or an organisation with which the actor is in conflict on `today`."""
    closed = select(Organisation.id).where(organisation_closed_to(actor, today, Organisation.id))
    about = {
        "organisation": select(Organisation.id).where(Organisation.id.in_(closed)),
        "conflict": select(Conflict.id).where(Conflict.organisation_id.in_(closed)),
        "enterprise_link": select(EnterpriseLink.id).where(EnterpriseLink.organisation_id.in_(closed)),
        "aid_grant": select(AidGrant.id)
        .join(Enterprise, Enterprise.id == AidGrant.enterprise_id)
        .join(Organisation, Organisation.cui == Enterprise.number)
        .where(Organisation.id.in_(closed)),
        "statement_line": select(StatementLine.id)
        .join(Payment, Payment.id == StatementLine.payment_id)
        .join(Voucher, Voucher.id == Payment.voucher_id)
        .join(Application, Application.id == Voucher.application_id)
        .where(closed_to(actor, today)),
    }
    case = exists().where(Application.id == AuditRecord.application_id, closed_to(actor, today))
    kinds = (and_(AuditRecord.subject_kind == kind, AuditRecord.subject_id.in_(ids)) for kind, ids in about.items())
    return or_(case, *kinds)
