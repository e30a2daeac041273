"""A voucher in its time: redeemed by the partner, moved or cancelled by a manager, lapsed by the platform."""

from __future__ import annotations

import datetime as dt
import uuid

from dih.shared import audit, clock
from dih.shared.access import SYSTEM, Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.wording import N_
from dih.vouchers import emails, rules
from dih.vouchers.models import Voucher
from dih.vouchers.operations.moving import end, load, locked, move
from dih.vouchers.queries.reach import no_conflict
from dih.vouchers.vocabulary import EXTENDABLE, VoucherStatus


def redeem(typed_code: str, actor: Actor, now: dt.datetime) -> Voucher:
    """The partner redeems the voucher by its code and may begin the delivery.

    Raises BrokenRule for a code that no active voucher of this partner has, and after the last day of validity.
    """
    code = rules.clean_code(typed_code)
    if not code:
        raise BrokenRule.because(N_("Enter the code as it stands on the voucher: DIH and twelve characters."), "code")
    try:
        mine = (Voucher.partner_id == (actor.partner_id or 0), no_conflict(actor, clock.day_of(now)))
        voucher, _ = locked(Voucher.code == code, *mine)
    except NotFound:
        raise BrokenRule.because(N_("No voucher of yours has this code. Check it against the agreement."), "code")
    if voucher.status is not VoucherStatus.ACTIVE:
        raise BrokenRule.because(rules.WHY_NOT_REDEEMED[voucher.status], "code")
    if clock.day_of(now) > voucher.valid_until:
        raise BrokenRule.because(N_("This voucher was valid until %(day)s."), "code", day=voucher.valid_until)
    move(voucher, "redeem", actor, now, redeemed_at=now, redeemed_by=actor.person_id)
    return voucher


def cancel(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager ends the voucher with a reason; what is reserved and not spent is free again."""
    voucher, application = load(voucher_uuid, actor, now)
    end(voucher, application, "cancel", actor, now, rules.reason_given(reason))
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


def remind(voucher_id: int, deadline: dt.date, now: dt.datetime) -> None:
    """Reminds the beneficiary of a deadline, once for each deadline."""
    voucher, application = locked(Voucher.id == voucher_id)
    current = voucher.accept_by if voucher.status is VoucherStatus.OFFERED else voucher.valid_until
    if voucher.status in EXTENDABLE and current == deadline and voucher.reminded_of != deadline:
        voucher.reminded_of = deadline
        emails.reminder(voucher, application, now)


def lapse(voucher_id: int, now: dt.datetime) -> None:
    """The platform ends a voucher whose day has passed; its money is free again. Raises Stale when somebody acted."""
    voucher, application = locked(Voucher.id == voucher_id)
    deadline = voucher.accept_by if voucher.status is VoucherStatus.OFFERED else voucher.valid_until
    if voucher.status is VoucherStatus.AWAITING_PAYMENT and voucher.held_until is not None:
        deadline = max(deadline, voucher.held_until)
    if voucher.status not in EXTENDABLE or deadline >= clock.day_of(now):
        raise Stale
    end(voucher, application, "lapse", SYSTEM, now, "")
    emails.lapsed(voucher, application, now)
    emails.ended(voucher, application, now)
