"""What Stripe sends: kept once, applied once, in whatever order it comes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from dih.extensions.database import db
from dih.payments import stripe_gateway as stripe
from dih.payments.models import StripeEvent
from dih.payments.operations.settling import dispute_seen, refund_seen, session_seen
from dih.payments.vocabulary import EventOutcome

_ABOUT_SESSIONS = "checkout.session."
_ABOUT_DISPUTES = "charge.dispute."
_ABOUT_REFUNDS = ("refund.", "charge.refund.")


def take_in(event: stripe.Event, now: dt.datetime) -> bool:
    """Keeps and applies an event; False when it was here before. One about what we do not know is kept and left."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    intent = event.content.get("payment_intent")
    kept = db.session.execute(
        dialect.insert(StripeEvent)
        .values(
            event_id=event.id[:100],
            kind=event.kind[:100],
            created_at=event.created_at,
            received_at=now,
            intent_id=intent if isinstance(intent, str) else None,
            outcome=EventOutcome.PASSED_OVER,
            content=event.content,
        )
        .on_conflict_do_nothing()
        .returning(StripeEvent.id)
    ).scalar_one_or_none()
    if kept is None:
        return False
    _finish(db.session.get_one(StripeEvent, kept), now)
    return True


def apply_waiting(event_row: int, now: dt.datetime) -> None:
    """Applies an event that came before its payment was known; one a transaction."""
    row = db.session.get_one(StripeEvent, event_row, populate_existing=True)
    if row.outcome is EventOutcome.WAITING:
        row.outcome = _apply(row, now)


def _finish(row: StripeEvent, now: dt.datetime) -> None:
    row.outcome = _apply(row, now)
    db.session.flush()
    if row.kind.startswith(_ABOUT_SESSIONS) and row.outcome is EventOutcome.APPLIED and row.intent_id:
        _wake(row.intent_id, now)


def _wake(intent_id: str, now: dt.datetime) -> None:
    for row in db.session.scalars(
        select(StripeEvent)
        .where(StripeEvent.intent_id == intent_id, StripeEvent.outcome == EventOutcome.WAITING)
        .order_by(StripeEvent.id)
    ):
        row.outcome = _apply(row, now)


def _apply(row: StripeEvent, now: dt.datetime) -> EventOutcome:
    kind, content = row.kind, row.content
    try:
        if kind.startswith(_ABOUT_SESSIONS):
            return session_seen(stripe.read_session(content), now, row.created_at)
        if kind.startswith(_ABOUT_DISPUTES):
            return dispute_seen(stripe.read_dispute(content), now)
        if kind.startswith(_ABOUT_REFUNDS):
            return refund_seen(stripe.read_refund(content), now)
    except (KeyError, TypeError, ValueError):
        return EventOutcome.PASSED_OVER
    return EventOutcome.PASSED_OVER
