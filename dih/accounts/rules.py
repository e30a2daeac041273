"""Which role has which permission, who looks after whom, and what an address or a way back must look like."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Mapping

from email_validator import EmailNotValidError, validate_email

from dih.shared.access import HUB_ROLES, ORGANISATION_ROLES, PARTNER_ROLES, Actor, Role, ScopeKind
from dih.shared.access import Permission as P  # noqa: N817
from dih.shared.errors import BrokenRule, Forbidden
from dih.shared.wording import N_

_READER = frozenset({P.SEE_OWN_ORGANISATION, P.SEE_OWN_APPLICATIONS, P.SEE_APPLICATION})
_EDITOR = _READER | {P.EDIT_APPLICATION}
_OWNER = _EDITOR | {
    P.EDIT_OWN_ORGANISATION,
    P.MANAGE_OWN_PEOPLE,
    P.SUBMIT_APPLICATION,
    P.ACCEPT_VOUCHER,
    P.CONFIRM_DELIVERY,
}
_DELIVERER = frozenset({P.SEE_ROUTED, P.SEE_APPLICATION, P.RECORD_DELIVERY})

PERMISSIONS: Mapping[Role, frozenset[P]] = {
    Role.READER: _READER,
    Role.EDITOR: _EDITOR,
    Role.OWNER: _OWNER,
    Role.DELIVERER: _DELIVERER,
    Role.COORDINATOR: _DELIVERER | {P.ANSWER_ROUTING, P.MANAGE_PARTNER, P.REDEEM_VOUCHER},
    Role.REVIEWER: frozenset({P.REVIEW, P.SEE_APPLICATION}),
    Role.MANAGER: frozenset(
        {
            P.SEE_ALL,
            P.SEE_APPLICATION,
            P.MANAGE_CALLS,
            P.DECIDE,
            P.MANAGE_VOUCHERS,
            P.MANAGE_BUDGET,
            P.MANAGE_AID,
            P.ASSIGN_REVIEWERS,
            P.OVERRIDE_ROUTING,
            P.MANAGE_CONFLICTS,
            P.SEE_BUDGET,
            P.EXPORT,
            P.SEE_AUDIT,
            P.ENTER_FOR_APPLICANT,
        }
    ),
    Role.AUDITOR: frozenset({P.SEE_ALL, P.SEE_APPLICATION, P.SEE_BUDGET, P.EXPORT, P.SEE_AUDIT}),
    Role.ADMINISTRATOR: frozenset({P.MANAGE_PEOPLE, P.MANAGE_SETTINGS, P.SEE_AUDIT}),
    Role.GUEST: frozenset(),
    Role.SYSTEM: frozenset(P),
}
"""The permissions of each role; an owner does all that an editor does, an editor all that a reader does."""

ROLES_OF: Mapping[ScopeKind, frozenset[Role]] = {
    ScopeKind.ORGANISATION: ORGANISATION_ROLES,
    ScopeKind.PARTNER: PARTNER_ROLES,
    ScopeKind.HUB: HUB_ROLES,
}
"""The roles that exist in each kind of scope."""

ACTING_ORDER = (
    Role.MANAGER,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
    Role.COORDINATOR,
    Role.REVIEWER,
    Role.DELIVERER,
    Role.OWNER,
    Role.EDITOR,
    Role.READER,
)
"""In which role a person with several acts until another one is chosen: the one with most work waiting first."""

NEVER_NOBODY: Mapping[Role, str] = {
    Role.OWNER: N_("An organisation needs at least one owner. Make somebody else an owner first."),
    Role.ADMINISTRATOR: N_("The hub needs at least one administrator. Make somebody else an administrator first."),
}
"""Roles that somebody must hold, with what is said when the last one would go."""

MOST_DEPUTY_DAYS = 366


def as_guest(person_id: int, name: str) -> Actor:
    """A person who acts in no membership: may see to the own account and nothing else."""
    return Actor(person_id=person_id, name=name, role=Role.GUEST, permissions=PERMISSIONS[Role.GUEST])


def roles_in(kind: ScopeKind) -> list[Role]:
    """The roles of a kind of scope, the one with most to do first."""
    return [role for role in ACTING_ORDER if role in ROLES_OF[kind]]


def fit_scope(role: Role, kind: ScopeKind, scope_id: int) -> None:
    """Raises BrokenRule unless `role` exists in a scope of this kind (the hub's id is 0, others are positive)."""
    if role not in ROLES_OF[kind] or (kind is ScopeKind.HUB) != (scope_id == 0):
        raise BrokenRule.because(N_("This role does not exist there."), "role")


def may_manage(actor: Actor, kind: ScopeKind, scope_id: int) -> bool:
    """Whether the actor looks after the people of a scope.

    An owner does for the own organisation, a coordinator for the own partner, an administrator for all.
    """
    if actor.may(P.MANAGE_PEOPLE):
        return True
    if kind is ScopeKind.ORGANISATION:
        return actor.may(P.MANAGE_OWN_PEOPLE) and actor.organisation_id == scope_id
    return kind is ScopeKind.PARTNER and actor.may(P.MANAGE_PARTNER) and actor.partner_id == scope_id


def check_manages(actor: Actor, kind: ScopeKind, scope_id: int) -> None:
    """Raises Forbidden unless the actor looks after the people of this scope."""
    if not may_manage(actor, kind, scope_id):
        raise Forbidden


def check_deputy_days(starts_on: dt.date, ends_on: dt.date, today: dt.date) -> None:
    """Raises BrokenRule unless a deputy's days lie in order, end today or later and are at most 366."""
    if ends_on < starts_on:
        raise BrokenRule.because(N_("The last day lies before the first day."), "ends_on")
    if ends_on < today:
        raise BrokenRule.because(N_("These days are over. Choose a last day from today on."), "ends_on")
    if (ends_on - starts_on).days >= MOST_DEPUTY_DAYS:
        raise BrokenRule.because(N_("A deputy acts for a year at most. Choose an earlier last day."), "ends_on")


def check_invitation_open(
    accepted_at: dt.datetime | None, withdrawn_at: dt.datetime | None, expires_at: dt.datetime, now: dt.datetime
) -> None:
    """Raises BrokenRule unless an invitation can still be accepted at `now`."""
    if accepted_at is not None:
        raise BrokenRule.because(N_("This invitation is already accepted. Sign in to use the role."))
    if withdrawn_at is not None:
        raise BrokenRule.because(N_("This invitation was withdrawn. Ask whoever invited you."))
    if expires_at <= now:
        raise BrokenRule.because(N_("This invitation is too old. Ask for a new one."))


def email_address(text: str, field: str = "email") -> str:
    """The address in its normal form, in lower case. Raises BrokenRule for what is none.

    Addresses under `.test` (RFC 2606) count as addresses: the demo and the tests use them.
    """
    try:
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        raise BrokenRule.because(N_("This is not an e-mail address. It looks like name@example.ro."), field) from None


def local_path(target: str | None, otherwise: str = "/") -> str:
    """`target` when it is a path on this site, else `otherwise`: nobody is sent elsewhere by a link to us.

    Browsers read a backslash as a slash and drop control characters, so neither is let through.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return otherwise
    if "\\" in target or any(ord(letter) < 0x21 for letter in target):
        return otherwise
    return target


def recovery_code(typed: str | None) -> str | None:
    """A spare code as it was shown, `1a2b-3c4d-5e6f`: capitals, spaces and missing dashes do not count."""
    letters = "".join(letter for letter in (typed or "").lower() if letter.isalnum())
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4)) if letters else typed


def digest(token: str) -> str:
    """What is stored of an invitation's token: whoever reads the database cannot accept with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def searchable(text: str) -> str:
    """The text as it is searched: small letters without diacritics, single spaces."""
    plain = (letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))
    return " ".join("".join(plain).split())


def days_typed(text: str, field: str) -> frozenset[dt.date]:
    """The days of a text with one on each line, as 24.12.2026 or 2026-12-24. Raises BrokenRule for another line."""
    found = set()
    for line in filter(None, map(str.strip, text.splitlines())):
        parts = line.split(".")[::-1] if "." in line else line.split("-")
        try:
            year, month, day = (int(part) for part in parts)
            found.add(dt.date(year, month, day))
        except ValueError:
            raise BrokenRule.because(
                N_("“%(line)s” is not a day. Write one day a line, such as 24.12.2026."), field, line=line[:40]
            ) from None
    return frozenset(found)
