"""The command for the first administrator."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from dih.accounts import queries
from dih.shared.access import Role, ScopeKind


def test_the_first_administrator_gets_in(context: Flask, client: Any) -> None:
    run = context.test_cli_runner()
    for _twice in range(2):
        outcome = run.invoke(args=["administrator", "First@Hub.test", "--name", "Prima"])
        assert outcome.exit_code == 0, outcome.output
    path = urlsplit(outcome.output.strip()).path
    client.get(path)
    password = {"password": "nine red bicycles", "password_confirm": "nine red bicycles"}
    assert client.post(path, data=password).location == "/login"
    client.post("/login", data={"email": "first@hub.test", "password": "nine red bicycles"})
    assert client.get("/admin/people").status_code == 200
    held = [(one.name, one.role) for one in queries.people_of(ScopeKind.HUB)]
    assert held == [("Prima", Role.ADMINISTRATOR)]


def test_what_is_no_address_is_refused(context: Flask) -> None:
    outcome = context.test_cli_runner().invoke(args=["administrator", "nobody"])
    assert outcome.exit_code == 1
    assert "e-mail address" in outcome.output
