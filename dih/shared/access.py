"""Who acts (the Actor) and the mark by which every view declares who may call it. Knows nothing of Flask."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from dih.shared.wording import N_

View = TypeVar("View", bound=Callable[..., Any])


class Role(enum.StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    READER = "reader"
    COORDINATOR = "coordinator"
    REVIEWER = "reviewer"
    DELIVERER = "deliverer"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    GUEST = "guest"
    SYSTEM = "system"


ROLE_LABELS = {
    Role.OWNER: N_("Owner"),
    Role.EDITOR: N_("Editor"),
    Role.READER: N_("Reader"),
    Role.COORDINATOR: N_("Coordinator"),
    Role.REVIEWER: N_("Reviewer"),
    Role.DELIVERER: N_("Deliverer"),
    Role.MANAGER: N_("Hub manager"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMINISTRATOR: N_("Administrator"),
    Role.GUEST: N_("No role yet"),
    Role.SYSTEM: N_("The platform"),
}

ORGANISATION_ROLES = frozenset({Role.OWNER, Role.EDITOR, Role.READER})
PARTNER_ROLES = frozenset({Role.COORDINATOR, Role.REVIEWER, Role.DELIVERER})
HUB_ROLES = frozenset({Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR})


class ScopeKind(enum.StrEnum):
    ORGANISATION = "organisation"
    PARTNER = "partner"
    HUB = "hub"


class Permission(enum.StrEnum):
    """What a role may do; `accounts.rules.PERMISSIONS` says which role has which."""

    SEE_OWN_ORGANISATION = "see_own_organisation"
    EDIT_OWN_ORGANISATION = "edit_own_organisation"
    MANAGE_OWN_PEOPLE = "manage_own_people"
    SEE_APPLICATION = "see_application"
    SEE_OWN_APPLICATIONS = "see_own_applications"
    EDIT_APPLICATION = "edit_application"
    SUBMIT_APPLICATION = "submit_application"
    ENTER_FOR_APPLICANT = "enter_for_applicant"
    ACCEPT_VOUCHER = "accept_voucher"
    CONFIRM_DELIVERY = "confirm_delivery"
    SEE_ROUTED = "see_routed"
    ANSWER_ROUTING = "answer_routing"
    MANAGE_PARTNER = "manage_partner"
    REDEEM_VOUCHER = "redeem_voucher"
    RECORD_DELIVERY = "record_delivery"
    REVIEW = "review"
    SEE_ALL = "see_all"
    MANAGE_CALLS = "manage_calls"
    DECIDE = "decide"
    MANAGE_VOUCHERS = "manage_vouchers"
    MANAGE_BUDGET = "manage_budget"
    MANAGE_AID = "manage_aid"
    ASSIGN_REVIEWERS = "assign_reviewers"
    OVERRIDE_ROUTING = "override_routing"
    MANAGE_CONFLICTS = "manage_conflicts"
    SEE_BUDGET = "see_budget"
    EXPORT = "export"
    SEE_AUDIT = "see_audit"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_SETTINGS = "manage_settings"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting in one membership, in none (role GUEST), or the platform itself (`person_id` None, role SYSTEM).

    `deputy_for` is the membership's holder when a deputy acts.
    """

    person_id: int | None
    name: str
    role: Role
    scope_kind: ScopeKind | None = None
    scope_id: int | None = None
    membership_id: int | None = None
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    deputy_for: int | None = None

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def organisation_id(self) -> int | None:
        """The organisation acted for, if any."""
        return self.scope_id if self.scope_kind is ScopeKind.ORGANISATION else None

    @property
    def partner_id(self) -> int | None:
        """The partner acted for, if any."""
        return self.scope_id if self.scope_kind is ScopeKind.PARTNER else None


SYSTEM = Actor(person_id=None, name="DIH4Society", role=Role.SYSTEM, permissions=frozenset(Permission))


@dataclass(frozen=True, slots=True)
class Mark:
    """What a view declares: open to anyone, to anyone signed in, or to holders of any of the permissions."""

    anyone: bool = False
    signed_in: bool = False
    permissions: frozenset[Permission] = field(default_factory=frozenset)


def _marker(mark: Mark) -> Callable[[View], View]:
    def apply(view: View) -> View:
        view.access_mark = mark  # type: ignore[attr-defined]
        return view

    return apply


def public(view: View) -> View:
    """Marks a view that anyone may call."""
    return _marker(Mark(anyone=True))(view)


def signed_in(view: View) -> View:
    """Marks a view for anyone signed in, whatever the role."""
    return _marker(Mark(signed_in=True))(view)


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Marks a view for actors who hold at least one of `permissions`."""
    return _marker(Mark(permissions=frozenset(permissions)))
