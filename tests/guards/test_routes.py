"""Every endpoint declares who may call it, and nobody writes without an account and a token."""

from __future__ import annotations

import pytest
from flask import Flask

from dih.extensions.database import db
from dih.shared import gate
from tests.support.addresses import address_of, count_rows, rules
from tests.support.client import Client
from tests.support.pages import policy_faults


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
