"""The case page: one application and its voucher, with what each room has to show of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dih.applications import queries as applications
from dih.applications.queries import Case, Clarifying
from dih.applications.vocabulary import (
    APPLICATION_STATUS_COLOURS,
    APPLICATION_STATUS_LABELS,
    PIPELINE,
    ApplicationStatus,
)
from dih.calls import queries as calls
from dih.calls.queries import CallView
from dih.conflicts import queries as conflicts
from dih.decisions import panel as decisions
from dih.decisions.queries import TO_DECIDE
from dih.decisions.vocabulary import OUTCOME_VERBS, Outcome
from dih.delivery import queries as delivery
from dih.desks import rules
from dih.desks.rules import Step
from dih.desks.vocabulary import ACTION_LABELS, HIDDEN_FROM_APPLICANTS
from dih.payments import queries as payments
from dih.reviews import queries as reviews
from dih.reviews.vocabulary import AUDIT_WORDS as REVIEW_WORDS
from dih.reviews.vocabulary import OPEN_REVIEWS
from dih.routing import queries as routing
from dih.shared import audit, clock
from dih.shared.access import ROLE_LABELS, Actor, Permission, Role
from dih.shared.errors import NotFound
from dih.shared.models import AuditRecord
from dih.shared.wording import N_
from dih.vouchers import queries as vouchers
from dih.vouchers.vocabulary import VOUCHER_STATUS_COLOURS, VOUCHER_STATUS_LABELS


@dataclass(frozen=True, slots=True)
class Action:
    """A deed that the actor may do now, as a way to its page."""

    label: str
    href: str
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class CasePage:
    """All that the page shows; a panel that the actor may not see is None."""

    case: Case
    call: CallView
    status_label: str
    status_colour: str
    next_words: str
    steps: Sequence[Step]
    clarifications: Sequence[Clarifying]
    actions: Sequence[Action]
    panels: Mapping[str, Any]
    timeline: Sequence[Mapping[str, Any]]


def case_page(case_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> CasePage:
    """The page as the actor may see it. Raises NotFound when out of reach, also for a reviewer without the review."""
    case = _reach(case_uuid, actor, now)
    call = calls.version(case.call_version_id)
    if call is None:
        raise NotFound
    voucher = vouchers.panel(case.id, actor) if case.status is ApplicationStatus.APPROVED else None
    state = voucher.status if voucher else None
    staff = actor.organisation_id is None
    judged = reviews.panel(case.id, actor) if staff and call.content.reviews_per_application else None
    panels = {
        "vouchers": voucher,
        "decisions": decisions.panel(case, actor, clock.day_of(now)),
        "payments": payments.panel(case.id, actor) if voucher and voucher.beneficiary_cents else None,
        "delivery": delivery.panel(voucher.id, actor) if voucher and voucher.redeemed_at else None,
        "routing": routing.panel(case.id, actor),
        "reviews": judged,
        "conflicts": conflicts.panel(case, actor, clock.day_of(now)),
        "aid": case if _sees_aid(case, actor) else None,
    }
    writes = bool(judged and judged.own and judged.own.status in OPEN_REVIEWS)
    pays = bool(voucher and voucher.beneficiary_cents)
    asked = applications.clarifications(case.id) if case.status in PIPELINE else ()
    return CasePage(
        case=case,
        call=call,
        status_label=VOUCHER_STATUS_LABELS[state] if state else APPLICATION_STATUS_LABELS[case.status],
        status_colour=VOUCHER_STATUS_COLOURS[state] if state else APPLICATION_STATUS_COLOURS[case.status],
        next_words=rules.next_words(
            state or case.status,
            asked=any(one.open for one in asked),
            own=actor.role is Role.OWNER,
            waited=case.submitted_at is not None,
        ),
        steps=rules.lifeline(
            case.status,
            state,
            reviewed=bool(call.content.reviews_per_application),
            pays=pays,
            submitted=case.submitted_at is not None,
        ),
        clarifications=asked,
        actions=_actions(case, call, actor),
        panels=panels,
        timeline=[_entry(record, staff) for record in audit.case_timeline(case.id) if _may_read(record, actor, writes)],
    )


_READS = {
    ApplicationStatus.DRAFT: N_("Go on with the application"),
    ApplicationStatus.INELIGIBLE: N_("Read the findings"),
}
"""What leads from the case to the application as the main thing to do."""


def _sees_aid(case: Case, actor: Actor) -> bool:
    """Managers, auditors and the applicant, while the case waits for its decision."""
    mine = case.organisation_id == actor.organisation_id
    return case.status in TO_DECIDE and (mine or actor.may(Permission.SEE_ALL))


def _actions(case: Case, call: CallView, actor: Actor) -> list[Action]:
    own = f"/applications/{case.uuid}"
    if actor.organisation_id is not None or not actor.may(Permission.DECIDE):
        words = _READS.get(case.status)
        return [Action(words, own, True)] if words else []
    found = []
    if case.status is ApplicationStatus.SUBMITTED:
        found.append(Action(N_("Check the conditions"), f"{own}/eligibility", True))
    if case.status is ApplicationStatus.INELIGIBLE:
        found.append(Action(N_("Look at the eligibility again"), f"{own}/look-again"))
    if case.status in TO_DECIDE:
        decide = f"/decisions/{call.code}/decide?chosen={case.id}&outcome="
        verbs = [(outcome, verb) for outcome, verb in OUTCOME_VERBS.items() if outcome.value != case.status.value]
        found += [Action(verb, decide + outcome, outcome is Outcome.APPROVED) for outcome, verb in verbs]
    if case.status in PIPELINE:
        found.append(Action(N_("Ask the applicant"), f"{own}/clarifications/new"))
    return found


def _reach(case_uuid: uuid.UUID, actor: Actor, now: dt.datetime) -> Case:
    if actor.may(Permission.REVIEW):
        return reviews.case_for_reviewer(case_uuid, actor, now)
    return applications.find(case_uuid, actor, clock.day_of(now))


def _may_read(record: AuditRecord, actor: Actor, writes: bool) -> bool:
    """Who reviews and who is in conflict is for managers and auditors; the hub's own work not for applicants.

    `writes`: the actor's own review is open, and what became of the others stays shut in every role.
    """
    if actor.may(Permission.SEE_ALL):
        return not (writes and record.action in REVIEW_WORDS)
    hidden = HIDDEN_FROM_APPLICANTS if actor.organisation_id is not None else {"review", "conflict"}
    return record.subject_kind not in hidden and record.action not in REVIEW_WORDS


def _entry(record: AuditRecord, staff: bool) -> Mapping[str, Any]:
    """One line of the timeline; applicants read the role of staff, not the name."""
    own = record.role.value in ("owner", "editor", "reader")
    return {
        "at": record.at,
        "words": ACTION_LABELS.get(record.action, record.action),
        "who": {"ro": record.person_name} if staff or own else ROLE_LABELS[record.role],
        "reason": record.reason,
    }
