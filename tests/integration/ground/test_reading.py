"""Every address that answers GET, asked for by everybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from dih.extensions.database import db
from dih.shared.access import HUB_ROLES, ORGANISATION_ROLES, PARTNER_ROLES
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.addresses import address_of, count_rows, rules
from tests.support.client import Client
from tests.support.pages import policy_faults

HELD = sorted(ORGANISATION_ROLES | PARTNER_ROLES | HUB_ROLES)
SIGNS_OUT = {"security.logout"}


@pytest.fixture
def visitors(context: Flask, new_client: Callable[[], Client], sign_in: Any, now: dt.datetime) -> dict[str, Client]:
    """One visitor without an account and one of each role, scopes being number 1."""
    found = {"anyone": new_client()}
    with unit_of_work():
        members = {role: factories.member(role, now, 0 if role in HUB_ROLES else 1) for role in HELD}
    for role, (person, membership) in members.items():
        found[role.value] = sign_in(new_client(), person, membership)
    return found


@pytest.mark.sqlite_only
def test_reading_changes_nothing_and_never_breaks(context: Flask, visitors: dict[str, Client]) -> None:
    """Every address that answers GET, by everybody, without cases. The client fails on a commit or a 500."""
    before = count_rows()
    faults: list[str] = []
    for rule in rules(context):
        if "GET" not in (rule.methods or ()) or rule.endpoint in SIGNS_OUT:
            continue
        address = address_of(context, rule)
        for name, visitor in visitors.items():
            try:
                response = visitor.get(address)
            except AssertionError as fault:
                faults.append(f"{name}: {fault}")
                continue
            if response.status_code >= 500 or policy_faults(response.headers):
                faults.append(f"{name} {address}: {response.status_code}")
    db.session.rollback()
    assert not faults, "\n".join(faults)
    assert count_rows() == before
