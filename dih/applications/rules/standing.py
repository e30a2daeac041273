"""Who may change what when: the deadline, reopening, and the fields that a clarification unlocks."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dih.applications.vocabulary import ApplicationStatus as S
from dih.shared.access import Actor, Permission
from dih.shared.errors import BrokenRule
from dih.shared.wording import N_


def may_write(actor: Actor, organisation_id: int, entered_by_staff: bool) -> bool:
    """Whether the actor may fill this application in: an editor of the organisation, or staff if staff entered it."""
    if actor.organisation_id == organisation_id:
        return actor.may(Permission.EDIT_APPLICATION)
    return entered_by_staff and actor.may(Permission.ENTER_FOR_APPLICANT)


def may_hand_in(actor: Actor, organisation_id: int, entered_by_staff: bool) -> bool:
    """Whether the actor may submit, reopen and withdraw this application."""
    if actor.organisation_id == organisation_id:
        return actor.may(Permission.SUBMIT_APPLICATION)
    return entered_by_staff and actor.may(Permission.ENTER_FOR_APPLICANT)


def may_reopen(status: S, call_open: bool) -> bool:
    """Until the call closes or a partner has taken the case, whichever is first."""
    return status in (S.SUBMITTED, S.ELIGIBLE) and call_open


def unlocked(status: S, open_clarifications: Sequence[Collection[str]]) -> frozenset[str] | None:
    """The fields that may be changed: None means all (a draft), else those that open clarifications name."""
    if status is S.DRAFT:
        return None
    return frozenset(name for fields in open_clarifications for name in fields)


LOCKED = N_("This application was submitted. Only the fields that a clarification names can be changed.")
OVER = {
    S.WITHDRAWN: N_("This application was withdrawn. Nothing in it can be changed any more."),
    S.EXPIRED: N_("The time for this application is over. What you typed stays on this page: copy what you need."),
}
"""Why nothing can be changed in what has ended without a decision."""
EXCHANGEABLE = frozenset({S.SUBMITTED, S.ELIGIBLE, S.PLACED})
"""States in which a clarification may ask for other services: no reviewer has read them, nobody has decided."""


def check_going_on(status: S) -> None:
    """Raises BrokenRule once the application was withdrawn or has expired."""
    if status in OVER:
        raise BrokenRule.because(OVER[status])


def check_draft(status: S) -> None:
    """Raises BrokenRule unless the application is a draft."""
    if status is not S.DRAFT:
        raise BrokenRule.because(LOCKED)


def check_exchangeable(status: S) -> None:
    """Raises BrokenRule once the services stay as they are."""
    if status not in EXCHANGEABLE:
        raise BrokenRule.because(
            N_("The review of this application has begun. Its services stay as they were submitted."), "services"
        )


def check_unlocked(fields: Collection[str], open_fields: frozenset[str] | None) -> None:
    """Raises BrokenRule when one of `fields` may not be changed now."""
    if open_fields is not None and not set(fields) <= open_fields:
        raise BrokenRule.because(LOCKED)


def clarifiable(keys: Collection[str], known: Collection[str]) -> list[str]:
    """The known fields among `keys`, once each. Raises BrokenRule for a field that the call does not have."""
    if not set(keys) <= set(known):
        raise BrokenRule.because(N_("Choose among the fields of this application."), "fields")
    return [key for key in known if key in set(keys)]
