"""The services asked for: chosen in a draft, and exchanged while a clarification asks about them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy import select

from dih.applications.models import Application, RequestedService
from dih.applications.operations.loading import load_to_fill
from dih.applications.operations.moving import asked_parts, find_lines, move, move_request
from dih.applications.rules import money, standing, tasks
from dih.applications.vocabulary import ApplicationStatus
from dih.budget.ledger import Part
from dih.calls import queries as calls
from dih.calls.content import MoneyRule
from dih.calls.queries import CallView
from dih.extensions.database import db
from dih.shared import audit
from dih.shared.access import SYSTEM, Actor
from dih.shared.errors import BrokenRule
from dih.shared.wording import N_


def choose_services(
    application_uuid: uuid.UUID, chosen: Collection[int], seen: Collection[int], actor: Actor, now: dt.datetime
) -> None:
    """Adds and takes out services: what was ticked and what was unticked on a page that showed `seen` as chosen.

    What somebody else chose meanwhile stays. Prices are those of this moment. Raises BrokenRule for a service that
    the call does not offer, and when the application is not a draft.
    """
    application, call = load_to_fill(application_uuid, actor, now)
    standing.check_draft(application.status)
    _tick(application, call, chosen, seen)


def exchange(application: Application, call: CallView, chosen: Collection[int], seen: Collection[int]) -> list[Part]:
    """The same for an application under way. Returns what it asked of the envelope before; nothing if all stays.

    What stays keeps its price. The caller asks the rules, then calls `ask_anew`. Raises BrokenRule also once the
    review has begun.
    """
    before = asked_parts(application)
    if not _tick(application, call, chosen, seen):
        return []
    standing.check_exchangeable(application.status)
    db.session.flush()
    return before


def ask_anew(
    application: Application, before: Collection[Part], rule: MoneyRule | None, actor: Actor, now: dt.datetime
) -> None:
    """Prices the services as they are now; what is asked for moves in the ledger, and a partner is asked anew."""
    asked_before = application.requested_cents
    application.requested_cents = price(application, rule)
    application.services_since = now
    find_lines(application)
    move_request(application, before, actor, now)
    audit.record(
        actor,
        now,
        ("application", application.id),
        "exchange_services",
        before={"requested_cents": asked_before},
        after={"requested_cents": application.requested_cents},
        application_id=application.id,
    )
    if application.status is ApplicationStatus.PLACED:
        move(application, "take_back", SYSTEM, now)


def price(application: Application, rule: MoneyRule | None) -> int:
    """Works out what the envelope bears of each service; returns the sum in cents. Raises BrokenRule without a rule."""
    if rule is None:
        raise BrokenRule.because(N_("No money rule of this call fits the organisation. Check its data."))
    rows = _rows(application)
    for row in rows.values():
        row.envelope_cents = money.envelope_cents(row.price_cents, rule)
    return sum(row.envelope_cents for row in rows.values())


def _tick(application: Application, call: CallView, chosen: Collection[int], seen: Collection[int]) -> bool:
    """Whether anything changed."""
    prices = {service.id: service.price_cents for service in calls.services_of(call.id) if service.active}
    rows = _rows(application)
    added, taken_out = set(chosen) - set(seen), set(seen) - set(chosen)
    if not added <= set(prices):
        raise BrokenRule.because(
            N_("One of the services is not offered in this call. Choose among those on the page."), tasks.SERVICES
        )
    added, taken_out = added - set(rows), taken_out & set(rows)
    for service_id in taken_out:
        db.session.delete(rows[service_id])
    db.session.add_all(
        RequestedService(application_id=application.id, service_id=service_id, price_cents=prices[service_id])
        for service_id in sorted(added)
    )
    return bool(added or taken_out)


def _rows(application: Application) -> dict[int, RequestedService]:
    rows = db.session.scalars(select(RequestedService).where(RequestedService.application_id == application.id))
    return {row.service_id: row for row in rows}
