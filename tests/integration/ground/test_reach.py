"""Every role at every address with an id: its own thing, another's, one in a conflict of interest, none."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from dih.accounts.rules import PERMISSIONS
from dih.shared.access import Role
from dih.shared.gate import mark_of
from tests.support.addresses import address_of
from tests.support.client import Client
from tests.support.owners import Owners
from tools.reach import owned, reach_of

ABSENT = {"uuid": uuid.UUID(int=7), "int": 2_000_000_000}
IN_JSON = {"headers": {"Accept": "application/json"}}
BARE = {"payments.pro_forma"}
"""What the cases do not have: a transfer that was chosen."""
WRITES = ("POST", "PUT", "PATCH", "DELETE")


def permitted(app: Flask, rule: Rule, role: Role) -> bool:
    mark = mark_of(app, rule.endpoint)
    return mark.signed_in or bool(mark.permissions & PERMISSIONS[role])


def said(response: Any) -> dict[str, Any]:
    """An error in JSON without its reference, the one thing in which two answers differ."""
    return {name: value for name, value in (response.json or {}).items() if name != "reference"}


def test_own_anothers_conflicting_and_absent(
    context: Flask, new_client: Callable[[], Client], sign_in: Any, now: Any
) -> None:
    owners = Owners(now)
    faults: list[str] = []
    for role, (person, membership) in owners.people.items():
        visitor = sign_in(new_client(), person, membership)
        for rule, parameter in owned(context):
            if not permitted(context, rule, role):
                continue
            expected = reach_of(rule.endpoint, parameter)[role]
            reading = "GET" in (rule.methods or ())
            method = "GET" if reading else min(set(rule.methods or ()) & set(WRITES))
            kind = "uuid" if parameter.endswith("uuid") else "int" if parameter.endswith("id") else "code"
            absent = {parameter: ABSENT.get(kind, "nobody")}
            nothing = visitor.open(address_of(context, rule, **absent), method=method, unwatched=True, **IN_JSON)
            if nothing.status_code != 404:
                faults.append(f"{role} {method} {rule.rule}, absent: {nothing.status_code}")
            for which, found in zip(("own", "other", "conflict"), expected.value, strict=True):
                values = owners.values(which, role, rule.arguments, whole=found)
                if values is None or parameter not in values or (found and (not reading or rule.endpoint in BARE)):
                    continue
                asking = {} if found else IN_JSON
                response = visitor.open(address_of(context, rule, **values), method=method, unwatched=True, **asking)
                if (response.status_code != 404) is not found or response.status_code >= 500:
                    faults.append(f"{role} {method} {rule.rule}, {which}: {response.status_code}")
                elif not found and said(response) != said(nothing):
                    faults.append(f"{role} {method} {rule.rule}, {which}: tells more than an absent one")
    assert not faults, "\n".join(faults)
