"""The audit as a list: every change of status, money, role and setting, newest first."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from dih.accounts.models import Person, Scope
from dih.aid.models import AidGrant, Enterprise, EnterpriseLink
from dih.applications.models import Application
from dih.applications.queries import closed_to
from dih.conflicts.models import Conflict
from dih.desks.facts import PERSON, Thing, things
from dih.desks.vocabulary import SUBJECT_LABELS
from dih.extensions.database import db
from dih.organisations.closed import closed_to as organisation_closed_to
from dih.organisations.models import Organisation
from dih.payments.models import Payment, StatementLine
from dih.reviews.queries import still_writes
from dih.reviews.vocabulary import AUDIT_WORDS as REVIEW_WORDS
from dih.shared import clock, paging
from dih.shared.access import Actor, ScopeKind
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


@dataclass(frozen=True, slots=True)
class Change:
    """A record, and the case on whose timeline it stands; a draft has no `reference` yet."""

    record: AuditRecord
    case_uuid: uuid.UUID | None
    reference: str | None

    @property
    def subject(self) -> Thing:
        """What the record is about."""
        return self.record.subject_kind, self.record.subject_id


KINDS = tuple(SUBJECT_LABELS)


def page(filters: Filters, actor: Actor, today: dt.date, place: Place = FRONT) -> Page[Change]:
    """One page of the audit, in one query; without what is about a case in conflict with the actor."""
    case = aliased(Application)
    wanted = (
        select(AuditRecord, case.uuid, case.reference, AuditRecord.id)
        .outerjoin(case, case.id == AuditRecord.application_id)
        .where(~_closed(actor, today))
    )
    if filters.kind:
        wanted = wanted.where(AuditRecord.subject_kind == filters.kind)
    if filters.person is not None:
        wanted = wanted.where(AuditRecord.person_id == filters.person)
    if filters.day is not None:
        wanted = wanted.where(AuditRecord.at.between(clock.start_of_day(filters.day), clock.end_of_day(filters.day)))
    return paging.read(wanted, place, AuditRecord.id, descending=True).each(lambda row: Change(*row[:3]))


def names(changes: Sequence[Change], actor: Actor, today: dt.date) -> Mapping[Thing, str]:
    """The names of the people, partners and organisations that records are about or name, in two queries.

    An organisation in conflict with the actor keeps its name to itself.
    """
    wanted = {change.subject for change in changes}
    for change in changes:
        wanted.update(things(change.record.before), things(change.record.after))
    people = select(literal(PERSON), Person.id, Person.name).where(
        Person.id.in_([number for kind, number in wanted if kind == PERSON])
    )
    places = select(Scope.kind, Scope.scope_id, Scope.name).where(
        tuple_(Scope.kind, Scope.scope_id).in_([thing for thing in wanted if thing[0] in set(ScopeKind)]),
        or_(Scope.kind != ScopeKind.ORGANISATION, ~organisation_closed_to(actor, today, Scope.scope_id)),
    )
    found = [*db.session.execute(people), *db.session.execute(places)]
    return {(str(kind), number): name for kind, number, name in found} | {(ScopeKind.HUB.value, 0): "DIH4Society"}


def _closed(actor: Actor, today: dt.date) -> ColumnElement[bool]:
    """Whether a record is about an application or an organisation with which the actor is in conflict on `today`.

    What became of the reviews of an application is shut as well to who still writes one of them.
    Asked of each record, so that a page costs the same however many organisations there are.
    """
    own = aliased(Conflict)
    subject = AuditRecord.subject_id
    about = {
        "organisation": exists().where(
            Organisation.id == subject, organisation_closed_to(actor, today, Organisation.id)
        ),
        "conflict": exists().where(own.id == subject, organisation_closed_to(actor, today, own.organisation_id)),
        "enterprise_link": exists().where(
            EnterpriseLink.id == subject, organisation_closed_to(actor, today, EnterpriseLink.organisation_id)
        ),
        "aid_grant": exists().where(
            AidGrant.id == subject,
            Enterprise.id == AidGrant.enterprise_id,
            Organisation.cui == Enterprise.number,
            organisation_closed_to(actor, today, Organisation.id),
        ),
        "statement_line": exists().where(
            StatementLine.id == subject,
            Payment.id == StatementLine.payment_id,
            Voucher.id == Payment.voucher_id,
            Application.id == Voucher.application_id,
            closed_to(actor, today),
        ),
    }
    case = exists().where(Application.id == AuditRecord.application_id, closed_to(actor, today))
    kinds = (and_(AuditRecord.subject_kind == kind, closed) for kind, closed in about.items())
    sealed = and_(AuditRecord.action.in_(REVIEW_WORDS), still_writes(actor, AuditRecord.application_id))
    return or_(case, sealed, *kinds)
