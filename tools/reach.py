"""What each role finds behind an address with an id: its own thing, another's, one in a conflict of interest, none.

The documents show it (docs/access.md) and tests/integration/ground/test_reach.py holds the platform to it.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping

from flask import Flask
from werkzeug.routing import Rule

from dih.shared.access import HUB_ROLES, ORGANISATION_ROLES, PARTNER_ROLES, Role
from dih.shared.gate import OPEN_BLUEPRINTS, mark_of


class Reach(enum.Enum):
    """Whether a role finds a thing that is its own, another's, its own but in a conflict of interest; absent is 404."""

    NONE = (False, False, False)
    OWN = (True, False, True)
    OWN_UNLESS_CONFLICT = (True, False, False)
    OTHERS = (False, True, False)
    ALL_UNLESS_CONFLICT = (True, True, False)
    ALL = (True, True, True)

    @property
    def words(self) -> str:
        """The cell of the table: own / other's / in conflict / absent."""
        return " / ".join("yes" if found else "404" for found in (*self.value, False))


def _by_role(organisations: Reach, partners: Reach, reviewers: Reach, hub: Reach) -> Mapping[Role, Reach]:
    return {
        **dict.fromkeys(ORGANISATION_ROLES, organisations),
        **dict.fromkeys(PARTNER_ROLES, partners),
        Role.REVIEWER: reviewers,
        **dict.fromkeys(HUB_ROLES, hub),
        Role.GUEST: Reach.NONE,
    }


_STAFF, _HUB = Reach.OWN_UNLESS_CONFLICT, Reach.ALL_UNLESS_CONFLICT
_EVERYBODY = _by_role(Reach.ALL, Reach.ALL, Reach.ALL, Reach.ALL)
_HOLDER = {**_by_role(Reach.OWN, Reach.OWN, Reach.OWN, Reach.OWN), Role.GUEST: Reach.OWN}

BY_PARAMETER: Mapping[str, Mapping[Role, Reach]] = {
    "application_uuid": _by_role(Reach.OWN, _STAFF, Reach.NONE, _HUB),
    "case_uuid": _by_role(Reach.OWN, _STAFF, _STAFF, _HUB),
    "voucher_uuid": _by_role(Reach.OWN, _STAFF, Reach.NONE, _HUB),
    "review_uuid": _by_role(Reach.NONE, Reach.NONE, _STAFF, _HUB),
    "organisation_uuid": _by_role(Reach.OWN, Reach.NONE, Reach.NONE, _HUB),
    "person_id": _EVERYBODY,
    "membership_id": _HOLDER | {Role.ADMINISTRATOR: Reach.ALL},
    "invitation_id": _HOLDER | {Role.ADMINISTRATOR: Reach.ALL},
    "conflict_id": _by_role(Reach.NONE, Reach.OWN, Reach.OWN, Reach.OWN),
    "invoice_uuid": _by_role(Reach.OWN, Reach.NONE, Reach.NONE, _HUB),
    "payment_uuid": _by_role(Reach.OWN, Reach.NONE, Reach.NONE, _HUB),
    "line_id": _EVERYBODY,
    "change_id": _EVERYBODY,
    "plan_uuid": _EVERYBODY,
    "meeting_uuid": _by_role(Reach.NONE, Reach.OWN, Reach.OWN, Reach.ALL),
    "remark_id": _by_role(Reach.NONE, Reach.OWN, Reach.NONE, Reach.ALL),
    "code": _EVERYBODY,
}
"""By the first parameter of an address. A partner's own thing is what was routed to it, a reviewer's what was given."""

BY_ENDPOINT: Mapping[str, Mapping[Role, Reach]] = {
    "reviews.declare_conflict": _by_role(Reach.NONE, _STAFF, _STAFF, _HUB),
    "conflicts.clear": {Role.MANAGER: Reach.OTHERS},
    "conflicts.declare": _EVERYBODY,
}
"""Addresses that differ from their parameter's rule."""

WITHOUT_OWNER = frozenset({"token", "name", "kind", "filename", "asked", "number", "cui"})
"""First parameters that name no thing with an owner: secrets, files, kinds of file, settings."""


def reach_of(endpoint: str, parameter: str) -> Mapping[Role, Reach]:
    """Who finds what at an endpoint with this first parameter. Raises LookupError for a parameter unknown here."""
    known = BY_ENDPOINT.get(endpoint) or BY_PARAMETER.get(parameter)
    if known is None:
        raise LookupError(f"{endpoint}: say in tools/reach.py whose thing `{parameter}` names")
    return known


def owned(app: Flask) -> Iterator[tuple[Rule, str]]:
    """The addresses behind the gate whose first parameter names a thing that may belong to somebody, with it."""
    for rule in app.url_map.iter_rules():
        parameter = next(iter(re.findall(r"<(?:[^:>]+:)?(\w+)>", rule.rule)), None)
        closed = rule.endpoint.partition(".")[0] not in OPEN_BLUEPRINTS and not mark_of(app, rule.endpoint).anyone
        if parameter and parameter not in WITHOUT_OWNER and closed:
            yield rule, parameter
