"""Every endpoint declares who may call it; reading changes nothing; every answer carries the content policy."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule

from dih.extensions.database import db
from dih.shared import gate
from dih.shared.access import HUB_ROLES, ORGANISATION_ROLES, PARTNER_ROLES
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.client import Client
from tests.support.pages import policy_faults

HELD = sorted(ORGANISATION_ROLES | PARTNER_ROLES | HUB_ROLES)
SIGNS_OUT = {"security.logout"}


def rules(app: Flask) -> Iterator[Rule]:
    return app.url_map.iter_rules()


def address_of(app: Flask, rule: Rule, **values: Any) -> str:
    """An address for a rule: numbers are 1, identifiers nobody's, words `x`, unless `values` says more."""
    made = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        made[name] = {"IntegerConverter": 1, "UUIDConverter": uuid.UUID(int=1)}.get(kind, "x")
    with app.test_request_context():
        return rule.build({**made, **values})[1]  # type: ignore[index]


def count_rows() -> dict[str, int]:
    """The number of rows of every table."""
    return {
        name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in db.metadata.tables.items()
    }


def test_every_endpoint_declares_its_permission(standing_app: Flask) -> None:
    silent = []
    for rule in rules(standing_app):
        try:
            gate.mark_of(standing_app, rule.endpoint)
        except LookupError:
            silent.append(rule.endpoint)
    assert not silent


def test_an_endpoint_that_declares_nothing_answers_nobody(standing_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(standing_app.view_functions, "trial", lambda: "")
    with pytest.raises(LookupError, match="declares no permission"):
        gate.mark_of(standing_app, "trial")


def test_what_needs_nobody_is_listed(standing_app: Flask) -> None:
    """The exceptions of the gate name endpoints that exist."""
    endpoints = {rule.endpoint for rule in rules(standing_app)}
    assert endpoints >= gate.OPEN_ENDPOINTS
    assert {endpoint.partition(".")[0] for endpoint in endpoints} >= gate.OPEN_BLUEPRINTS


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


def test_writing_asks_for_more_than_reading(context: Flask, client: Client) -> None:
    """Without an account and without a token nothing is written, whatever the address."""
    before = count_rows()
    for rule in rules(context):
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            response = client.open(address_of(context, rule), method=method, csrf=False, unwatched=True)
            assert response.status_code in (302, 400, 401, 403, 404, 405, 415), (
                f"{method} {rule.rule}: {response.status_code}"
            )
            assert not policy_faults(response.headers), rule.rule
    db.session.rollback()
    assert count_rows() == before
