"""What is said of a reported delivery: confirmed, disputed, settled, taken back, rated, closed.

A confirmation spends the reserve and frees the rest; to take it back reserves both again.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy import func, select

from dih.aid import operations as aid
from dih.applications.models import Application
from dih.budget import ledger
from dih.delivery import emails, rules
from dih.delivery.models import DeliveredValue, DeliveryReport
from dih.delivery.operations.loading import last_report, services_of
from dih.extensions.database import db
from dih.shared import clock, texts
from dih.shared.access import SYSTEM, Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, Problem, Stale
from dih.shared.wording import N_, Text
from dih.vouchers import operations as vouchers
from dih.vouchers.models import Voucher, VoucherService
from dih.vouchers.rules import reason_given
from dih.vouchers.vocabulary import VoucherStatus


def confirm(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """The beneficiary confirms: what was delivered is spent on each service's line, the rest is free again."""
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    _settle(voucher, application, "confirm", "", actor, now)
    emails.confirmed(voucher, application, now)


def stand_in(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager confirms in the place of a beneficiary that has not answered in time; both sides are told why.

    Raises BrokenRule without a reason and while there is time to answer, Stale once it is answered, Forbidden.
    """
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    why, last = reason_given(reason), last_report(voucher)
    if voucher.status is VoucherStatus.DELIVERED:
        rules.check_stands_in(last.answer_by, clock.day_of(now))
    _settle(voucher, application, "stand_in", why, actor, now)
    last.stood_in_reason = why
    emails.stood_in(voucher, application, why, now)


def remind(voucher_uuid: uuid.UUID, now: dt.datetime) -> None:
    """Reminds the beneficiary of a report that it has not answered, when the next reminder is due."""
    voucher, application = vouchers.load(voucher_uuid, SYSTEM, now)
    last = last_report(voucher)
    due = rules.reminders_due(clock.day_of(last.reported_at), last.answer_by, clock.day_of(now))
    if voucher.status is VoucherStatus.DELIVERED and last.reminders < due:
        last.reminders = due
        emails.reminder(voucher, application, last.answer_by, now)


def dispute(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """The beneficiary does not agree; a manager looks at it. Nothing is spent meanwhile. Raises BrokenRule."""
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    why = reason_given(reason)
    vouchers.step(voucher, "dispute", actor, now, reason=why)
    last = last_report(voucher)
    last.answered_at, last.answered_by, last.dispute_reason = now, actor.person_id, why
    emails.disputed(voucher, application, why, now)


def redo(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager sends a disputed delivery back to the partner. Raises BrokenRule without a reason."""
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    why = reason_given(reason)
    vouchers.step(voucher, "redo", actor, now, reason=why)
    emails.sent_back(voucher, application, why, now)


def uphold(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager finds that the reported delivery stands: it is spent as if confirmed. Raises BrokenRule."""
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    why = reason_given(reason)
    _settle(voucher, application, "uphold", why, actor, now)
    emails.settled(voucher, application, why, now)


def rate(voucher_uuid: uuid.UUID, rating: int, comment: str, actor: Actor, now: dt.datetime) -> None:
    """The beneficiary rates a confirmed delivery from 1 to 5; a later rating replaces an earlier.

    Raises BrokenRule for another number, Stale before the delivery is confirmed, Forbidden.
    """
    if not actor.may(Permission.CONFIRM_DELIVERY):
        raise Forbidden
    voucher, _ = vouchers.load(voucher_uuid, actor, now)
    if voucher.status not in (VoucherStatus.CONFIRMED, VoucherStatus.CLOSED):
        raise Stale
    if rating not in range(1, 6):
        raise BrokenRule.because(N_("Choose a rating from 1 to 5."), "rating")
    last = last_report(voucher)
    last.rating, last.rating_comment = rating, texts.trimmed(comment)


def close(voucher_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> None:
    """A manager closes a confirmed voucher: everything about it is done."""
    voucher, _ = vouchers.load(voucher_uuid, actor, now)
    vouchers.step(voucher, "close", actor, now)


def take_back(voucher_uuid: uuid.UUID, reason: str, actor: Actor, now: dt.datetime) -> None:
    """A manager takes a wrong confirmation back: it is settled like a dispute, and all of its money is held again.

    What was spent is reserved again, so is what was set free; the aid rises to what was granted. The rating goes with
    it. No refund stands in the way: what was not delivered is due only once the case is closed.
    Raises BrokenRule without a reason, when a line has not that much free any more and when the aid does not fit any
    more, Stale when it is not confirmed or closed already, Forbidden.
    """
    voucher, application = vouchers.load(voucher_uuid, actor, now)
    why, last, services = reason_given(reason), last_report(voucher), services_of(voucher)
    spent, freed = _divided(services, {service.id: service.confirmed_cents for service in services})
    money = {"unspent_cents": sum(spent.values()), "reserved_cents": sum(freed.values())}
    vouchers.step(voucher, "take_back", actor, now, reason=why, **money)
    key = _key(voucher)
    for service in services:
        service.confirmed_cents = 0
    last.times_taken_back, last.taken_back_reason = last.times_taken_back + 1, why
    last.stood_in_reason, last.rating, last.rating_comment = "", None, ""
    application.closed_at = None
    db.session.flush()
    aid.restore(vouchers.award(voucher, application), actor, now)
    ledger.hold({service.line_id for service in services})
    case = {"application_id": application.id}
    try:
        ledger.reserve(vouchers.parts(voucher, freed, application), f"{key}:back:rest", actor, now, **case)
    except BrokenRule as rule:
        raise BrokenRule(*rule.problems, Problem("", Text(_TAKEN))) from None
    ledger.reverse(vouchers.parts(voucher, spent, application), f"{key}:back", actor, now, **case)
    emails.taken_back(voucher, application, why, now)


_TAKEN = N_(
    "The confirmation had set this money free, and others have it now. Raise the ceiling of the line, then try again."
)


def _settle(
    voucher: Voucher, application: Application, action: str, reason: str, actor: Actor, now: dt.datetime
) -> None:
    last, services = last_report(voucher), services_of(voucher)
    rows = db.session.execute(
        select(DeliveredValue.voucher_service_id, DeliveredValue.delivered_cents).where(
            DeliveredValue.report_id == last.id
        )
    )
    delivered = {row.voucher_service_id: row.delivered_cents for row in rows}
    spent, freed = _divided(services, delivered)
    money = {"spent_cents": sum(spent.values()), "released_cents": sum(freed.values())}
    vouchers.step(voucher, action, actor, now, reason=reason, **money)
    for service in services:
        service.confirmed_cents = delivered.get(service.id, 0)
    last.answered_at, last.answered_by = now, actor.person_id
    application.closed_at = now
    db.session.flush()
    borne = sum(
        rules.envelope_part(service.national_cents, service.confirmed_cents, service.price_cents)
        for service in services
    )
    aid.settle(application.id, borne, actor, now)
    key = _key(voucher)
    ledger.hold({service.line_id for service in services})
    ledger.spend(vouchers.parts(voucher, spent, application), key, actor, now, application_id=application.id)
    ledger.release(
        vouchers.parts(voucher, freed, application), f"{key}:rest", actor, now, application_id=application.id
    )


def _divided(services: Iterable[VoucherService], delivered: Mapping[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    """The envelope's cents by voucher service of what was delivered of each, and of the rest."""
    spent, freed = {}, {}
    for service in services:
        envelope = service.eu_cents + service.national_cents
        spent[service.id] = rules.envelope_part(envelope, delivered.get(service.id, 0), service.price_cents)
        freed[service.id] = envelope - spent[service.id]
    return spent, freed


def _key(voucher: Voucher) -> str:
    """The key of the confirmation at hand: another one for each time that one was taken back before."""
    times = db.session.scalar(
        select(func.sum(DeliveryReport.times_taken_back)).where(DeliveryReport.voucher_id == voucher.id)
    )
    return f"voucher:{voucher.id}:confirm" + (f":{times + 1}" if times else "")
