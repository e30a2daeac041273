"""The bank's statement: imported once, matched by reference and amount, else by two managers, one after the other."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from dih.budget.rules import Hands
from dih.extensions.database import db
from dih.payments import queries, rules
from dih.payments.models import Payment, Statement, StatementLine
from dih.payments.operations.settling import Locked, lock_payment, received, received_again
from dih.payments.settings import ISSUER_IBAN
from dih.payments.statements import Line
from dih.payments.vocabulary import LINE_STATUS_TRANSITIONS, LineStatus, Method, PaymentStatus
from dih.shared import audit, settings, texts
from dih.shared.access import SYSTEM, Actor, Permission
from dih.shared.currency import EURO, LEU
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.money import Euro, plain
from dih.shared.status import take
from dih.shared.transitions import target_of
from dih.shared.wording import N_
from dih.vouchers.models import Voucher
from dih.vouchers.rules import reason_given
from dih.vouchers.vocabulary import VoucherStatus


def import_statement(name: str, content: bytes, lines: Sequence[Line], actor: Actor, now: dt.datetime) -> int:
    """Keeps a statement's credits, to be matched next; returns how many of them no statement before had.

    Raises BrokenRule when the same file was imported before, nothing came in, or it is of another account, Forbidden.
    """
    _manages(actor)
    if not lines:
        raise BrokenRule.because(N_("This file names no money that came in."), "file")
    ours = settings.read(ISSUER_IBAN)
    for account in sorted({line.account for line in lines} - {""}):
        if ours and account != ours:
            raise BrokenRule.because(
                N_(
                    "This statement is of the account %(iban)s. Transfers go to %(ours)s: import the statement of that."
                ),
                "file",
                iban=account,
                ours=ours,
            )
    statement = _insert(
        Statement,
        {
            "name": texts.trimmed(name)[:200],
            "sha256": hashlib.sha256(content).hexdigest(),
            "imported_at": now,
            "imported_by": actor.person_id,
        },
    )
    if not statement:
        raise BrokenRule.because(N_("This file was imported already."), "file")
    fresh = _insert(
        StatementLine, *(_row(statement[0], line) for line in sorted(lines, key=lambda one: one.fingerprint))
    )
    counts = {"new": len(fresh), "known": len(lines) - len(fresh)}
    audit.record(actor, now, ("statement", statement[0]), "statement_imported", after=counts)
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
    locked = lock_payment(found, now)
    payment, voucher, _ = locked
    if payment.status is PaymentStatus.PAID or line.minor != _asked(payment, line) or _too_late(line, voucher):
        return False
    _move(line, "match", SYSTEM, payment_id=payment.id)
    _book(line, locked, now)
    return True


def propose(line_id: int, reference: str, note: str, actor: Actor, now: dt.datetime) -> None:
    """A manager says which payment a line is; another manager has to agree. Of a paid one it is due for refund.

    Raises BrokenRule for a reference that no transfer has, without a note, for what the payment cannot take and in a
    conflict of interest, Stale, NotFound, Forbidden.
    """
    _manages(actor)
    line = _line(line_id)
    why = reason_given(note, "note")
    found = db.session.scalar(
        select(Payment.id).where(
            Payment.reference == texts.trimmed(reference).upper(), Payment.method == Method.TRANSFER
        )
    )
    if found is None:
        raise BrokenRule.because(N_("No bank transfer has this reference."), "reference")
    payment, voucher, _ = lock_payment(found, now)
    _out_of_conflict(line, actor, now, payment.reference)
    _takes(line, payment, voucher)
    _move(
        line,
        "propose",
        actor,
        payment_id=payment.id,
        proposed_by=actor.person_id,
        deputy_for=actor.deputy_for,
        note=why,
    )
    _note(line, "match_proposed", actor, now, why, payment.reference)


def confirm(line_id: int, actor: Actor, now: dt.datetime) -> None:
    """Another manager agrees: the payment has come in.

    Raises BrokenRule for the one who proposed it, as a deputy too, and as `propose` does, Stale.
    """
    _manages(actor)
    line = _line(line_id)
    if line.status is not LineStatus.PROPOSED or line.payment_id is None:
        raise BrokenRule.because(N_("Nobody has proposed a payment for this line."))
    if Hands(line.proposed_by, line.deputy_for).touch(Hands(actor.person_id, actor.deputy_for)):
        raise BrokenRule.because(N_("You proposed this match yourself: another manager confirms it."))
    locked = lock_payment(line.payment_id, now)
    payment, voucher, _ = locked
    _out_of_conflict(line, actor, now, payment.reference)
    _takes(line, payment, voucher)
    _move(line, "confirm", actor, confirmed_by=actor.person_id)
    _note(line, "match_confirmed", actor, now, "", payment.reference)
    _book(line, locked, now)


def turn_down(line_id: int, actor: Actor, now: dt.datetime) -> None:
    """A manager does not agree with a proposal, or takes back the own one: the line is to be matched again."""
    _manages(actor)
    line = _line(line_id)
    chosen = db.session.scalar(select(Payment.reference).where(Payment.id == line.payment_id))
    _out_of_conflict(line, actor, now, chosen or "")
    _move(line, "turn_down", actor, payment_id=None, proposed_by=None, deputy_for=None)
    _note(line, "match_turned_down", actor, now, "", "")


def put_aside(line_id: int, note: str, actor: Actor, now: dt.datetime) -> None:
    """A line that is no co-payment is put aside, with the reason. Raises BrokenRule without one."""
    _manages(actor)
    line = _line(line_id)
    why = reason_given(note, "note")
    _out_of_conflict(line, actor, now)
    _move(line, "put_aside", actor, note=why)
    _note(line, "line_put_aside", actor, now, why, "")


def take_up(line_id: int, actor: Actor, now: dt.datetime) -> None:
    """A line that was put aside is to be matched after all."""
    _manages(actor)
    line = _line(line_id)
    _out_of_conflict(line, actor, now)
    _move(line, "take_up", actor)
    _note(line, "line_taken_up", actor, now, "", "")


def _insert(table: type[Statement] | type[StatementLine], *rows: dict[str, object]) -> Sequence[int]:
    """The ids of the rows that nobody had put there before, and nobody does at the same moment."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    return db.session.scalars(dialect.insert(table).on_conflict_do_nothing().returning(table.id), rows).all()


def _row(statement_id: int, line: Line) -> dict[str, object]:
    return {
        "statement_id": statement_id,
        "fingerprint": line.fingerprint,
        "booked_on": line.booked_on,
        "minor": line.minor,
        "currency": line.currency,
        "payer": line.payer,
        "payer_iban": line.iban,
        "words": line.words,
    }


def _manages(actor: Actor) -> None:
    if not actor.may(Permission.MANAGE_VOUCHERS):
        raise Forbidden


def _line(line_id: int) -> StatementLine:
    line = db.session.get(StatementLine, line_id, populate_existing=True, with_for_update=True)
    if line is None:
        raise NotFound
    return line


def _asked(payment: Payment, line: StatementLine) -> int | None:
    """What the payment asks for in hundredths of the line's currency; None where it does not take that currency."""
    return {EURO: payment.amount_cents, LEU: payment.lei_minor}.get(line.currency)


def _too_late(line: StatementLine, voucher: Voucher) -> bool:
    return voucher.status is VoucherStatus.AWAITING_PAYMENT and line.booked_on > voucher.valid_until


def _takes(line: StatementLine, payment: Payment, voucher: Voucher) -> None:
    """Raises BrokenRule, with the way out, for a line that the payment cannot be paid by.

    What is not to pay it, because it is paid already or its voucher has ended, may bring any sum: it goes back.
    """
    asked = _asked(payment, line)
    if asked is None:
        raise BrokenRule.because(
            N_("This payment takes no %(currency)s. Put the line aside, with the document by which it goes back."),
            currency=line.currency,
        )
    if payment.status is PaymentStatus.PAID or voucher.status is not VoucherStatus.AWAITING_PAYMENT:
        return
    if line.minor < asked:
        raise BrokenRule.because(
            N_(
                "This line brings %(came)s; %(asked)s is asked for. Ask the payer for the whole sum in one transfer."
                " Once that has come in, match this line to the same payment: it is then due for refund."
            ),
            came=_sum(line.minor, line.currency),
            asked=_sum(asked, line.currency),
        )
    if _too_late(line, voucher):
        raise BrokenRule.because(
            N_(
                "The bank booked this on %(booked)s; the last day to pay was %(last)s. Extend the voucher,"
                " or wait until it has lapsed: then the money goes back."
            ),
            booked=line.booked_on,
            last=voucher.valid_until,
        )


def _sum(minor: int, currency: str) -> Euro | str:
    return Euro(minor) if currency == EURO else f"{plain(minor)} {currency}"


def _book(line: StatementLine, locked: Locked, now: dt.datetime) -> None:
    """What a matched line brings is counted for its payment, as of the day on which the bank booked it."""
    payment, voucher, application = locked
    cents = line.minor
    if line.currency != EURO:
        cents = rules.out_of_currency(
            line.minor, payment.lei_minor or 0, payment.amount_cents, payment.rate_micros or 1
        )
    if payment.status is PaymentStatus.PAID:
        received_again(payment, application, cents, now)
    else:
        received(payment, voucher, application, cents, line.booked_on, now)


def _out_of_conflict(line: StatementLine, actor: Actor, now: dt.datetime, reference: str = "") -> None:
    """Raises BrokenRule where the chosen payment, or one that the line's words name, belongs to a case in conflict."""
    if ({reference} | rules.references_in(line.words)) & queries.barred_references(actor, now):
        raise BrokenRule.because(N_("You have a conflict of interest in this case: another manager sees to it."))


def _move(line: StatementLine, action: str, actor: Actor, **values: object) -> None:
    source = line.status
    target = LineStatus(target_of(LINE_STATUS_TRANSITIONS, action, source, actor))
    take(StatementLine, line.id, source, target, **values)
    db.session.refresh(line)


def _note(line: StatementLine, action: str, actor: Actor, now: dt.datetime, reason: str, reference: str) -> None:
    after = {"reference": reference} if reference else {}
    audit.record(actor, now, ("statement_line", line.id), action, after=after, reason=reason)
