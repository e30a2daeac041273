"""Bank statements and their lines, and the transfers that a line may be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased

from dih.accounts.models import Person
from dih.applications.models import Application
from dih.extensions.database import db
from dih.organisations.models import Organisation
from dih.payments.models import Payment, Statement, StatementLine
from dih.payments.vocabulary import LineStatus, Method, PaymentStatus
from dih.shared.errors import NotFound
from dih.vouchers.models import Voucher

MOST_SHOWN = 200


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
    proposed_by: int | None
    proposer: str
    confirmer: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A transfer that waits for its money."""

    reference: str
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


def lines(status: LineStatus) -> Sequence[LineRow]:
    """The lines in one state, the last ones first."""
    wanted = _lines().where(StatementLine.status == status)
    rows = wanted.order_by(StatementLine.booked_on.desc(), StatementLine.id.desc()).limit(MOST_SHOWN)
    return [LineRow(*row) for row in db.session.execute(rows)]


def line(line_id: int) -> LineRow:
    """One line. Raises NotFound."""
    row = db.session.execute(_lines().where(StatementLine.id == line_id)).one_or_none()
    if row is None:
        raise NotFound
    return LineRow(*row)


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
        StatementLine.proposed_by,
        func.coalesce(proposer.name, ""),
        func.coalesce(confirmer.name, ""),
    ]
    return (
        select(*columns)
        .join(Statement, Statement.id == StatementLine.statement_id)
        .outerjoin(Payment, Payment.id == StatementLine.payment_id)
        .outerjoin(proposer, proposer.id == StatementLine.proposed_by)
        .outerjoin(confirmer, confirmer.id == StatementLine.confirmed_by)
    )


def candidates() -> list[Candidate]:
    """Transfers that wait for their money, the oldest first."""
    rows = db.session.execute(
        select(Payment.reference, Organisation.name, Payment.amount_cents, Payment.lei_minor)
        .join(Voucher, Voucher.id == Payment.voucher_id)
        .join(Application, Application.id == Voucher.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Payment.method == Method.TRANSFER, Payment.status != PaymentStatus.PAID)
        .order_by(Payment.id)
        .limit(MOST_SHOWN)
    )
    return [Candidate(*row) for row in rows]
