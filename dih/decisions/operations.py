"""Decisions: approve (the line reserves at that moment and the voucher is issued), reject, waiting list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from dih.aid import operations as aid
from dih.aid.operations import Award
from dih.applications import operations as applications
from dih.applications import queries
from dih.applications.models import Application, RequestedService
from dih.applications.vocabulary import APPLICATION_STATUS_TRANSITIONS
from dih.budget import ledger
from dih.budget.ledger import Dimensions, Part
from dih.calls import eligibility
from dih.calls import queries as calls
from dih.calls.content import MoneyRule
from dih.catalogue.models import Service
from dih.decisions import emails, four_eyes
from dih.decisions.grounds import grounds_of, missing_in
from dih.decisions.meetings import operations as meetings
from dih.decisions.meetings.operations import Votes
from dih.decisions.models import Decision
from dih.decisions.vocabulary import FirstEnd, Outcome
from dih.extensions.database import db
from dih.shared import clock, texts
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, Problem, Stale
from dih.shared.transitions import target_of
from dih.shared.wording import N_
from dih.vouchers import operations as vouchers
from dih.vouchers.operations import Grant
from dih.vouchers.rules import divide


def approve(application_id: int, reason: str, actor: Actor, now: dt.datetime, votes: Votes | None = None) -> bool:
    """Approves an application: its money is reserved, the voucher offered, the applicant told.

    Above the amount of the setting the first approval only waits: False, and nothing is reserved until the second.
    Raises BrokenRule with the figures when a line has too little free or the aid does not fit, when the actor gave the
    first approval, and when reviews are missing or below a threshold and no reason is given; Stale when somebody
    decided first; NotFound for a manager in conflict of interest. `votes` are those of the meeting's members by person,
    where the panel votes.
    """
    application = _load(application_id, actor, now)
    target_of(APPLICATION_STATUS_TRANSITIONS, "approve", application.status, actor)
    applications.follow_lines(application, actor, now)
    rule = _money_rule(application, clock.day_of(now))
    grants, parts = _grants(application, rule)
    if not reason.strip() and (missing := missing_in(application)) is not None:
        raise BrokenRule.because(
            N_("%(reference)s: %(missing)s Give a reason to approve it all the same."),
            "reason",
            reference=application.reference or "",
            missing=missing,
        )
    cents = sum(part.cents for part in parts)
    goes_on, first_by = four_eyes.pass_first(application, cents, reason, actor, now)
    if not goes_on:
        meetings.check_sits(application, actor, now)
        return False
    applications.move(application, "approve", actor, now, reason=reason.strip())
    content = applications.call_of(application).content
    aid.reserve(_award(application, rule, grants), actor, now)
    day = clock.day_of(now)
    vouchers.issue(
        application,
        grants,
        rule.legal_basis,
        day + dt.timedelta(days=content.days.acceptance_days),
        day + dt.timedelta(days=content.days.voucher_validity_days),
        actor,
        now,
    )
    _keep(application, Outcome.APPROVED, reason, cents, actor, now, votes, first_by)
    # Last, so that others wait for the line only as long as its entries and the commit take.
    ledger.reserve(parts, f"application:{application.id}:approve", actor, now, application_id=application.id)
    return True


def withdraw_first(application_id: int, actor: Actor, now: dt.datetime) -> None:
    """The first of two managers takes the approval back. Raises Stale when none waits, Forbidden for another person."""
    four_eyes.withdraw(_load(application_id, actor, now), actor, now)


def reject(application_id: int, reason: str, actor: Actor, now: dt.datetime, votes: Votes | None = None) -> bool:
    """Rejects an application with the reason that the applicant reads. Raises BrokenRule without a reason."""
    application = _load(application_id, actor, now)
    applications.move(application, "reject", actor, now, reason=_needed(reason))
    _keep(application, Outcome.REJECTED, reason, 0, actor, now, votes)
    return True


def put_on_waiting_list(
    application_id: int, reason: str, actor: Actor, now: dt.datetime, votes: Votes | None = None
) -> bool:
    """Puts an application on the waiting list: good, but the money does not reach it now."""
    application = _load(application_id, actor, now)
    applications.move(application, "wait", actor, now, reason=_needed(reason))
    _keep(application, Outcome.WAITING_LIST, reason, 0, actor, now, votes)
    return True


_VERBS = {
    Outcome.APPROVED: approve,
    Outcome.REJECTED: reject,
    Outcome.WAITING_LIST: put_on_waiting_list,
}


def decide(
    application_ids: Sequence[int],
    outcome: Outcome,
    reason: str,
    actor: Actor,
    now: dt.datetime,
    votes: Votes | None = None,
) -> int:
    """The same decision on several applications, all or none, in the order given.

    Returns how many are decided now; the others wait for a second approval.
    """
    if not application_ids:
        raise BrokenRule.because(N_("Choose at least one application."), "chosen")
    loaded = [applications.load_for_staff(application_id, actor, now) for application_id in sorted(application_ids)]
    if outcome is Outcome.APPROVED:
        aid.hold_organisations([application.organisation_id for application in loaded], now)
        _hold_lines(loaded, actor, now)
    return sum(_VERBS[outcome](application_id, reason, actor, now, votes) for application_id in application_ids)


def _hold_lines(loaded: Sequence[Application], actor: Actor, now: dt.datetime) -> None:
    """Locks in order every line that pays for one of them, which each approval touches in an order of its own."""
    for application in loaded:
        applications.follow_lines(application, actor, now)
    ids = [application.id for application in loaded]
    asked = select(RequestedService.line_id).where(RequestedService.application_id.in_(ids))
    ledger.hold({line_id for line_id in db.session.scalars(asked) if line_id is not None})


def _money_rule(application: Application, day: dt.date) -> MoneyRule:
    call = applications.call_of(application)
    whole = queries.contents_of(application, day)
    if whole.size.wanted and eligibility.looks_at_size(call.content):
        raise BrokenRule(*(Problem("", text) for text in whole.size.wanted))
    rule = calls.money_rule(call, whole.facts, day)
    if rule is None:
        raise BrokenRule.because(
            N_("No money rule of the call fits this organisation any more. Check its legal nature and size.")
        )
    return rule


def _grants(application: Application, rule: MoneyRule) -> tuple[list[Grant], list[Part]]:
    rows = db.session.execute(
        select(RequestedService, Service.category)
        .join(Service, Service.id == RequestedService.service_id)
        .where(RequestedService.application_id == application.id)
        .order_by(RequestedService.service_id)
    ).all()
    if sum(asked.price_cents for asked, _ in rows) > rule.max_value_cents:
        raise BrokenRule.because(N_("The services cost more than one voucher of this call may be worth."), "amount")
    grants, parts = [], []
    for asked, category in rows:
        if asked.line_id is None:
            raise Stale
        shares = divide(asked.price_cents, rule.eu_share_percent, rule.national_share_percent)
        about = Dimensions(
            asked.service_id, application.partner_id, category, application.target_group, application.county
        )
        grants.append(Grant(asked.service_id, asked.line_id, asked.price_cents, shares))
        parts.append(Part(asked.line_id, shares.envelope_cents, about))
    return grants, parts


def _award(application: Application, rule: MoneyRule, grants: Sequence[Grant]) -> Award:
    return Award(
        application.id,
        application.organisation_id,
        application.reference or "",
        rule.legal_basis,
        sum(grant.shares.national_cents for grant in grants),
        sum(grant.price_cents for grant in grants),
    )


def _load(application_id: int, actor: Actor, now: dt.datetime) -> Application:
    if not actor.may(Permission.DECIDE):
        raise Forbidden
    return applications.load_for_staff(application_id, actor, now)


def _keep(
    application: Application,
    outcome: Outcome,
    reason: str,
    cents: int,
    actor: Actor,
    now: dt.datetime,
    votes: Votes | None,
    first_by: int | None = None,
) -> None:
    """Keeps the decision, with what each member of an open meeting had to do with it, and tells the applicant."""
    first = four_eyes.waiting(application.id)
    if first is not None:
        four_eyes.end(first, FirstEnd.VOID, actor, now)
    days = applications.call_of(application).content.days
    decision = Decision(
        application_id=application.id,
        outcome=outcome,
        reason=reason.strip(),
        decided_at=now,
        decided_by=actor.person_id,
        deputy_for=actor.deputy_for,
        first_by=first_by,
        amount_cents=cents,
        grounds=grounds_of(application),
        appeal_until=None if outcome is Outcome.APPROVED else days.appeal_until(clock.day_of(now)),
    )
    meetings.take_down(decision, application, votes, actor, now)
    emails.decided(application, decision, now)


def _needed(reason: str) -> str:
    return texts.needed(reason, "reason", N_("Give a reason: the applicant reads it."))
