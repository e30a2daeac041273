"""A manager's finding on the conditions of the call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from dih.applications import emails
from dih.applications.models import Application, EligibilityCheck
from dih.applications.operations.loading import call_of, load_for_staff
from dih.applications.operations.moving import move
from dih.applications.vocabulary import Holds
from dih.extensions.database import db
from dih.shared import clock, texts
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule, Forbidden, Problem
from dih.shared.wording import N_, Text

MOST_NOTED, MOST_REASON = 1000, 2000
"""Characters of a note on one condition, and of the reason for the whole."""


def check(
    application_id: int,
    findings: Mapping[str, tuple[Holds, str]],
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> bool:
    """Keeps a finding and a note on each condition, by key, and moves the application. Returns whether it is eligible.

    Raises BrokenRule when a condition has no finding, a refusal no reason, or a text is too long; Forbidden; NotFound
    in a conflict of interest; Stale when somebody was faster.
    """
    if not actor.may(Permission.DECIDE):
        raise Forbidden
    application = load_for_staff(application_id, actor, now)
    conditions = call_of(application).content.conditions
    problems = [
        Problem(
            f"holds.{condition.key}",
            Text(N_("Say whether this condition is met: “%(condition)s”"), {"condition": condition.text}),
        )
        for condition in conditions
        if findings.get(condition.key, (Holds.OPEN, ""))[0] is Holds.OPEN
    ]
    eligible = all(findings.get(condition.key, (Holds.NO, ""))[0] is Holds.YES for condition in conditions)
    for condition in conditions:
        note = findings.get(condition.key, (Holds.OPEN, ""))[1]
        problems += texts.too_long(note, MOST_NOTED, f"note.{condition.key}")
    problems += texts.too_long(reason, MOST_REASON, "reason")
    if not problems and not eligible and not reason.strip():
        problems.append(Problem("reason", Text(N_("Give the reason: the applicant reads it."))))
    if problems:
        raise BrokenRule(*problems)
    kept = {
        condition.key: {"holds": findings[condition.key][0].value, "note": findings[condition.key][1].strip()}
        for condition in conditions
    }
    db.session.add(
        EligibilityCheck(
            application_id=application.id,
            checked_at=now,
            checked_by=actor.person_id,
            eligible=eligible,
            findings=kept,
            reason=reason.strip(),
        )
    )
    move(application, "find_eligible" if eligible else "find_ineligible", actor, now, reason=reason.strip())
    _tell(application, eligible, reason.strip(), now)
    return eligible


def look_again(application_id: int, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Takes back a finding of not eligible, with a reason; the application waits for a new check."""
    application = load_for_staff(application_id, actor, now)
    why = texts.needed(reason, "reason", N_("Give the reason: the applicant reads it."), MOST_REASON)
    move(application, "look_again", actor, now, reason=why)


def _tell(application: Application, eligible: bool, reason: str, now: dt.datetime) -> None:
    if eligible:
        emails.eligible(application, now)
    else:
        until = call_of(application).content.days.appeal_until(clock.day_of(now))
        emails.ineligible(application, reason, until, now)
