"""Verbs about people, their roles and themselves."""

from __future__ import annotations

from dih.accounts.operations.deputies import appoint_deputy, end_deputy
from dih.accounts.operations.invitations import accept_as_new, accept_invitation, invite, withdraw_invitation
from dih.accounts.operations.people import activate, create_person, deactivate, name_scope, switch_second_step_off
from dih.accounts.operations.roles import end_membership, grant_membership
from dih.accounts.operations.self_service import (
    ask_to_change_address,
    ask_to_confirm,
    ask_to_reset,
    change_address,
    change_profile,
    choose_language,
    confirm_address,
    forget_old_forms,
    keep_form,
    register,
    send_reset_link,
)

__all__ = [
    "accept_as_new",
    "accept_invitation",
    "activate",
    "appoint_deputy",
    "ask_to_change_address",
    "ask_to_confirm",
    "ask_to_reset",
    "change_address",
    "change_profile",
    "choose_language",
    "confirm_address",
    "create_person",
    "deactivate",
    "end_deputy",
    "end_membership",
    "forget_old_forms",
    "grant_membership",
    "invite",
    "keep_form",
    "name_scope",
    "register",
    "send_reset_link",
    "switch_second_step_off",
    "withdraw_invitation",
]
