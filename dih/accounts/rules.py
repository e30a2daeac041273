"""Which role has which permission."""

from __future__ import annotations

from collections.abc import Mapping

from dih.shared.access import Permission as P
from dih.shared.access import Role

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
    Role.SYSTEM: frozenset(P),
}
"""The permissions of each role; an owner does all that an editor does, an editor all that a reader does."""
