"""The bank's statement: imported once, matched by reference and amount, else by two managers, one after the other."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from sqlalchemy import select

from dih.conflicts.queries import in_conflict
from dih.extensions.database import db
from dih.payments import rules
from dih.payments.models import Payment, Statement, StatementLine
from dih.payments.operations.paying import LEI
from dih.payments.operations.settling import lock_payment, received
from dih.payments.statements import Line
from dih.payments.vocabulary import LINE_STATUS_TRANSITIONS, LineStatus, Method, PaymentStatus
from dih.shared import audit, clock
from dih.shared.access import SYSTEM, Actor, Permission
from dih.shared.currency import EURO
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.status import take
from dih.shared.transitions import target_of
from dih.shared.wording import N_
from dih.vouchers.rules import clean, reason_given


def import_statement(name: str, content: bytes, lines: Sequence[Line], actor: Actor, now: dt.datetime) -> int:
    """Keeps a statement's credits, to be matched next; returns how many of them no statement before had.

    Raises BrokenRule when the same file was imported before or nothing came in, Forbidden.
    """
    _manages(actor)
    digest = hashlib.sha256(content).hexdigest()
    if db.session.scalar(select(Statement.id).where(Statement.sha256 == digest)):
        raise BrokenRule.because(N_("This file was imported already."), "file")
    if not lines:
        raise BrokenRule.because(N_("This file names no money that came in."), "file")
    statement = Statement(name=clean(name)[:200], sha256=digest, imported_at=now, imported_by=actor.person_id)
    db.session.add(statement)
    db.session.flush()
    fresh = _fresh(statement, lines)
    counts = {"new": len(fresh), "known": len(lines) - len(fresh)}
    audit.record(actor, now, ("statement", statement.id), "statement_imported", after=counts)
    return len(fresh)


def match(line_id: int, now: dt.datetime) -> bool:
    """Matches a line by itself when its words name exactly one transfer that waits and it brings exactly its sum.

    The sum is the one asked for, in euro or in lei. The platform alone; one line a transaction.
    """
    line = _line(line_id)
    named = rules.references_in(line.words)
    if line.status is not LineStatus.UNMATCHED or len(named) != 1:
        return False
    found = db.session.scalar(
        select(Payment.id).where(Payment.reference == named.pop(), Payment.method == Method.TRANSFER)
    )
    if found is None:
        return False
    payment, voucher, application = lock_payment(found, now)
    asked = {EURO: payment.amount_cents, LEI: payment.lei_minor}.get(line.currency)
    if payment.status is PaymentStatus.PAID or line.minor != asked:
        return False
    _move(line, "match", SYSTEM, payment_id=payment.id)
    received(payment, voucher, application, now)
    return True


def propose(line_id: int, reference: str, note: str, actor: Actor, now: dt.datetime) -> None:
    """A manager says which payment a line is; another manager has to agree.

    Raises BrokenRule for a reference that no open transfer has and without a note, Stale, NotFound, Forbidden.
    """
    _manages(actor)
    line = _line(line_id)
    why = reason_given(note, "note")
    payment = db.session.scalar(
        select(Payment).where(Payment.reference == clean(reference).upper(), Payment.method == Method.TRANSFER)
    )
    if payment is None or payment.status is PaymentStatus.PAID:
        raise BrokenRule.because(N_("No transfer that waits for money has this reference."), "reference")
    _out_of_conflict(payment, actor, now)
    _move(line, "propose", actor, payment_id=payment.id, proposed_by=actor.person_id, note=why)
    _note(line, "match_proposed", actor, now, why, payment.reference)


def confirm(line_id: int, actor: Actor, now: dt.datetime) -> None:
    """Another manager agrees: the payment has come in. Raises BrokenRule for the one who proposed it, Stale."""
    _manages(actor)
    line = _line(line_id)
    if line.payment_id is None:
        raise BrokenRule.because(N_("Nobody has proposed a payment for this line."))
    if line.proposed_by == actor.person_id:
        raise BrokenRule.because(N_("You proposed this match yourself: another manager confirms it."))
    payment, voucher, application = lock_payment(line.payment_id, now)
    _out_of_conflict(payment, actor, now)
    if payment.status is PaymentStatus.PAID:
        raise BrokenRule.because(N_("This payment has come in already. Turn the proposal down."))
    _move(line, "confirm", actor, confirmed_by=actor.person_id)
    _note(line, "match_confirmed", actor, now, "", payment.reference)
    received(payment, voucher, application, now)


def turn_down(line_id: int, actor: Actor, now: dt.datetime) -> None:
    """A manager does not agree with a proposal, or takes back the own one: the line is to be matched again."""
    _manages(actor)
    line = _line(line_id)
    _move(line, "turn_down", actor, payment_id=None, proposed_by=None)
    _note(line, "match_turned_down", actor, now, "", "")


def put_aside(line_id: int, note: str, actor: Actor, now: dt.datetime) -> None:
    """A line that is no co-payment is put aside, with the reason. Raises BrokenRule without one."""
    _manages(actor)
    line = _line(line_id)
    why = reason_given(note, "note")
    _move(line, "put_aside", actor, note=why)
    _note(line, "line_put_aside", actor, now, why, "")


def take_up(line_id: int, actor: Actor, now: dt.datetime) -> None:
    """A line that was put aside is to be matched after all."""
    _manages(actor)
    line = _line(line_id)
    _move(line, "take_up", actor)
    _note(line, "line_taken_up", actor, now, "", "")


def _fresh(statement: Statement, lines: Sequence[Line]) -> list[StatementLine]:
    by_print = {line.fingerprint: line for line in lines}
    known = set(
        db.session.scalars(select(StatementLine.fingerprint).where(StatementLine.fingerprint.in_(list(by_print))))
    )
    rows = [
        StatementLine(
            statement_id=statement.id,
            fingerprint=fingerprint,
            booked_on=line.booked_on,
            minor=line.minor,
            currency=line.currency,
            payer=line.payer,
            payer_iban=line.iban,
            words=line.words,
            status=LineStatus.UNMATCHED,
        )
        for fingerprint, line in by_print.items()
        if fingerprint not in known
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def _manages(actor: Actor) -> None:
    if not actor.may(Permission.MANAGE_VOUCHERS):
        raise Forbidden


def _line(line_id: int) -> StatementLine:
    line = db.session.get(StatementLine, line_id, populate_existing=True)
    if line is None:
        raise NotFound
    return line


def _out_of_conflict(payment: Payment, actor: Actor, now: dt.datetime) -> None:
    _, _, application = lock_payment(payment.id, now)
    person = actor.person_id or 0
    barred = select(in_conflict(person, clock.day_of(now), application.id, application.organisation_id))
    if db.session.scalar(barred):
        raise BrokenRule.because(N_("You have a conflict of interest in this case: another manager sees to it."))


def _move(line: StatementLine, action: str, actor: Actor, **values: object) -> None:
    source = line.status
    target = LineStatus(target_of(LINE_STATUS_TRANSITIONS, action, source, actor))
    take(StatementLine, line.id, source, target, **values)
    db.session.refresh(line)


def _note(line: StatementLine, action: str, actor: Actor, now: dt.datetime, reason: str, reference: str) -> None:
    after = {"reference": reference} if reference else {}
    audit.record(actor, now, ("statement_line", line.id), action, after=after, reason=reason)
