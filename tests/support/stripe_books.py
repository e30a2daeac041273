"""What the stand-in for Stripe knows: pages for paying, payments, refunds, disputes and the events about them.

It answers as Stripe does where our code can tell: names of fields, states, refusals. Values are its own.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]

GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"
"""Stripe's published test cards: one that pays, one that every bank declines."""

HALF_AN_HOUR, A_DAY = 30 * 60, 24 * 3600


class Fault(Exception):
    """A refusal: the status of the answer and the error in it."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status, self.body = status, {"error": {"type": kind, "message": message, **more}}


def refuse(message: str, **more: Any) -> Fault:
    return Fault(400, "invalid_request_error", message, **more)


class Books:
    """All objects by id. `clock` gives Unix seconds; `events` are in the order in which they happened."""

    def __init__(self, clock: Callable[[], float], page_address: str = "https://pay.test") -> None:
        self.clock, self.page_address = clock, page_address
        self.objects: dict[str, Json] = {}
        self.events: list[Json] = []
        self.lock = threading.RLock()
        self._keys: dict[str, tuple[str, Json, int, Json]] = {}
        self._numbers = itertools.count(1)

    def once(self, key: str | None, path: str, params: Json, deed: Callable[[], Json]) -> tuple[int, Json, bool]:
        """The answer to a request with an idempotency key: status, body, whether it is a repeat.

        The same key with other parameters is an error, as at Stripe; refusals are remembered too.
        """
        with self.lock:
            if key is not None and key in self._keys:
                known_path, known, status, body = self._keys[key]
                if (known_path, known) != (path, params):
                    words = "A key can only be used again with the parameters it was first used with."
                    raise Fault(400, "idempotency_error", words)
                return status, body, True
            try:
                status, body = 200, deed()
            except Fault as fault:
                status, body = fault.status, fault.body
            if key is not None:
                self._keys[key] = (path, params, status, json.loads(json.dumps(body)))
            return status, body, False

    def find(self, kind: str, object_id: str) -> Json:
        found = self.objects.get(object_id)
        if found is None or found["object"] != kind:
            raise Fault(404, "invalid_request_error", f"No such {kind}: '{object_id}'", code="resource_missing")
        return found

    def listed(self, kind: str, since: int, after: str, limit: int) -> Json:
        """A page of a list, newest first."""
        with self.lock:
            found = [one for one in self.objects.values() if one["object"] == kind and one["created"] >= since][::-1]
        if after:
            place = next(index for index, one in enumerate(found) if one["id"] == after)
            found = found[place + 1 :]
        return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": f"/v1/{kind}"}

    def open_session(self, params: Mapping[str, Any]) -> Json:
        """A page for paying. Refuses what Stripe refuses: no line, another currency's form, an end out of bounds."""
        now = int(self.clock())
        if params.get("mode") != "payment" or not params.get("line_items"):
            raise refuse("You must provide mode=payment and line_items.")
        expires = int(params.get("expires_at", now + A_DAY))
        if not now + HALF_AN_HOUR <= expires <= now + A_DAY:
            raise refuse(
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
            )
        if not str(params.get("success_url", "")).startswith("http"):
            raise refuse("Not a valid URL", param="success_url")
        lines = params["line_items"].values()
        total = sum(int(line["quantity"]) * int(line["price_data"]["unit_amount"]) for line in lines)
        if total < 50:
            raise refuse(
                "The Checkout Session's total amount must convert to at least 50 cents.", code="amount_too_small"
            )
        currency = next(iter(lines))["price_data"]["currency"]
        session = self._made(
            "cs_test",
            "checkout.session",
            amount_subtotal=total,
            amount_total=total,
            currency=currency,
            client_reference_id=params.get("client_reference_id"),
            customer_email=params.get("customer_email"),
            expires_at=expires,
            metadata=dict(params.get("metadata", {})),
            mode="payment",
            payment_intent=None,
            payment_status="unpaid",
            status="open",
            success_url=params["success_url"],
            cancel_url=params.get("cancel_url"),
        )
        session["url"] = f"{self.page_address}/c/pay/{session['id']}"
        session["_intent_metadata"] = dict(params.get("payment_intent_data", {}).get("metadata", {}))
        return public(session)

    def pay(self, session_id: str, card: str = GOOD_CARD) -> Json:
        """Somebody types a card on the page. Raises Fault for a declined card and for a page that is not open."""
        with self.lock:
            session = self.find("checkout.session", session_id)
            if session["status"] != "open" or self.clock() > session["expires_at"]:
                raise refuse("This Checkout Session is no longer open.")
            intent = self.charge(session["amount_total"], session["currency"], card, session["_intent_metadata"])
            session.update(payment_intent=intent["id"], payment_status="paid", status="complete", url=None)
            return self._tell("checkout.session.completed", session)

    def charge(self, cents: int, currency: str, card: str, metadata: Json) -> Json:
        """Takes money from a card."""
        if card.replace(" ", "") == DECLINED_CARD:
            raise Fault(
                402, "card_error", "Your card was declined.", code="card_declined", decline_code="generic_decline"
            )
        return self._made(
            "pi",
            "payment_intent",
            amount=cents,
            amount_received=cents,
            currency=currency,
            metadata=metadata,
            status="succeeded",
        )

    def expire(self, session_id: str) -> Json:
        """A page ends unpaid."""
        with self.lock:
            session = self.find("checkout.session", session_id)
            if session["status"] != "open":
                raise refuse('Only Checkout Sessions with a status in ["open"] can be expired.')
            session.update(status="expired", url=None)
            self._tell("checkout.session.expired", session)
            return public(session)

    def refund(self, params: Mapping[str, Any], pending: bool = False) -> Json:
        """Sends money back. Refuses more than is left."""
        with self.lock:
            intent = self.find("payment_intent", str(params.get("payment_intent", "")))
            gone = sum(
                one["amount"]
                for one in self.objects.values()
                if one["object"] == "refund" and one["payment_intent"] == intent["id"] and one["status"] != "failed"
            )
            cents = int(params.get("amount", intent["amount_received"] - gone))
            if cents > intent["amount_received"] - gone or cents < 1:
                left = intent["amount_received"] - gone
                words = f"Refund amount ({cents}) is greater than unrefunded amount on charge ({left})"
                raise refuse(words, code="charge_already_refunded" if not left else "amount_too_large", param="amount")
            made = self._made(
                "re",
                "refund",
                amount=cents,
                currency=intent["currency"],
                metadata=dict(params.get("metadata", {})),
                payment_intent=intent["id"],
                status="pending" if pending else "succeeded",
            )
            self._tell("refund.created", made)
            return public(made)

    def refund_becomes(self, refund_id: str, status: str) -> Json:
        with self.lock:
            made = self.find("refund", refund_id)
            made["status"] = status
            return self._tell("refund.failed" if status == "failed" else "refund.updated", made)

    def dispute(self, intent_id: str, status: str = "needs_response") -> Json:
        """A payer objects."""
        with self.lock:
            intent = self.find("payment_intent", intent_id)
            made = self._made(
                "dp",
                "dispute",
                amount=intent["amount_received"],
                currency=intent["currency"],
                evidence_details={"due_by": int(self.clock()) + 7 * A_DAY, "has_evidence": False},
                payment_intent=intent_id,
                reason="general",
                status=status,
            )
            self._tell("charge.dispute.created", made)
            return made

    def dispute_becomes(self, dispute_id: str, status: str) -> Json:
        with self.lock:
            made = self.find("dispute", dispute_id)
            made["status"] = status
            kind = "closed" if status in ("won", "lost", "warning_closed") else "updated"
            return self._tell(f"charge.dispute.{kind}", made)

    def tell_nonsense(self) -> Json:
        """An event about something that is not ours."""
        return self._tell("plan.created", self._made("plan", "plan", amount=1, currency="eur"))

    def _tell(self, kind: str, about: Json) -> Json:
        event = {
            "id": f"evt_{next(self._numbers):08d}",
            "object": "event",
            "api_version": None,
            "created": int(self.clock()),
            "data": {"object": json.loads(json.dumps(public(about)))},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": None},
            "type": kind,
        }
        self.events.append(event)
        return event

    def _made(self, prefix: str, kind: str, **fields: Any) -> Json:
        with self.lock:
            made = {
                "id": f"{prefix}_{next(self._numbers):08d}",
                "object": kind,
                "created": int(self.clock()),
                "livemode": False,
                **fields,
            }
            self.objects[made["id"]] = made
            return made


def public(thing: Json) -> Json:
    """An object as the outside sees it."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}
