"""One voucher: the panel of the case page, and its own page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.catalogue.models import Service as CatalogueService
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.partners.models import Partner
from dih.shared import clock, settings
from dih.shared.access import Actor, Permission
from dih.shared.errors import NotFound
from dih.shared.transitions import open_actions
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.queries.reach import no_conflict, within_reach
from dih.vouchers.rules import Vat, vat_on
from dih.vouchers.settings import VAT_EXEMPTION, VAT_PERCENT
from dih.vouchers.vocabulary import (
    EXTENDABLE,
    OWN_ACTIONS,
    VOUCHER_STATUS_COLOURS,
    VOUCHER_STATUS_LABELS,
    VOUCHER_STATUS_TRANSITIONS,
    VoucherStatus,
)


@dataclass(frozen=True, slots=True)
class Panel:
    """A voucher with what the actor may do about it. Money in cents, without VAT. `code` is "" for who may not see it.

    `actions`: pay, accept, refuse, redeem, cancel, extend.
    """

    id: int
    uuid: UUID
    status: VoucherStatus
    status_since: dt.datetime
    code: str
    partner_name: Mapping[str, str]
    partner_short: str
    value_cents: int
    eu_cents: int
    national_cents: int
    beneficiary_cents: int
    issued_at: dt.datetime
    accept_by: dt.date
    valid_until: dt.date
    accepted_at: dt.datetime | None
    accepted_by: str
    redeemed_at: dt.datetime | None
    ended_at: dt.datetime | None
    ended_reason: str
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
    def deadline(self) -> dt.date | None:
        """The day that runs now, if one does: the last one to accept, or the last valid one before redemption."""
        if self.status not in EXTENDABLE:
            return None
        return self.accept_by if self.status is VoucherStatus.OFFERED else self.valid_until

    def is_over(self, now: dt.datetime) -> bool:
        """Whether the deadline has passed, so that the voucher lapses within minutes."""
        return self.deadline is not None and self.deadline < clock.day_of(now)


def panel(application_id: int, actor: Actor) -> Panel | None:
    """The voucher of an application in one query; None before the approval.

    The caller has made sure that the actor may see the application.
    """
    row = db.session.execute(_voucher().where(Voucher.application_id == application_id)).one_or_none()
    return None if row is None else _as_panel(row, actor)


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a voucher: its price and split, and what was confirmed of it. Cents without VAT."""

    id: int
    service_id: int
    code: str
    name: Mapping[str, str]
    price_cents: int
    eu_cents: int
    national_cents: int
    beneficiary_cents: int
    confirmed_cents: int


@dataclass(frozen=True, slots=True)
class Case:
    """A voucher's page: the voucher, its services, the beneficiary, and what the agreement names.

    `vat` is what the beneficiary pays with VAT; None where the share is 0.
    """

    panel: Panel
    services: Sequence[Service]
    application_id: int
    application_uuid: UUID
    reference: str
    title: str
    call_version_id: int
    legal_basis: str
    organisation: str
    organisation_cui: str
    organisation_seat: str
    organisation_county: str
    partner_city: str
    vat: Vat | None


def vat_due(net_cents: int) -> Vat:
    """What a beneficiary pays for a share of `net_cents` by the present settings, in one query."""
    values = settings.read_all()
    return vat_on(net_cents, Decimal(values[VAT_PERCENT.name]), values[VAT_EXEMPTION.name])


def case(voucher_uuid: UUID, actor: Actor, today: dt.date) -> Case:
    """A voucher with all that its page shows, in three queries at most.

    Raises NotFound out of reach and in conflict.
    """
    row = db.session.execute(
        _voucher()
        .add_columns(
            Application.id.label("application_id"),
            Application.uuid.label("application_uuid"),
            Application.reference,
            Application.title,
            Application.call_version_id,
            Voucher.legal_basis,
            Organisation.name,
            Organisation.cui,
            Organisation.address,
            Organisation.locality,
            Organisation.county,
            Partner.city,
        )
        .join(Application, Application.id == Voucher.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Voucher.uuid == voucher_uuid, within_reach(actor), no_conflict(actor, today))
    ).one_or_none()
    if row is None:
        raise NotFound
    services = db.session.execute(
        select(
            VoucherService.id,
            VoucherService.service_id,
            CatalogueService.code,
            CatalogueService.name,
            VoucherService.price_cents,
            VoucherService.eu_cents,
            VoucherService.national_cents,
            VoucherService.beneficiary_cents,
            VoucherService.confirmed_cents,
        )
        .join(CatalogueService, CatalogueService.id == VoucherService.service_id)
        .where(VoucherService.voucher_id == row.id)
        .order_by(VoucherService.id)
    )
    seat = ", ".join(part for part in (row.address, row.locality) if part)
    return Case(
        _as_panel(row, actor),
        [Service(*service) for service in services],
        row.application_id,
        row.application_uuid,
        row.reference,
        row.title,
        row.call_version_id,
        row.legal_basis,
        row.name,
        row.cui,
        seat,
        row.county,
        row.city,
        vat_due(row.beneficiary_cents) if row.beneficiary_cents else None,
    )


_COLUMNS: list[Any] = [
    Voucher.id,
    Voucher.uuid,
    Voucher.status,
    Voucher.status_since,
    Voucher.code,
    Partner.name.label("partner_name"),
    Partner.short_name.label("partner_short"),
    Voucher.value_cents,
    Voucher.eu_cents,
    Voucher.national_cents,
    Voucher.beneficiary_cents,
    Voucher.issued_at,
    Voucher.accept_by,
    Voucher.valid_until,
    Voucher.accepted_at,
    Person.name.label("accepted_by"),
    Voucher.redeemed_at,
    Voucher.ended_at,
    Voucher.ended_reason,
    Voucher.partner_id,
]


def _voucher() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .join(Partner, Partner.id == Voucher.partner_id)
        .outerjoin(Person, Person.id == Voucher.accepted_by)
    )


def _as_panel(row: Any, actor: Actor) -> Panel:
    values = row._mapping
    kept = {name: values[name] for name in Panel.__dataclass_fields__ if name not in ("actions", "accepted_by", "code")}
    return Panel(
        **kept,
        accepted_by=values["accepted_by"] or "",
        code=values["code"] if _sees_code(values["redeemed_at"], actor) else "",
        actions=_actions(values["status"], values["partner_id"], actor),
    )


def _sees_code(redeemed_at: dt.datetime | None, actor: Actor) -> bool:
    """The partner learns the code from the beneficiary: who holds it may begin."""
    return actor.partner_id is None or redeemed_at is not None


def _actions(status: VoucherStatus, partner_id: int, actor: Actor) -> tuple[str, ...]:
    actions = [name for name in open_actions(VOUCHER_STATUS_TRANSITIONS, status, actor) if name in OWN_ACTIONS]
    if "redeem" in actions and actor.partner_id != partner_id:
        actions.remove("redeem")
    if status is VoucherStatus.AWAITING_PAYMENT and actor.may(Permission.ACCEPT_VOUCHER):
        actions.insert(0, "pay")
    if actor.may(Permission.MANAGE_VOUCHERS) and status in EXTENDABLE:
        actions.append("extend")
    return tuple(actions)
