"""Timed work on payments: what no webhook told us is asked for; lines of statements are matched; pro-formas that nobody
is to pay any more end. Safe twice at once."""

from __future__ import annotations

import datetime as dt

from dih.payments import checkout, operations, queries
from dih.shared.jobs import Job, apart
from dih.shared.unit_of_work import unit_of_work


def match_lines(now: dt.datetime) -> int:
    """Matches the lines of statements that name a payment and bring its sum; returns how many."""
    matched = 0
    for line_id in queries.unmatched_lines():
        with apart("a line could not be matched", line=line_id), unit_of_work():
            matched += operations.match(line_id, now)
    return matched


def close_pro_formas(now: dt.datetime) -> None:
    """Ends pro-formas whose voucher was paid another way or has ended."""
    for payment_id in queries.idle_pro_formas():
        with apart("a pro-forma could not be closed", payment=payment_id), unit_of_work():
            operations.close_pro_forma(payment_id, now)


def _match(now: dt.datetime) -> None:
    match_lines(now)


JOBS = [
    Job("ask about card payments", 60, checkout.look_after),
    Job("match bank statements", 300, _match),
    Job("close pro-formas", 60, close_pro_formas),
]
