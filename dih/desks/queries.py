"""Reads for the public pages and the desks; each takes from the rooms below in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from dih.budget import queries as budget
from dih.budget.rules import Line, leaves
from dih.calls import queries as calls
from dih.calls.queries import CallView
from dih.calls.vocabulary import CallMethod
from dih.delivery.models import DeliveryReport
from dih.extensions.database import db
from dih.reporting import queries as reporting
from dih.reviews.models import Review
from dih.reviews.vocabulary import OPEN_REVIEWS
from dih.routing.models import Routing
from dih.routing.vocabulary import RoutingStatus
from dih.shared import clock
from dih.taxonomy.vocabulary import TargetGroup
from dih.vouchers.models import Voucher
from dih.vouchers.vocabulary import VoucherStatus


@dataclass(frozen=True, slots=True)
class Money:
    """A sum and what became of it, in cents."""

    ceiling_cents: int
    reserved_cents: int
    spent_cents: int

    @property
    def free_cents(self) -> int:
        return self.ceiling_cents - self.reserved_cents - self.spent_cents


@dataclass(frozen=True, slots=True)
class CallCard:
    """A call as the start page shows it. `days_left` counts whole days to its end, 0 on the last one."""

    code: str
    title: Mapping[str, str]
    summary: Mapping[Any, str]
    target_group: TargetGroup
    method: CallMethod
    opens_at: dt.datetime
    closes_at: dt.datetime
    days_left: int
    answer_working_days: int
    most_cents: int
    money: Money


@dataclass(frozen=True, slots=True)
class Start:
    """What the start page says: the whole envelope, and the calls that are open or will open."""

    envelope: Money
    open: Sequence[CallCard]
    coming: Sequence[CallCard]


def start(now: dt.datetime) -> Start:
    """The start page at `now`."""
    lines = budget.lines()
    found = calls.to_come(now)
    return Start(
        envelope=_money(leaves(lines), sum(line.ceiling_cents for line in lines if line.parent_id is None)),
        open=[_card(call, lines, now) for call in found.open],
        coming=[_card(call, lines, now) for call in found.coming],
    )


def _card(call: CallView, lines: Sequence[Line], now: dt.datetime) -> CallCard:
    named = [line for line in lines if line.code in call.content.budget_lines]
    return CallCard(
        code=call.code,
        title=call.title,
        summary=call.content.summary,
        target_group=call.target_group,
        method=call.method,
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        days_left=(clock.day_of(call.closes_at) - clock.day_of(now)).days,
        answer_working_days=call.content.days.routing_answer_working_days,
        most_cents=max(rule.max_value_cents for rule in call.content.money),
        money=_money(named, sum(line.ceiling_cents for line in named)),
    )


def _money(lines: Sequence[Line], ceiling_cents: int) -> Money:
    return Money(
        ceiling_cents=ceiling_cents,
        reserved_cents=sum(line.reserved_cents for line in lines),
        spent_cents=sum(line.spent_cents for line in lines),
    )


@dataclass(frozen=True, slots=True)
class Glance:
    """The hub's money at this moment, in cents; at risk is what vouchers hold that lapse within 30 days."""

    envelope: Money
    at_risk_cents: int
    at_risk_count: int
    overdue_count: int


def money_at_a_glance(now: dt.datetime) -> Glance:
    """What a manager sees first: money free, money at risk, work overdue."""
    lines = budget.lines()
    today = clock.day_of(now)
    risk = reporting.at_risk(today)
    overdue = db.session.scalar(
        select(
            _count(Routing.status == RoutingStatus.PROPOSED, Routing.due_on < today)
            + _count(Review.status.in_(OPEN_REVIEWS), Review.due_on < today)
            + _count(Voucher.status == VoucherStatus.IN_DELIVERY, Voucher.valid_until < today)
            + _count(DeliveryReport.answered_at.is_(None), DeliveryReport.answer_by < today)
        )
    )
    return Glance(
        _money(leaves(lines), sum(line.ceiling_cents for line in lines if line.parent_id is None)),
        risk.cents,
        risk.count,
        overdue or 0,
    )


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).where(*conditions).scalar_subquery()
