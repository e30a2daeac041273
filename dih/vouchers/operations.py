"""What happens to a voucher, from issue to its end. Money that is no longer needed goes back to its line at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from dih.applications.models import Application
from dih.budget import ledger
from dih.budget.ledger import Dimensions, Part
from dih.catalogue.models import Service
from dih.extensions.database import db
from dih.shared import audit, clock
from dih.shared.access import SYSTEM, Actor
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.status import take
from dih.shared.transitions import target_of
from dih.shared.wording import N_
from dih.vouchers import emails, rules
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.rules import Shares
from dih.vouchers.vocabulary import VOUCHER_STATUS_TRANSITIONS, VoucherStatus


@dataclass(frozen=True, slots=True)
class Grant:
    """One service as approved: its split and the line that bears it."""

    service_id: int
    line_id: int
    price_cents: int
    shares: Shares


def issue(
    application: Application,
    grants: Sequence[Grant],
    legal_basis: str,
    accept_by: dt.date,
    valid_until: dt.date,
    actor: Actor,
    now: dt.datetime,
) -> Voucher:
    """Issues the voucher of an approved application and tells the applicant. The money is reserved by the decision."""
    if application.partner_id is None:
        raise BrokenRule.because(N_("No partner has taken this application yet."))
    voucher = Voucher(
        application_id=application.id,
        code=rules.new_code(),
        status=VoucherStatus.OFFERED,
        status_since=now,
        partner_id=application.partner_id,
        value_cents=sum(grant.price_cents for grant in grants),
        eu_cents=sum(grant.shares.eu_cents for grant in grants),
        national_cents=sum(grant.shares.national_cents for grant in grants),
        beneficiary_cents=sum(grant.shares.beneficiary_cents for grant in grants),
        legal_basis=legal_basis,
        issued_at=now,
        accept_by=accept_by,
        valid_until=valid_until,
    )
    db.session.add(voucher)
    db.session.flush()
    db.session.add_all(
        VoucherService(
            voucher_id=voucher.id,
            service_id=grant.service_id,
            line_id=grant.line_id,
            price_cents=grant.price_cents,
            eu_cents=grant.shares.eu_cents,
            national_cents=grant.shares.national_cents,
            beneficiary_cents=grant.shares.beneficiary_cents,
        )
        for grant in grants
    )
    _record(voucher, "voucher_issued", actor, now, None, VoucherStatus.OFFERED, value_cents=voucher.value_cents)
    emails.offered(voucher, application, now)
    return voucher


def load(voucher_uuid: uuid.UUID, actor: Actor) -> tuple[Voucher, Application]:
    """The voucher within the actor's reach, with its application, both locked in that order. Raises NotFound."""
    found = db.session.execute(
        select(Voucher, Application)
        .join(Application, Application.id == Voucher.application_id)
        .where(Voucher.uuid == voucher_uuid)
    ).one_or_none()
    if found is None or not _within_reach(found[0], found[1], actor):
        raise NotFound
    return found[0], found[1]


def accept(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> Voucher:
    """The beneficiary accepts: the voucher becomes active, or awaits payment where there is a share to pay.

    Raises BrokenRule after the last day, Stale when it is no longer offered.
    """
    voucher, application = load(voucher_uuid, actor)
    if clock.day_of(now) > voucher.accept_by:
        raise BrokenRule.because(
            N_("The time to accept this voucher ended on %(day)s. Write to us if you still need it."),
            day=voucher.accept_by,
        )
    _move(voucher, "accept", actor, now, accepted_at=now, accepted_by=actor.person_id)
    _move(voucher, "await_payment" if voucher.beneficiary_cents else "activate", SYSTEM, now)
    emails.accepted(voucher, application, now)
    return voucher


def refuse(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The beneficiary does not want the voucher: it ends and its money is free again."""
    voucher, _ = load(voucher_uuid, actor)
    _end(voucher, "refuse", actor, now, reason)


def pay(voucher_uuid: uuid.UUID, note: str, actor: Actor, now: dt.datetime) -> None:
    """A manager records that the beneficiary's share has come in; the voucher becomes active."""
    voucher, application = load(voucher_uuid, actor)
    _move(voucher, "pay", actor, now, reason=note)
    emails.active(voucher, application, now)


def redeem(typed_code: str, actor: Actor, now: dt.datetime) -> Voucher:
    """The partner redeems the voucher by its code and may begin the delivery.

    Raises BrokenRule for a code that no active voucher of this partner has, and after the last day of validity.
    """
    voucher = db.session.scalar(select(Voucher).where(Voucher.code == rules.clean_code(typed_code)))
    if voucher is None or voucher.partner_id != actor.partner_id:
        raise BrokenRule.because(N_("No voucher of yours has this code. Check it against the agreement."), "code")
    if voucher.status is not VoucherStatus.ACTIVE:
        raise BrokenRule.because(N_("This voucher is not active: it cannot be redeemed, or already was."), "code")
    if clock.day_of(now) > voucher.valid_until:
        raise BrokenRule.because(N_("This voucher was valid until %(day)s."), "code", day=voucher.valid_until)
    _move(voucher, "redeem", actor, now, redeemed_at=now, redeemed_by=actor.person_id)
    return voucher


def cancel(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager ends the voucher with a reason; what is reserved and not spent is free again."""
    voucher, application = load(voucher_uuid, actor)
    _end(voucher, "cancel", actor, now, _needed(reason))
    emails.cancelled(voucher, application, now)


def extend(voucher_uuid: uuid.UUID, until: dt.date, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager moves the next deadline to a later day: to accept while offered, else the validity."""
    voucher, application = load(voucher_uuid, actor)
    column = "accept_by" if voucher.status is VoucherStatus.OFFERED else "valid_until"
    before = getattr(voucher, column)
    if voucher.status not in (VoucherStatus.OFFERED, VoucherStatus.AWAITING_PAYMENT, VoucherStatus.ACTIVE):
        raise BrokenRule.because(N_("Only an offered or active voucher can be extended."))
    if until <= max(before, clock.day_of(now)):
        raise BrokenRule.because(N_("Choose a day after %(day)s."), "until", day=max(before, clock.day_of(now)))
    setattr(voucher, column, until)
    if column == "accept_by" and voucher.valid_until < until:
        voucher.valid_until = until
    audit.record(
        actor,
        now,
        ("voucher", voucher.id),
        "voucher_extended",
        before={column: before.isoformat()},
        after={column: until.isoformat()},
        reason=_needed(reason),
        application_id=voucher.application_id,
    )
    emails.extended(voucher, application, now)


def lapse(voucher_id: int, now: dt.datetime) -> None:
    """The platform ends a voucher whose day has passed; its money is free again. Raises Stale when somebody acted."""
    found = db.session.execute(
        select(Voucher, Application)
        .join(Application, Application.id == Voucher.application_id)
        .where(Voucher.id == voucher_id)
    ).one()
    _end(found[0], "lapse", SYSTEM, now, "")
    emails.lapsed(found[0], found[1], now)


def step(voucher: Voucher, action: str, actor: Actor, now: dt.datetime, *, reason: str = "") -> None:
    """One move by a room above (delivery). Raises Stale or Forbidden."""
    _move(voucher, action, actor, now, reason=reason)


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


def _end(voucher: Voucher, action: str, actor: Actor, now: dt.datetime, reason: str) -> None:
    _move(voucher, action, actor, now, reason=reason, ended_at=now, ended_reason=reason)
    application = db.session.get_one(Application, voucher.application_id)
    application.closed_at = now
    services = db.session.scalars(select(VoucherService).where(VoucherService.voucher_id == voucher.id))
    envelope = {service.id: service.eu_cents + service.national_cents for service in services}
    ledger.release(
        parts(voucher, envelope, application), f"voucher:{voucher.id}:end", actor, now, application_id=application.id
    )


def _move(voucher: Voucher, action: str, actor: Actor, now: dt.datetime, *, reason: str = "", **values: object) -> None:
    source = voucher.status
    target = VoucherStatus(target_of(VOUCHER_STATUS_TRANSITIONS, action, source, actor))
    take(Voucher, voucher.id, source, target, status_since=now, **values)
    db.session.refresh(voucher)
    _record(voucher, f"voucher_{action}", actor, now, source, target, reason=reason)


def _record(
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


def _within_reach(voucher: Voucher, application: Application, actor: Actor) -> bool:
    if actor.organisation_id is not None:
        return application.organisation_id == actor.organisation_id
    if actor.partner_id is not None:
        return voucher.partner_id == actor.partner_id
    return True


def _needed(reason: str) -> str:
    if not reason.strip():
        raise BrokenRule.because(N_("Give a reason: the other side reads it."), "reason")
    return reason.strip()
