"""The way to Stripe, and the only module that imports its library. Every call stands between two transactions.

Addresses and keys are settings of the environment (STRIPE_API_BASE, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET); without
a secret key cards are off. What comes back is our own plain data: nothing above knows Stripe's objects.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from flask import current_app

from dih.payments.rules import Signed, signed_when
from dih.payments.vocabulary import DisputeState, RefundStatus
from dih.shared.money import MOST_CENTS

log = structlog.get_logger()

PATIENCE_SECONDS = 10
AGAIN = frozenset({401, 403, 409})
"""Answers that say nothing of what is asked: the key is wrong or may not do it, or the same call is under way."""
RETRIES = 1
LIST_SIZE = 100
CURRENCY = "eur"


class Unreachable(Exception):
    """Stripe did not answer, or with a fault of its own, or not with this key or not now: the call may be repeated."""


class Refused(Exception):
    """Stripe will not do this, however often it is asked; the words are Stripe's."""


class BadSignature(Exception):
    """A delivery that Stripe has not signed, or not just now."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a page for paying by card is made from. `key` names the call: the same key never makes a second page."""

    key: str
    payment: str
    amount_cents: int
    words: str
    email: str
    language: str
    expires_at: dt.datetime
    paid_url: str
    back_url: str


@dataclass(frozen=True, slots=True)
class Session:
    """A page for paying by card as Stripe tells of it. `payment` is our own id, "" where it names none."""

    id: str
    payment: str
    url: str
    is_paid: bool
    is_expired: bool
    amount_cents: int
    currency: str
    intent_id: str | None


@dataclass(frozen=True, slots=True)
class StripeRefund:
    """A refund as Stripe tells of it. `refund` is our own id, "" for one made on Stripe's own pages."""

    id: str
    refund: str
    intent_id: str
    amount_cents: int
    status: RefundStatus
    created_at: dt.datetime


@dataclass(frozen=True, slots=True)
class StripeDispute:
    """A dispute as Stripe tells of it."""

    id: str
    intent_id: str
    amount_cents: int
    state: DisputeState
    reason: str
    answer_by: dt.datetime | None
    opened_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A signed delivery; `content` is the object that it is about."""

    id: str
    kind: str
    created_at: dt.datetime
    content: dict[str, Any]


def is_on() -> bool:
    """Whether cards can be offered."""
    return bool(current_app.config["STRIPE_SECRET_KEY"])


def open_session(order: Order) -> Session:
    """Makes the page on which a card is typed, or finds the one made before. Raises Unreachable, Refused."""
    marks = {"payment": order.payment}
    params: dict[str, Any] = {
        "mode": "payment",
        "client_reference_id": order.payment,
        "customer_email": order.email,
        "locale": order.language,
        "success_url": order.paid_url,
        "cancel_url": order.back_url,
        "expires_at": int(order.expires_at.timestamp()),
        "metadata": marks,
        "payment_intent_data": {"metadata": marks, "description": order.words},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": CURRENCY,
                    "unit_amount": order.amount_cents,
                    "product_data": {"name": order.words},
                },
            }
        ],
    }
    return _session(_call("checkout.sessions.create", params, {"idempotency_key": order.key}))


def session(session_id: str) -> Session:
    """What became of a page. Raises Unreachable, Refused."""
    return _session(_call("checkout.sessions.retrieve", session_id))


def refund(key: str, refund_id: str, payment: str, intent_id: str, amount_cents: int) -> StripeRefund:
    """Sends a part of a payment back; the same key sends it once. Raises Unreachable, Refused."""
    marks = {"refund": refund_id, "payment": payment}
    params = {"payment_intent": intent_id, "amount": amount_cents, "metadata": marks}
    return read_refund(_call("refunds.create", params, {"idempotency_key": key}))


def sessions(since: dt.datetime) -> Iterator[Session]:
    """All pages made since a moment. Raises Unreachable, Refused."""
    return (_session(one) for one in _all("checkout.sessions.list", since))


def refunds(since: dt.datetime) -> Iterator[StripeRefund]:
    """All refunds made since a moment. Raises Unreachable, Refused."""
    return (read_refund(one) for one in _all("refunds.list", since))


def disputes(since: dt.datetime) -> Iterator[StripeDispute]:
    """All disputes opened since a moment. Raises Unreachable, Refused."""
    return (read_dispute(one) for one in _all("disputes.list", since))


def read_event(payload: bytes, header: str, now: dt.datetime) -> Event:
    """A delivery whose signature is right and was made within five minutes of `now`, to either side.

    The signature comes first: of what is not signed nothing is read. Raises BadSignature.
    """
    import stripe

    try:
        text = payload.decode()
        stripe.WebhookSignature.verify_header(text, header, current_app.config["STRIPE_WEBHOOK_SECRET"])
        stamp = next(int(part[2:]) for part in header.split(",") if part.startswith("t="))
    except (stripe.SignatureVerificationError, TypeError, ValueError, StopIteration) as error:
        raise BadSignature("the signature is wrong") from error
    when = signed_when(stamp, now)
    if when is not Signed.IN_TIME:
        raise BadSignature(f"signed {when.value}")
    try:
        told = json.loads(text)
        return Event(str(told["id"]), str(told["type"]), _moment(told["created"]), dict(told["data"]["object"]))
    except (ValueError, KeyError, TypeError) as error:
        raise BadSignature("signed, but no event") from error


def read_session(content: Mapping[str, Any]) -> Session:
    """A page from the object of an event. Raises KeyError, TypeError or ValueError for what is none."""
    return _session(content)


def read_refund(content: Mapping[str, Any]) -> StripeRefund:
    """A refund from the object of an event. Raises KeyError, TypeError or ValueError for what is none."""
    states = {"succeeded": RefundStatus.SUCCEEDED, "failed": RefundStatus.FAILED, "canceled": RefundStatus.FAILED}
    marks = content.get("metadata") or {}
    return StripeRefund(
        content["id"],
        marks.get("refund", ""),
        content["payment_intent"] or "",
        _cents(content["amount"]),
        states.get(content["status"], RefundStatus.PENDING),
        _moment(content["created"]),
    )


def read_dispute(content: Mapping[str, Any]) -> StripeDispute:
    """A dispute from the object of an event. Raises KeyError, TypeError or ValueError for what is none."""
    due = (content.get("evidence_details") or {}).get("due_by")
    return StripeDispute(
        content["id"],
        content["payment_intent"] or "",
        _cents(content["amount"]),
        DisputeState(content["status"]),
        str(content.get("reason") or "")[:80],
        _moment(due) if due else None,
        _moment(content["created"]),
    )


def _session(content: Mapping[str, Any]) -> Session:
    return Session(
        content["id"],
        (content.get("metadata") or {}).get("payment", ""),
        content.get("url") or "",
        content["payment_status"] == "paid",
        content["status"] == "expired",
        _cents(content["amount_total"] or 0),
        str(content.get("currency") or ""),
        content.get("payment_intent"),
    )


def _cents(value: Any) -> int:
    """An amount of Stripe's; its smallest unit is the cent. Raises ValueError for what cannot be one."""
    if not isinstance(value, int) or not 0 <= value <= MOST_CENTS:
        raise ValueError("no amount")
    return value


def _moment(seconds: Any) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC)


def _all(name: str, since: dt.datetime) -> Iterator[Mapping[str, Any]]:
    params: dict[str, Any] = {"created": {"gte": int(since.timestamp())}, "limit": LIST_SIZE}
    while True:
        page = _call(name, params)
        yield from page["data"]
        if not page["has_more"]:
            return
        params = {**params, "starting_after": page["data"][-1]["id"]}


def _call(name: str, *arguments: Any) -> Mapping[str, Any]:
    """Calls a verb of Stripe's first version by its dotted name; the last argument may be its options."""
    import stripe

    verb: Any = _client(current_app.config["STRIPE_SECRET_KEY"], current_app.config["STRIPE_API_BASE"]).v1
    for part in name.split("."):
        verb = getattr(verb, part)
    try:
        answer: Mapping[str, Any] = verb(*arguments).to_dict()
        return answer
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        log.warning("stripe does not answer", call=name, error=str(error))
        raise Unreachable(str(error)) from error
    except stripe.StripeError as error:
        log.warning("stripe refuses", call=name, error=str(error), code=error.code)
        if (error.http_status or 500) >= 500 or error.http_status in AGAIN:
            raise Unreachable(str(error)) from error
        raise Refused(error.user_message or str(error)) from error


@functools.lru_cache(maxsize=4)
def _client(key: str, base: str) -> Any:
    import stripe

    return stripe.StripeClient(
        key,
        base_addresses={"api": base},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=PATIENCE_SECONDS),
    )
