"""Reads about people, their roles and themselves."""

from __future__ import annotations

from dih.accounts.queries.acting import (
    Account,
    ActingMembership,
    Kept,
    account_of,
    kept_form,
    memberships_of,
    password_waiting,
)
from dih.accounts.queries.directory import (
    Happened,
    Listed,
    Page,
    Profile,
    people,
    profile_of,
    scopes_named,
    setting_history,
)
from dih.accounts.queries.people import (
    HeldRole,
    Invited,
    Member,
    Standin,
    Waiting,
    deputies_of,
    held_role,
    invitation_of,
    invitations_to,
    mail_recipients,
    people_of,
    person_id_of,
    scope_name,
)

__all__ = [
    "Account",
    "ActingMembership",
    "Happened",
    "HeldRole",
    "Invited",
    "Kept",
    "Listed",
    "Member",
    "Page",
    "Profile",
    "Standin",
    "Waiting",
    "account_of",
    "deputies_of",
    "held_role",
    "invitation_of",
    "invitations_to",
    "kept_form",
    "mail_recipients",
    "memberships_of",
    "password_waiting",
    "people",
    "people_of",
    "person_id_of",
    "profile_of",
    "scope_name",
    "scopes_named",
    "setting_history",
]
