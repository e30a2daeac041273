"""What the beneficiary does with an offered voucher: accept, pay the share, or refuse."""

from __future__ import annotations

import datetime as dt
import uuid

from dih.aid import operations as aid
from dih.applications.models import Application
from dih.extensions.database import db
from dih.shared import clock, texts
from dih.shared.access import SYSTEM, Actor
from dih.shared.errors import BrokenRule
from dih.shared.wording import N_
from dih.vouchers import emails
from dih.vouchers.models import Voucher
from dih.vouchers.operations.moving import award, end, load, move


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
    move(voucher, "accept", actor, now, accepted_at=now, accepted_by=actor.person_id)
    move(voucher, "await_payment" if voucher.beneficiary_cents else "activate", SYSTEM, now)
    emails.accepted(voucher, application, now)
    return voucher


def refuse(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The beneficiary does not want the voucher, for a reason or none: it ends and its money is free again."""
    voucher, application = load(voucher_uuid, actor, now)
    end(voucher, application, "refuse", actor, now, texts.trimmed(reason))
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
    move(voucher, "pay", SYSTEM, now, noted=noted, valid_until=until)
    emails.active(voucher, application, now)


def hold(voucher: Voucher, days: int) -> None:
    """A bank transfer is expected: the voucher lapses only so many days after its validity. The caller locks it."""
    voucher.held_until = voucher.valid_until + dt.timedelta(days=days)
    db.session.flush()
