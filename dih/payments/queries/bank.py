"""Bank statements and their lines, and the transfers that a line may be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select, true
from sqlalchemy.orm import aliased

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.budget.rules import Hands
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.payments.models import Payment, Statement, StatementLine
from dih.payments.rules import references_in
from dih.payments.vocabulary import LineStatus, Method, PaymentStatus
from dih.shared import clock
from dih.shared.access import Actor
from dih.shared.errors import NotFound
from dih.vouchers.models import Voucher
from dih.vouchers.queries.reach import no_conflict
from dih.vouchers.vocabulary import VoucherStatus

MOST_SHOWN = 200

_AWAITS = (Payment.status != PaymentStatus.PAID) & (Voucher.status == VoucherStatus.AWAITING_PAYMENT)
"""Whether money for a payment pays it; else it goes back."""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """An imported statement: how many credits it brought and how many of them wait."""

    id: int
    name: str
    imported_at: dt.datetime
    imported_by: str
    lines: int
    waiting: int


@dataclass(frozen=True, slots=True)
class LineRow:
    """One credit: `minor` hundredths of `currency`. `reference` is the payment that it is, or is said to be."""

    id: int
    booked_on: dt.date
    minor: int
    currency: str
    payer: str
    payer_iban: str
    words: str
    status: LineStatus
    note: str
    statement: str
    reference: str
    asked_cents: int | None
    awaits: bool
    proposed_by: int | None
    deputy_for: int | None
    proposer: str
    confirmer: str

    def is_by(self, actor: Actor) -> bool:
        """Whether the actor proposed it, or one of the two stood in for the other."""
        return Hands(self.proposed_by, self.deputy_for).touch(Hands(actor.person_id, actor.deputy_for))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A transfer that waits for its money, or one that a line names: where it `awaits` none, what comes goes back."""

    reference: str
    awaits: bool
    organisation: str
    amount_cents: int
    lei_minor: int | None


def statements() -> list[StatementRow]:
    """The last statements, newest first."""
    waits = case((StatementLine.status.in_((LineStatus.UNMATCHED, LineStatus.PROPOSED)), 1))
    columns: list[Any] = [
        Statement.id,
        Statement.name,
        Statement.imported_at,
        func.coalesce(Person.name, ""),
        func.count(StatementLine.id),
        func.count(waits),
    ]
    rows = db.session.execute(
        select(*columns)
        .outerjoin(Person, Person.id == Statement.imported_by)
        .outerjoin(StatementLine, StatementLine.statement_id == Statement.id)
        .group_by(Statement.id, Statement.name, Statement.imported_at, Person.name)
        .order_by(Statement.id.desc())
        .limit(MOST_SHOWN)
    )
    return [StatementRow(*row) for row in rows]


def lines(status: LineStatus, actor: Actor, now: dt.datetime) -> Sequence[LineRow]:
    """The lines in one state, the last ones first; none of a case in which the actor has a conflict of interest."""
    wanted = _lines().where(StatementLine.status == status)
    rows = wanted.order_by(StatementLine.booked_on.desc(), StatementLine.id.desc()).limit(MOST_SHOWN)
    return _open_to([LineRow(*row) for row in db.session.execute(rows)], actor, now)


def line(line_id: int, actor: Actor, now: dt.datetime) -> LineRow:
    """One line. Raises NotFound, also in a conflict of interest."""
    rows = [LineRow(*row) for row in db.session.execute(_lines().where(StatementLine.id == line_id))]
    for row in _open_to(rows, actor, now):
        return row
    raise NotFound


def barred_references(actor: Actor, now: dt.datetime) -> set[str]:
    """References of the payments of cases in which the actor has a conflict of interest."""
    return set(
        db.session.scalars(
            select(Payment.reference)
            .join(Voucher, Voucher.id == Payment.voucher_id)
            .join(Application, Application.id == Voucher.application_id)
            .where(~no_conflict(actor, clock.day_of(now)))
        )
    )


def _open_to(rows: Sequence[LineRow], actor: Actor, now: dt.datetime) -> list[LineRow]:
    barred = barred_references(actor, now)
    return [row for row in rows if not ({row.reference} | references_in(row.words)) & barred]


def _lines() -> Select[Any]:
    proposer, confirmer = aliased(Person), aliased(Person)
    columns: list[Any] = [
        StatementLine.id,
        StatementLine.booked_on,
        StatementLine.minor,
        StatementLine.currency,
        StatementLine.payer,
        StatementLine.payer_iban,
        StatementLine.words,
        StatementLine.status,
        StatementLine.note,
        Statement.name,
        func.coalesce(Payment.reference, ""),
        Payment.amount_cents,
        func.coalesce(_AWAITS, true()),
        StatementLine.proposed_by,
        StatementLine.deputy_for,
        func.coalesce(proposer.name, ""),
        func.coalesce(confirmer.name, ""),
    ]
    return (
        select(*columns)
        .join(Statement, Statement.id == StatementLine.statement_id)
        .outerjoin(Payment, Payment.id == StatementLine.payment_id)
        .outerjoin(Voucher, Voucher.id == Payment.voucher_id)
        .outerjoin(proposer, proposer.id == StatementLine.proposed_by)
        .outerjoin(confirmer, confirmer.id == StatementLine.confirmed_by)
    )


def candidates(words: str, actor: Actor, now: dt.datetime) -> list[Candidate]:
    """Transfers that wait for their money and those that a line's words name, the oldest first."""
    rows = db.session.execute(
        select(Payment.reference, _AWAITS, Organisation.name, Payment.amount_cents, Payment.lei_minor)
        .join(Voucher, Voucher.id == Payment.voucher_id)
        .join(Application, Application.id == Voucher.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(
            Payment.method == Method.TRANSFER,
            (_AWAITS & (Payment.status == PaymentStatus.OPEN)) | Payment.reference.in_(references_in(words)),
            no_conflict(actor, clock.day_of(now)),
        )
        .order_by(Payment.id)
        .limit(MOST_SHOWN)
    )
    return [Candidate(*row) for row in rows]
