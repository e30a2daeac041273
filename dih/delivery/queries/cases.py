"""One delivery whole: plan, hours, evidence, reports. Seven queries, however much was recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.catalogue.models import Service
from dih.delivery.models import DeliveredValue, DeliveryReport, Evidence, Milestone, WorkRecord
from dih.delivery.queries.panels import actions_for, offered
from dih.documents.models import StoredFile
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.shared.access import Actor
from dih.shared.errors import NotFound
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.queries.reach import no_conflict, within_reach
from dih.vouchers.vocabulary import VOUCHER_STATUS_COLOURS, VOUCHER_STATUS_LABELS, VoucherStatus

MOST_WORK_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ServiceDone:
    """One service: price and confirmed value in cents without VAT, recorded work in tenths of an hour."""

    id: int
    service_id: int
    name: Mapping[str, str]
    price_cents: int
    confirmed_cents: int
    person_days: int
    tenths: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A step of the plan."""

    id: int
    title: str
    due_on: dt.date
    done_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Worked:
    """Work of one person on one day, in tenths of an hour."""

    id: int
    service_id: int
    person_id: int
    person: str
    day: dt.date
    tenths: int
    note: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A file of evidence."""

    id: int
    name: str
    kind: str
    size: int
    note: str
    added_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Report:
    """A statement that delivery is done, and the answer. `delivered` are cents without VAT by voucher service."""

    delivered: Mapping[int, int]
    id: int
    summary: str
    reported_at: dt.datetime
    reported_by: str
    answer_by: dt.date
    answered_at: dt.datetime | None
    answered_by: str
    stood_in_reason: str
    dispute_reason: str
    taken_back_reason: str
    rating: int | None
    rating_comment: str

    @property
    def total_cents(self) -> int:
        """All that it says was delivered."""
        return sum(self.delivered.values())


@dataclass(frozen=True, slots=True)
class Case:
    """A delivery as its page shows it; `actions` as on its panel."""

    voucher_id: int
    voucher_uuid: UUID
    status: VoucherStatus
    application_uuid: UUID
    reference: str
    title: str
    organisation: str
    partner: Mapping[str, str]
    value_cents: int
    redeemed_at: dt.datetime
    services: Sequence[ServiceDone]
    milestones: Sequence[Planned]
    work: Sequence[Worked]
    evidence: Sequence[Proof]
    reports: Sequence[Report]
    actions: Sequence[str]

    @property
    def status_label(self) -> str:
        """The state in words."""
        return VOUCHER_STATUS_LABELS[self.status]

    @property
    def status_colour(self) -> str:
        """The colour of the state's badge."""
        return VOUCHER_STATUS_COLOURS[self.status]

    @property
    def report(self) -> Report | None:
        """The last report, if there is one."""
        return self.reports[0] if self.reports else None

    def offered(self, today: dt.date) -> list[str]:
        """The actions that have a button on the page."""
        return offered(self.actions, self.report.answer_by if self.report else None, today)

    @property
    def tenths(self) -> int:
        """All hours recorded, in tenths."""
        return sum(service.tenths for service in self.services)


_COLUMNS: list[Any] = [
    Voucher.id.label("voucher_id"),
    Voucher.uuid.label("voucher_uuid"),
    Voucher.status,
    Application.uuid.label("application_uuid"),
    Application.reference,
    Application.title,
    Organisation.name.label("organisation"),
    Partner.name.label("partner"),
    Voucher.value_cents,
    Voucher.redeemed_at,
]


def case(voucher_uuid: UUID, actor: Actor, today: dt.date) -> Case:
    """A delivery. Raises NotFound out of reach, in conflict, and before the voucher is redeemed."""
    wanted = (
        select(*_COLUMNS, Voucher.partner_id)
        .join(Application, Application.id == Voucher.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Partner, Partner.id == Voucher.partner_id)
        .where(
            Voucher.uuid == voucher_uuid,
            Voucher.redeemed_at.is_not(None),
            within_reach(actor),
            no_conflict(actor, today),
        )
    )
    row = db.session.execute(wanted).mappings().one_or_none()
    if row is None:
        raise NotFound
    facts = dict(row)
    partner_id, voucher_id = facts.pop("partner_id"), facts["voucher_id"]
    return Case(
        **facts,
        services=_services(voucher_id),
        milestones=_milestones(voucher_id),
        work=_work(voucher_id),
        evidence=_evidence(voucher_id),
        reports=_reports(voucher_id),
        actions=actions_for(facts["status"], partner_id, actor),
    )


def _services(voucher_id: int) -> list[ServiceDone]:
    tenths = (
        select(func.coalesce(func.sum(WorkRecord.tenths), 0))
        .where(WorkRecord.voucher_service_id == VoucherService.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            VoucherService.id,
            VoucherService.service_id,
            Service.name,
            VoucherService.price_cents,
            VoucherService.confirmed_cents,
            Service.person_days,
            tenths.label("tenths"),
        )
        .join(Service, Service.id == VoucherService.service_id)
        .where(VoucherService.voucher_id == voucher_id)
        .order_by(VoucherService.id)
    )
    return [ServiceDone(**{**row, "tenths": int(row["tenths"])}) for row in rows.mappings()]


def _milestones(voucher_id: int) -> list[Planned]:
    rows = db.session.execute(
        select(Milestone.id, Milestone.title, Milestone.due_on, Milestone.done_on)
        .where(Milestone.voucher_id == voucher_id)
        .order_by(Milestone.due_on, Milestone.id)
    )
    return [Planned(*row) for row in rows]


def _work(voucher_id: int) -> list[Worked]:
    rows = db.session.execute(
        select(
            WorkRecord.id,
            VoucherService.service_id,
            WorkRecord.person_id,
            Person.name,
            WorkRecord.day,
            WorkRecord.tenths,
            WorkRecord.note,
        )
        .join(VoucherService, VoucherService.id == WorkRecord.voucher_service_id)
        .join(Person, Person.id == WorkRecord.person_id)
        .where(VoucherService.voucher_id == voucher_id)
        .order_by(WorkRecord.day.desc(), WorkRecord.id.desc())
        .limit(MOST_WORK_SHOWN)
    )
    return [Worked(*row) for row in rows]


def _evidence(voucher_id: int) -> list[Proof]:
    rows = db.session.execute(
        select(Evidence.id, StoredFile.name, StoredFile.kind, StoredFile.size, Evidence.note, Evidence.added_at)
        .join(StoredFile, StoredFile.id == Evidence.file_id)
        .where(Evidence.voucher_id == voucher_id)
        .order_by(Evidence.id)
    )
    return [Proof(*row) for row in rows]


def _reports(voucher_id: int) -> list[Report]:
    reporter, answerer = aliased(Person), aliased(Person)
    columns: list[Any] = [
        DeliveryReport.id,
        DeliveryReport.summary,
        DeliveryReport.reported_at,
        func.coalesce(reporter.name, ""),
        DeliveryReport.answer_by,
        DeliveryReport.answered_at,
        func.coalesce(answerer.name, ""),
        DeliveryReport.stood_in_reason,
        DeliveryReport.dispute_reason,
        DeliveryReport.taken_back_reason,
        DeliveryReport.rating,
        DeliveryReport.rating_comment,
    ]
    rows = db.session.execute(
        select(*columns)
        .outerjoin(reporter, reporter.id == DeliveryReport.reported_by)
        .outerjoin(answerer, answerer.id == DeliveryReport.answered_by)
        .where(DeliveryReport.voucher_id == voucher_id)
        .order_by(DeliveryReport.id.desc())
    ).all()
    values: dict[int, dict[int, int]] = {row.id: {} for row in rows}
    if rows:
        for report_id, service_id, cents in db.session.execute(
            select(DeliveredValue.report_id, DeliveredValue.voucher_service_id, DeliveredValue.delivered_cents).where(
                DeliveredValue.report_id.in_(list(values))
            )
        ):
            values[report_id][service_id] = cents
    return [Report(values[row.id], *row) for row in rows]
