"""The one place where the status of an application changes, and with it what it asks of the envelope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select, update

from dih.applications.models import Application, Clarification, RequestedService
from dih.applications.vocabulary import APPLICATION_STATUS_TRANSITIONS, ENDS, PIPELINE, ApplicationStatus
from dih.budget import ledger
from dih.budget import queries as budget
from dih.budget.ledger import Dimensions, Part
from dih.budget.rules import leaf_for, leaves
from dih.catalogue.models import Service
from dih.extensions.database import db
from dih.shared import audit
from dih.shared.access import Actor
from dih.shared.status import take
from dih.shared.transitions import target_of
from dih.taxonomy.vocabulary import Category


def move(
    application: Application, action: str, actor: Actor, now: dt.datetime, *, reason: str = "", **values: Any
) -> None:
    """Takes one edge of the transition table and records it; `values` are other columns that change with the status.

    Entering the pipeline notes in the ledger what is asked for, leaving it takes that back. An end closes open
    clarifications. Raises Stale when somebody was faster, Forbidden when the actor may not.
    """
    source = application.status
    target = ApplicationStatus(target_of(APPLICATION_STATUS_TRANSITIONS, action, source, actor))
    ended = target in ENDS
    take(
        Application,
        application.id,
        source,
        target,
        status_since=now,
        moves=application.moves + 1,
        closed_at=now if ended and target is not ApplicationStatus.APPROVED else None,
        **values,
    )
    if ended:
        _close_clarifications(application.id, now)
    if (source in PIPELINE) != (target in PIPELINE):
        parts = _parts(application, _requested(application), 1 if target in PIPELINE else -1)
        ledger.request(parts, _key(application), actor, now, application_id=application.id)
    audit.record(
        actor,
        now,
        ("application", application.id),
        action,
        before={"status": source.value},
        after={"status": target.value},
        reason=reason,
        application_id=application.id,
    )


def name_partner(application: Application, partner_id: int | None, actor: Actor, now: dt.datetime) -> None:
    """Sets the partner that is proposed or has accepted (None: nobody), and moves what is asked for under its name.

    The room that routes records the audit of its own step: this is a part of it.
    """
    if application.partner_id == partner_id:
        return
    rows = _requested(application)
    before = _parts(application, rows, -1)
    application.partner_id = partner_id
    application.moves += 1
    _give_lines(application, rows)
    if application.status in PIPELINE:
        parts = [*before, *_parts(application, rows, 1)]
        ledger.request(parts, _key(application), actor, now, application_id=application.id)


def follow_lines(application: Application, actor: Actor, now: dt.datetime) -> None:
    """Moves what is asked for to a line below, where the line asked of was divided since. Raises BrokenRule."""
    rows = _requested(application)
    if {requested.line_id for requested, _category in rows} <= {line.id for line in leaves(budget.lines())}:
        return
    before = _parts(application, rows, -1)
    _give_lines(application, rows)
    move_request(application, before, actor, now)


def asked_parts(application: Application) -> list[Part]:
    """What an application under way asks of the envelope now, to be taken back."""
    return _parts(application, _requested(application), -1)


def move_request(application: Application, before: Collection[Part], actor: Actor, now: dt.datetime) -> None:
    """Notes in the ledger that instead of `before` the application asks for what its services say now."""
    application.moves += 1
    parts = [*before, *_parts(application, _requested(application), 1)]
    ledger.request(parts, _key(application), actor, now, application_id=application.id)


def find_lines(application: Application) -> None:
    """Gives each requested service the leaf line that pays for it. Raises BrokenRule when the envelope has none."""
    _give_lines(application, _requested(application))
    db.session.flush()


Requested = Sequence[tuple[RequestedService, Category]]


def _requested(application: Application) -> Requested:
    rows = db.session.execute(
        select(RequestedService, Service.category)
        .join(Service, Service.id == RequestedService.service_id)
        .where(RequestedService.application_id == application.id)
        .order_by(RequestedService.service_id)
    )
    return [(requested, category) for requested, category in rows]


def _give_lines(application: Application, rows: Requested) -> None:
    lines = budget.lines()
    for requested, category in rows:
        requested.line_id = leaf_for(lines, application.target_group, category, application.partner_id).id


def _parts(application: Application, rows: Requested, sign: int) -> list[Part]:
    return [
        Part(
            requested.line_id,
            sign * requested.envelope_cents,
            Dimensions(
                requested.service_id, application.partner_id, category, application.target_group, application.county
            ),
        )
        for requested, category in rows
        if requested.envelope_cents and requested.line_id
    ]


def _key(application: Application) -> str:
    return f"application:{application.id}:request:{application.moves}"


def _close_clarifications(application_id: int, now: dt.datetime) -> None:
    db.session.execute(
        update(Clarification)
        .where(
            Clarification.application_id == application_id,
            Clarification.answered_at.is_(None),
            Clarification.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
