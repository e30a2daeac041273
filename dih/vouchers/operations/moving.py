"""A voucher taken for a change, moved along its states and ended; its money goes back to its line at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from sqlalchemy import ColumnElement, select

from dih.aid import operations as aid
from dih.aid.operations import Award
from dih.applications.models import Application
from dih.budget import ledger
from dih.budget.ledger import Dimensions, Part
from dih.catalogue.models import Service
from dih.extensions.database import db
from dih.shared import audit, clock
from dih.shared.access import Actor
from dih.shared.errors import NotFound
from dih.shared.status import take
from dih.shared.transitions import target_of
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.queries.reach import no_conflict, within_reach
from dih.vouchers.vocabulary import VOUCHER_STATUS_TRANSITIONS, VoucherStatus


def load(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> tuple[Voucher, Application]:
    """The voucher within the actor's reach with its application, both locked in the order of the house.

    Raises NotFound when it does not exist, is out of reach, or the actor works for the hub in a conflict of interest.
    """
    return locked(Voucher.uuid == voucher_uuid, within_reach(actor), no_conflict(actor, clock.day_of(now)))


def locked(*conditions: ColumnElement[bool]) -> tuple[Voucher, Application]:
    """The one voucher that meets the conditions, with its application, both locked; raises NotFound for none."""
    application = db.session.scalar(
        select(Application)
        .join(Voucher, Voucher.application_id == Application.id)
        .where(*conditions)
        .with_for_update(of=Application)
    )
    if application is None:
        raise NotFound
    voucher = db.session.scalars(
        select(Voucher)
        .where(Voucher.application_id == application.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return voucher, application


def step(voucher: Voucher, action: str, actor: Actor, now: dt.datetime, *, reason: str = "", **after: object) -> None:
    """One move by a room above (delivery); `after` is more to record. Raises Stale or Forbidden."""
    move(voucher, action, actor, now, reason=reason, noted=after)


def move(
    voucher: Voucher,
    action: str,
    actor: Actor,
    now: dt.datetime,
    *,
    reason: str = "",
    noted: Mapping[str, object] | None = None,
    **values: object,
) -> None:
    """One edge of the transition table: `values` go into the row, `noted` is more to record.

    Raises Forbidden for an actor who may not, Stale where the voucher is not in a state that the edge leaves.
    """
    source = voucher.status
    target = VoucherStatus(target_of(VOUCHER_STATUS_TRANSITIONS, action, source, actor))
    take(Voucher, voucher.id, source, target, status_since=now, **values)
    db.session.refresh(voucher)
    record(voucher, f"voucher_{action}", actor, now, source, target, reason=reason, **(noted or {}))


def record(
    voucher: Voucher,
    action: str,
    actor: Actor,
    now: dt.datetime,
    source: VoucherStatus | None,
    target: VoucherStatus,
    *,
    reason: str = "",
    **after: object,
) -> None:
    """Writes a move from `source` (None at the issue) to `target` into the audit, with `after`."""
    audit.record(
        actor,
        now,
        ("voucher", voucher.id),
        action,
        before={"status": source.value} if source else {},
        after={"status": target.value, **after},
        reason=reason,
        application_id=voucher.application_id,
    )


def end(voucher: Voucher, application: Application, action: str, actor: Actor, now: dt.datetime, reason: str) -> None:
    """Ends a voucher before its delivery: what was reserved is free again, the aid is withdrawn, the case is closed."""
    released = voucher.eu_cents + voucher.national_cents
    move(
        voucher,
        action,
        actor,
        now,
        reason=reason,
        noted={"released_cents": released},
        ended_at=now,
        ended_reason=reason,
    )
    application.closed_at = now
    aid.withdraw(application.id, reason, actor, now)
    services = db.session.scalars(select(VoucherService).where(VoucherService.voucher_id == voucher.id))
    envelope = {service.id: service.eu_cents + service.national_cents for service in services}
    ledger.release(
        parts(voucher, envelope, application), f"voucher:{voucher.id}:end", actor, now, application_id=application.id
    )


def parts(voucher: Voucher, envelope: dict[int, int], application: Application) -> list[Part]:
    """Ledger parts for cents of the envelope by voucher service id, with the dimensions that dashboards ask for."""
    rows = db.session.execute(
        select(VoucherService, Service.category)
        .join(Service, Service.id == VoucherService.service_id)
        .where(VoucherService.voucher_id == voucher.id)
        .order_by(VoucherService.line_id)
    )
    return [
        Part(
            service.line_id,
            envelope[service.id],
            Dimensions(service.service_id, voucher.partner_id, category, application.target_group, application.county),
        )
        for service, category in rows
        if envelope.get(service.id)
    ]


def award(voucher: Voucher, application: Application) -> Award:
    """The aid that a voucher brings."""
    return Award(
        application.id,
        application.organisation_id,
        application.reference or "",
        voucher.legal_basis,
        voucher.national_cents,
        voucher.value_cents,
    )
