"""The stand-in for Stripe: speaks HTTP to the real library, shows a page for a card, signs and delivers webhooks.

`with stripe_stand_in(clock) as stripe:` gives the server; `stripe.books` is what it knows, `stripe.deliver(...)` brings
events to a webhook: in order, or as a bad day would have it (`BadDay`): late, twice, lost, shuffled, forged, stale.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import json
import random
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request, urlopen

from tests.support.stripe_books import Books, Fault, Json, public

SECRET_KEY = "sk_test_stand_in"
WEBHOOK_SECRET = "whsec_stand_in"

Post = Callable[[bytes, str], int]
"""Brings one delivery (body, signature header) to the webhook and says with which status it answered."""


@dataclass(frozen=True)
class BadDay:
    """What befalls deliveries, in percent: `lost` never arrive, `repeated` come twice, all are shuffled; for each of
    `forged` and `stale` percent one more arrives that must not be believed."""

    lost: int = 30
    repeated: int = 50
    forged: int = 5
    stale: int = 5
    seed: int = 1


class StandIn:
    """The running server: `url`, `books`, and what was `asked` (method, path)."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.books = Books(clock)
        self.asked: list[tuple[str, str]] = []
        self.down = False
        self.url = ""
        self.webhook: Post | None = None

    def signature(self, body: bytes, seconds: float | None = None, secret: str = WEBHOOK_SECRET) -> str:
        """The header under a delivery."""
        stamp = int(self.books.clock() if seconds is None else seconds)
        digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        return f"t={stamp},v1={digest}"

    def deliver(self, post: Post, events: list[Json] | None = None, day: BadDay | None = None) -> int:
        """Brings events (all so far where none are named) to a webhook; returns how many deliveries were made."""
        events = list(self.books.events) if events is None else events
        deliveries = [(_body(event), "") for event in events]
        if day is not None:
            deliveries = self._befallen(deliveries, day)
        for body, header in deliveries:
            status = post(body, header or self.signature(body))
            assert status == (400 if header else 200), f"{status} for {body[:200]!r}"
        return len(deliveries)

    def _befallen(self, deliveries: list[tuple[bytes, str]], day: BadDay) -> list[tuple[bytes, str]]:
        chance = random.Random(day.seed)
        arrived = []
        for body, header in deliveries:
            if chance.randrange(100) >= day.lost:
                arrived += [(body, header)] * (2 if chance.randrange(100) < day.repeated else 1)
            if chance.randrange(100) < day.forged:
                liar = body.replace(b'"unpaid"', b'"paid"').replace(b'"evt_', b'"evt_f_')
                arrived.append((liar, self.signature(liar, secret="whsec_of_somebody_else")))
            if chance.randrange(100) < day.stale:
                off = chance.choice((-3600, 3600))
                arrived.append((body, self.signature(body, self.books.clock() + off)))
        chance.shuffle(arrived)
        return arrived

    def answer(self, method: str, path: str, query: Json, params: Json, key: str | None) -> tuple[int, Json, bool]:
        """One request to the API."""
        books = self.books
        deeds: dict[str, Callable[[], Json]] = {
            "/v1/checkout/sessions": lambda: books.open_session(params),
            "/v1/refunds": lambda: books.refund(params),
            "/v1/payment_intents": lambda: self._confirmed(params),
        }
        kinds = {"/v1/checkout/sessions": "checkout.session", "/v1/refunds": "refund", "/v1/disputes": "dispute"}
        if method == "POST" and path in deeds:
            return books.once(key, path, params, deeds[path])
        if method == "POST" and (match := re.fullmatch(r"/v1/checkout/sessions/(\w+)/expire", path)):
            return books.once(key, path, params, lambda: books.expire(match[1]))
        if method == "GET" and path in kinds:
            since = int(query.get("created", {}).get("gte", 0))
            found = books.listed(kinds[path], since, query.get("starting_after", ""), int(query.get("limit", 10)))
            return 200, {**found, "data": [public(one) for one in found["data"]]}, False
        if method == "GET" and (match := re.fullmatch(r"/v1/(checkout/sessions|refunds|disputes)/(\w+)", path)):
            return 200, public(books.find(kinds[f"/v1/{match[1]}"], match[2])), False
        raise Fault(404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}).")

    def _confirmed(self, params: Json) -> Json:
        cards = {"pm_card_visa": "4242424242424242", "pm_card_visa_chargeDeclined": "4000000000000002"}
        card = cards[params["payment_method"]]
        return public(self.books.charge(int(params["amount"]), params["currency"], card, params.get("metadata", {})))

    def card_page(self, session_id: str, card: str | None) -> tuple[int, str, str]:
        """The page on which a card is typed: status, HTML, where to go on to."""
        session, words = self.books.find("checkout.session", session_id), ""
        if card is not None:
            try:
                event = self.books.pay(session_id, card)
                if self.webhook is not None:
                    self.deliver(self.webhook, [event])
                return 303, "", session["success_url"]
            except Fault as fault:
                words = fault.body["error"]["message"]
        page = (
            "<!doctype html><html lang=en><title>Stand-in for Stripe</title><main><h1>Pay by card</h1>"
            f"<p role=alert>{html.escape(words)}</p><form method=post><label>Card number <input name=card></label>"
            f'<button>Pay</button></form><a href="{html.escape(session["cancel_url"] or "")}">Back</a></main></html>'
        )
        return 200, page, ""


@contextmanager
def stripe_stand_in(clock: Callable[[], float]) -> Iterator[StandIn]:
    """The server on a free port, for as long as the block runs; `clock` gives its Unix seconds."""
    stand_in = StandIn(clock)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent, address = self.rfile.read(length).decode(), urlsplit(self.path)
            stand_in.asked.append((self.command, address.path))
            if match := re.fullmatch(r"/c/pay/(\w+)", address.path):
                typed = dict(parse_qsl(sent)).get("card", "") if self.command == "POST" else None
                status, page, onward = stand_in.card_page(match[1], typed)
                self._send(status, page.encode(), "text/html; charset=utf-8", {"Location": onward} if onward else {})
                return
            if stand_in.down:
                self._send(503, b'{"error": {"type": "api_error", "message": "down"}}', "application/json", {})
                return
            if self.headers.get("Authorization") != f"Bearer {SECRET_KEY}":
                self._send(
                    401, b'{"error": {"type": "invalid_request_error", "message": "key"}}', "application/json", {}
                )
                return
            key, more = self.headers.get("Idempotency-Key"), {}
            try:
                status, body, again = stand_in.answer(
                    self.command, address.path, nested(address.query), nested(sent), key
                )
                more = {"Idempotent-Replayed": "true"} if again else {}
            except Fault as fault:
                status, body = fault.status, fault.body
            self._send(status, json.dumps(body).encode(), "application/json", more)

        def _send(self, status: int, body: bytes, kind: str, more: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stand_in.url = stand_in.books.page_address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def nested(encoded: str) -> Json:
    """`a[b][0]=c` as {"a": {"b": {"0": "c"}}}: the way in which the library sends what it is given."""
    found: Json = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True):
        place = found
        *path, last = re.findall(r"[^\[\]]+", name)
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return found


def post_to(address: str) -> Post:
    """Deliveries over HTTP to a running platform."""

    def post(body: bytes, header: str) -> int:
        headers = {"Content-Type": "application/json", "Stripe-Signature": header}
        with urlopen(Request(f"{address}/payments/stripe/webhook", body, headers), timeout=20) as answer:
            return int(answer.status)

    return post


def _body(event: Json) -> bytes:
    return json.dumps(event, separators=(", ", ": ")).encode()
