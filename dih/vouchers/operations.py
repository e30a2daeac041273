"""What happens to a voucher, from issue to its end. Money that is no longer needed goes back to its line at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from dih.aid import operations as aid
from dih.aid.operations import Award
from dih.applications.models import Application
from dih.budget import ledger
from dih.budget.ledger import Dimensions, Part
from dih.catalogue.models import Service
from dih.extensions.database import db
from dih.shared import audit, clock, texts
from dih.shared.access import SYSTEM, Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.status import take
from dih.shared.transitions import target_of
from dih.shared.wording import N_
from dih.vouchers import emails, rules
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.queries.reach import no_conflict, within_reach
from dih.vouchers.rules import Shares
from dih.vouchers.vocabulary import EXTENDABLE, VOUCHER_STATUS_TRANSITIONS, VoucherStatus


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


def load(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> tuple[Voucher, Application]:
    """The voucher within the actor's reach with its application, both locked in the order of the house.

    Raises NotFound when it does not exist, is out of reach, or the actor works for the hub in a conflict of interest.
    """
    return _locked(Voucher.uuid == voucher_uuid, within_reach(actor), no_conflict(actor, clock.day_of(now)))


def accept(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> Voucher:
    """The beneficiary accepts: the voucher becomes active, or awaits payment where there is a share to pay.

    The right to the aid arises now, so it is checked again and granted as of this day. Raises BrokenRule when it does
    not fit any more and after the last day, Stale when it is no longer offered.
    """
    voucher, application = load(voucher_uuid, actor, now)
    if clock.day_of(now) > voucher.accept_by:
        raise BrokenRule.because(
            N_("The time to accept this voucher ended on %(day)s. Write to us if you still need it."),
            day=voucher.accept_by,
        )
    aid.grant(award(voucher, application), actor, now)
    _move(voucher, "accept", actor, now, accepted_at=now, accepted_by=actor.person_id)
    _move(voucher, "await_payment" if voucher.beneficiary_cents else "activate", SYSTEM, now)
    emails.accepted(voucher, application, now)
    return voucher


def refuse(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The beneficiary does not want the voucher, for a reason or none: it ends and its money is free again."""
    voucher, application = load(voucher_uuid, actor, now)
    _end(voucher, application, "refuse", actor, now, texts.trimmed(reason))
    emails.ended(voucher, application, now)


def paid(voucher: Voucher, application: Application, now: dt.datetime, **noted: object) -> None:
    """The share has come in, says the room of payments: the voucher becomes active. `noted` is more to record.

    The caller has it from `load`. Of money booked in time and told of late, the days that the bank took are given
    back: the validity lasts until the day up to which the voucher was held. Raises Stale when it awaits no payment.
    """
    today, until = clock.day_of(now), voucher.valid_until
    if voucher.held_until is not None and today > until:
        until = max(voucher.held_until, today)
        noted["valid_until"] = until.isoformat()
    _move(voucher, "pay", SYSTEM, now, noted=noted, valid_until=until)
    emails.active(voucher, application, now)


def hold(voucher: Voucher, days: int) -> None:
    """A bank transfer is expected: the voucher lapses only so many days after its validity. The caller locks it."""
    voucher.held_until = voucher.valid_until + dt.timedelta(days=days)
    db.session.flush()


def redeem(typed_code: str, actor: Actor, now: dt.datetime) -> Voucher:
    """The partner redeems the voucher by its code and may begin the delivery.

    Raises BrokenRule for a code that no active voucher of this partner has, and after the last day of validity.
    """
    code = rules.clean_code(typed_code)
    if not code:
        raise BrokenRule.because(N_("Enter the code as it stands on the voucher: DIH and twelve characters."), "code")
    try:
        mine = (Voucher.partner_id == (actor.partner_id or 0), no_conflict(actor, clock.day_of(now)))
        voucher, _ = _locked(Voucher.code == code, *mine)
    except NotFound:
        raise BrokenRule.because(N_("No voucher of yours has this code. Check it against the agreement."), "code")
    if voucher.status is not VoucherStatus.ACTIVE:
        raise BrokenRule.because(rules.WHY_NOT_REDEEMED[voucher.status], "code")
    if clock.day_of(now) > voucher.valid_until:
        raise BrokenRule.because(N_("This voucher was valid until %(day)s."), "code", day=voucher.valid_until)
    _move(voucher, "redeem", actor, now, redeemed_at=now, redeemed_by=actor.person_id)
    return voucher


def cancel(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager ends the voucher with a reason; what is reserved and not spent is free again."""
    voucher, application = load(voucher_uuid, actor, now)
    _end(voucher, application, "cancel", actor, now, rules.reason_given(reason))
    emails.cancelled(voucher, application, now)
    emails.ended(voucher, application, now)


def extend(voucher_uuid: uuid.UUID, until: dt.date, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager moves the next deadline to a later day: to accept while offered, else the validity.

    Raises BrokenRule for a day that is not later, without a reason, and when no deadline runs; Forbidden.
    """
    if not actor.may(Permission.MANAGE_VOUCHERS):
        raise Forbidden
    voucher, application = load(voucher_uuid, actor, now)
    if voucher.status not in EXTENDABLE:
        raise BrokenRule.because(N_("Only an offered or active voucher can be extended."))
    why = rules.reason_given(reason)
    days = {"accept_by": voucher.accept_by, "valid_until": voucher.valid_until}
    after = rules.extended(voucher.status is VoucherStatus.OFFERED, **days, until=until, today=clock.day_of(now))
    changed = [name for name in days if days[name] != after[name]]
    if voucher.held_until is not None:
        voucher.held_until += after["valid_until"] - voucher.valid_until
    voucher.accept_by, voucher.valid_until = after["accept_by"], after["valid_until"]
    audit.record(
        actor,
        now,
        ("voucher", voucher.id),
        "voucher_extended",
        before={name: days[name].isoformat() for name in changed},
        after={name: after[name].isoformat() for name in changed},
        reason=why,
        application_id=voucher.application_id,
    )
    emails.extended(voucher, application, now)


def lapse(voucher_id: int, now: dt.datetime) -> None:
    """The platform ends a voucher whose day has passed; its money is free again. Raises Stale when somebody acted."""
    voucher, application = _locked(Voucher.id == voucher_id)
    deadline = voucher.accept_by if voucher.status is VoucherStatus.OFFERED else voucher.valid_until
    if voucher.status is VoucherStatus.AWAITING_PAYMENT and voucher.held_until is not None:
        deadline = max(deadline, voucher.held_until)
    if voucher.status not in EXTENDABLE or deadline >= clock.day_of(now):
        raise Stale
    _end(voucher, application, "lapse", SYSTEM, now, "")
    emails.lapsed(voucher, application, now)
    emails.ended(voucher, application, now)


def remind(voucher_id: int, deadline: dt.date, now: dt.datetime) -> None:
    """Reminds the beneficiary of a deadline, once for each deadline."""
    voucher, application = _locked(Voucher.id == voucher_id)
    current = voucher.accept_by if voucher.status is VoucherStatus.OFFERED else voucher.valid_until
    if voucher.status in EXTENDABLE and current == deadline and voucher.reminded_of != deadline:
        voucher.reminded_of = deadline
        emails.reminder(voucher, application, now)


def step(voucher: Voucher, action: str, actor: Actor, now: dt.datetime, *, reason: str = "", **after: object) -> None:
    """One move by a room above (delivery); `after` is more to record. Raises Stale or Forbidden."""
    _move(voucher, action, actor, now, reason=reason, noted=after)


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


def _end(voucher: Voucher, application: Application, action: str, actor: Actor, now: dt.datetime, reason: str) -> None:
    released = voucher.eu_cents + voucher.national_cents
    _move(
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


def _move(
    voucher: Voucher,
    action: str,
    actor: Actor,
    now: dt.datetime,
    *,
    reason: str = "",
    noted: Mapping[str, object] | None = None,
    **values: object,
) -> None:
    source = voucher.status
    target = VoucherStatus(target_of(VOUCHER_STATUS_TRANSITIONS, action, source, actor))
    take(Voucher, voucher.id, source, target, status_since=now, **values)
    db.session.refresh(voucher)
    _record(voucher, f"voucher_{action}", actor, now, source, target, reason=reason, **(noted or {}))


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


def _locked(*conditions: ColumnElement[bool]) -> tuple[Voucher, Application]:
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
