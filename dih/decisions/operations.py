"""Decisions: approve (the line reserves at that moment and the voucher is issued), reject, waiting list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from dih.applications import operations as applications
from dih.applications.models import Application, RequestedService
from dih.budget import ledger
from dih.budget import queries as budget
from dih.budget.ledger import Dimensions, Part
from dih.budget.rules import leaf_for
from dih.calls import queries as calls
from dih.calls.content import CallContent, MoneyRule
from dih.catalogue.models import Service
from dih.conflicts.queries import in_conflict
from dih.decisions import emails
from dih.decisions.models import Decision
from dih.decisions.vocabulary import Outcome
from dih.extensions.database import db
from dih.organisations import queries as organisations
from dih.shared import clock
from dih.shared.access import Actor
from dih.shared.errors import BrokenRule, NotFound
from dih.shared.wording import N_
from dih.vouchers import operations as vouchers
from dih.vouchers.operations import Grant
from dih.vouchers.rules import divide


def approve(application_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Approves an application: its money is reserved, the voucher offered, the applicant told.

    Raises BrokenRule with the figures when a line has too little free, Stale when somebody decided first,
    NotFound for a manager in conflict of interest.
    """
    application = _load(application_id, actor, now)
    applications.move(application, "approve", actor, now, reason=reason)
    call = calls.version(application.call_version_id)
    rule = money_rule(call.content, application)
    grants = grants_of(application, rule)
    total = sum(grant.shares.envelope_cents for grant in grants)
    if sum(grant.price_cents for grant in grants) > rule.max_value_cents:
        raise BrokenRule.because(N_("The services cost more than one voucher of this call may be worth."), "amount")
    ledger.reserve(
        _parts(application, grants), f"application:{application.id}:approve", actor, now, application_id=application.id
    )
    day = clock.day_of(now)
    vouchers.issue(
        application,
        grants,
        rule.legal_basis,
        day + dt.timedelta(days=call.content.days.acceptance_days),
        day + dt.timedelta(days=call.content.days.voucher_validity_days),
        actor,
        now,
    )
    _keep(application, Outcome.APPROVED, reason, total, actor, now)


def reject(application_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Rejects an application with the reason that the applicant reads. Raises BrokenRule without a reason."""
    application = _load(application_id, actor, now)
    applications.move(application, "reject", actor, now, reason=_needed(reason))
    _keep(application, Outcome.REJECTED, reason, 0, actor, now)
    emails.rejected(application, reason, now)


def put_on_waiting_list(application_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Puts an application on the waiting list: good, but the money does not reach it now."""
    application = _load(application_id, actor, now)
    applications.move(application, "wait", actor, now, reason=_needed(reason))
    _keep(application, Outcome.WAITING_LIST, reason, 0, actor, now)
    emails.waiting(application, reason, now)


def money_rule(content: CallContent, application: Application) -> MoneyRule:
    """The money rule of the call for the organisation's facts. Raises BrokenRule when none fits."""
    facts = organisations.facts(application.organisation_id)
    for rule in content.money:
        if rule.covers(facts.legal_nature.value, facts.economic_activity, facts.size):
            return rule
    raise BrokenRule.because(N_("No money rule of the call fits this organisation. Check its legal nature and size."))


def grants_of(application: Application, rule: MoneyRule) -> list[Grant]:
    """The requested services with their split and the leaf line that bears each."""
    lines = budget.lines()
    rows = db.session.execute(
        select(RequestedService.service_id, RequestedService.price_cents, Service.category)
        .join(Service, Service.id == RequestedService.service_id)
        .where(RequestedService.application_id == application.id)
        .order_by(RequestedService.service_id)
    )
    return [
        Grant(
            row.service_id,
            leaf_for(lines, application.target_group, row.category, application.partner_id).id,
            row.price_cents,
            divide(row.price_cents, rule.eu_share_percent, rule.national_share_percent),
        )
        for row in rows
    ]


def _parts(application: Application, grants: Sequence[Grant]) -> list[Part]:
    categories = dict(
        db.session.execute(
            select(Service.id, Service.category).where(Service.id.in_([grant.service_id for grant in grants]))
        ).tuples()
    )
    return [
        Part(
            grant.line_id,
            grant.shares.envelope_cents,
            Dimensions(
                grant.service_id,
                application.partner_id,
                categories[grant.service_id],
                application.target_group,
                application.county,
            ),
        )
        for grant in grants
    ]


def _load(application_id: int, actor: Actor, now: dt.datetime) -> Application:
    application = db.session.scalar(
        select(Application)
        .where(
            Application.id == application_id,
            ~in_conflict(actor.person_id, clock.day_of(now), Application.id, Application.organisation_id),
        )
        .with_for_update(of=Application)
    )
    if application is None:
        raise NotFound
    return application


def _keep(application: Application, outcome: Outcome, reason: str, cents: int, actor: Actor, now: dt.datetime) -> None:
    db.session.add(
        Decision(
            application_id=application.id,
            outcome=outcome,
            reason=reason,
            decided_at=now,
            decided_by=actor.person_id,
            amount_cents=cents,
        )
    )


def _needed(reason: str) -> str:
    if not reason.strip():
        raise BrokenRule.because(N_("Give a reason: the applicant reads it."), "reason")
    return reason.strip()
