"""What `make serve` refuses to start with."""

from __future__ import annotations

import datetime as dt
import importlib

import pytest
from flask import Flask

import config
from dih.extensions.database import db
from dih.shared.unit_of_work import unit_of_work
from tests import factories

ROOT = config.ROOT
SAFE = {
    "SECRET_KEY": "s" * 32,
    "SMTP_URL": "smtp://mail.hub.example",
    "BASE_URL": "https://hub.example",
    "MAIL_FROM": "Hub <hub@hub.example>",
    "SUPPORT_EMAIL": "help@hub.example",
    "TRUSTED_PROXIES": "1",
}
UNSAFE = {
    "SECRET_KEY": "short",
    "SMTP_URL": "",
    "BASE_URL": "http://hub.example",
    "MAIL_FROM": "Hub <hub@hub.test>",
    "SUPPORT_EMAIL": "",
    "TRUSTED_PROXIES": "",
    "STRIPE_SECRET_KEY": "sk_test_1",
    "DIH_DEVELOPMENT": "1",
}


@pytest.mark.sqlite_only
def test_each_fault_is_named_alone(context: Flask, monkeypatch: pytest.MonkeyPatch, now: dt.datetime) -> None:
    for name, value in {**SAFE, "DATABASE_URL": context.config["SQLALCHEMY_DATABASE_URI"]}.items():
        monkeypatch.setenv(name, value)
    assert config.unsafe_for_production() == []
    for name, value in UNSAFE.items():
        with monkeypatch.context() as one:
            one.setenv(name, value)
            (fault,) = config.unsafe_for_production()
            assert fault.startswith(name.replace("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"))
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    serve = importlib.import_module("serve")
    with unit_of_work():
        factories.person(now, email="somebody@hub.example")
    db.session.remove()
    assert serve.unfit_database() == []
    with unit_of_work():
        factories.person(now, email="manager1@dih4society.test")
    db.session.remove()
    assert "manager1@dih4society.test" in serve.unfit_database()[0]
