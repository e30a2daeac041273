"""Where Stripe tells of payments. Whoever posts here is believed by the signature alone, so no token is asked for."""

from __future__ import annotations

import structlog
from flask import Response, current_app, request

from dih.extensions.web import csrf
from dih.payments import operations, stripe_gateway
from dih.payments.views import blueprint
from dih.shared import access, clock
from dih.shared.errors import NotFound
from dih.shared.unit_of_work import unit_of_work

log = structlog.get_logger()

MOST_BYTES = 512_000


@blueprint.post("/payments/stripe/webhook")
@csrf.exempt
@access.public
def webhook() -> Response:
    """Keeps and applies an event; 400 for what Stripe has not signed just now, 200 for every repeat."""
    if not current_app.config["STRIPE_WEBHOOK_SECRET"]:
        raise NotFound
    now, length = clock.now(), request.content_length
    if length is None or length > MOST_BYTES:
        return Response("too large", 413, mimetype="text/plain")
    try:
        event = stripe_gateway.read_event(request.get_data(), request.headers.get("Stripe-Signature", ""), now)
    except stripe_gateway.BadSignature as fault:
        log.warning("webhook refused", fault=str(fault))
        return Response("refused", 400, mimetype="text/plain")
    with unit_of_work():
        new = operations.take_in(event, now)
    log.info("webhook", kind=event.kind, new=new)
    return Response("taken", 200, mimetype="text/plain")
