"""Signing in, and a form that outlives the session it was filled in."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from flask_security import hash_password
from passlib.hash import argon2
from sqlalchemy import event, select

from dih.accounts.datastore import Datastore
from dih.accounts.models import KeptForm, Person
from dih.extensions.database import db
from dih.shared.access import Role
from dih.shared.numbers import next_number
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.race import job, together

PASSWORD = "nine red bicycles"
HERE = {"Origin": "http://127.0.0.1:5000"}


@pytest.fixture
def owner(context: Flask, now: dt.datetime) -> Person:
    password = hash_password(PASSWORD)
    with unit_of_work():
        person, _membership = factories.member(Role.OWNER, now, 1, email="owner@alfa.test", password=password)
    return person


def enter(client: Any, **more: Any) -> Any:
    return client.post("/login", data={"email": "owner@alfa.test", "password": PASSWORD, **more})


def summary(client: Any) -> str:
    return str(client.page.find(class_="error-summary").get_text(" ", strip=True))


def test_the_right_password_opens_the_account(client: Any, owner: Person) -> None:
    assert enter(client, email=" Owner@ALFA.test ", next="/account").location == "/account"
    assert client.get("/account").status_code == 200
    assert "owner@alfa.test" in client.page.main.get_text()


@pytest.mark.parametrize(
    "typed",
    [
        {"password": "something else"},
        {"password": "a" * 5000},
        {"email": "nobody@alfa.test"},
        {"email": "not an address"},
    ],
    ids=range(4),
)
def test_a_refusal_does_not_tell_who_has_an_account(client: Any, owner: Person, typed: dict[str, str]) -> None:
    assert enter(client, **typed).status_code == 422
    words = summary(client)
    assert "Adresa de e-mail" in words
    if typed.get("email") != "not an address":
        assert "Adresa de e-mail sau parola nu este corectă" in words
    assert client.get("/account").location.startswith("/login")


@pytest.mark.parametrize("state", [{"confirmed_at": None}, {"active": False}])
def test_an_account_that_is_closed_or_not_confirmed_stays_closed(client: Any, owner: Person, state: dict) -> None:
    with unit_of_work():
        for name, value in state.items():
            setattr(db.session.get(Person, owner.id), name, value)
    assert enter(client).status_code == 422
    assert client.get("/account").location.startswith("/login")


@pytest.mark.parametrize("target", ["//evil.test", "https://evil.test/x", "/\\evil.test", "///evil.test"])
def test_next_never_leads_elsewhere(client: Any, owner: Person, target: str) -> None:
    client.get("/login", query_string={"next": target})
    assert "evil" not in str(client.page.main)
    place = urlsplit(enter(client, next=target).location)
    assert (place.scheme, place.netloc) == ("", "")
    assert place.path.startswith("/")


def test_signing_in_writes_nothing(client: Any, owner: Person) -> None:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    assert enter(client).status_code == 302
    event.remove(db.engine, "before_cursor_execute", note)
    assert [line for line in statements if not line.startswith(("SELECT", "BEGIN"))] == []


def test_who_acts_costs_two_queries(client: Any, owner: Person, sign_in: Any) -> None:
    sign_in(client, owner)
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    client.get("/account/email")
    event.remove(db.engine, "before_cursor_execute", note)
    assert len([line for line in statements if line.startswith("SELECT")]) == 2


def test_the_language_of_the_person_is_taken_at_sign_in(client: Any, owner: Person) -> None:
    with unit_of_work():
        db.session.get(Person, owner.id).language = "en"
    enter(client)
    client.get("/account")
    assert client.page.html["lang"] == "en"


def test_switching_the_language_is_remembered(client: Any, owner: Person) -> None:
    client.post("/language", data={"language": "en", "next": "/login"})
    client.get("/login")
    assert client.page.html["lang"] == "en"
    client.post("/language", data={"language": "ro"})
    enter(client)
    assert client.post("/language", data={"language": "en", "next": "//evil.test"}).location == "/"
    assert db.session.get(Person, owner.id).language == "en"


def test_a_language_that_we_do_not_speak_is_refused(client: Any, owner: Person) -> None:
    assert client.post("/language", data={"language": "xx"}).status_code == 400


def test_a_form_sent_after_the_session_ended_comes_back_after_the_sign_in(
    client: Any, owner: Person, now: dt.datetime
) -> None:
    typed = {"name": "Ștefan „Nou”\r\n<b>&", "password": "secret", "file": "x"}
    sent = client.post("/account?tab=1", data=typed, headers=HERE, csrf=False)
    assert sent.location == "/login?next=/kept-form"
    assert enter(client, next="/kept-form").location == "/kept-form"
    client.get("/kept-form")
    form = client.page.main.find("form")
    assert form["action"] == "/account?tab=1"
    fields = {field["name"]: field["value"] for field in form.find_all("input")}
    assert fields.pop("csrf_token")
    as_read = typed["name"].replace("\r\n", "\n")  # as a parser of HTML hands it on, before the form is sent again
    assert fields == {"name": as_read, "file": "x"}, "all that was typed, but no password"
    with unit_of_work():
        factories.person(now, email="other@alfa.test", password=db.session.get(Person, owner.id).password)
    with client.session_transaction() as cookie:
        token = cookie["kept_form"]
    client.post("/logout")
    enter(client)
    assert client.get("/kept-form").status_code == 404, "forgotten at the sign-out"
    with client.session_transaction() as cookie:
        cookie["kept_form"] = token
        del cookie["_user_id"]
    enter(client, email="other@alfa.test")
    assert client.get("/kept-form").status_code == 404, "somebody else in the same browser"


def test_a_form_whose_page_token_is_gone_is_shown_again(client: Any, owner: Person, sign_in: Any) -> None:
    sign_in(client, owner)
    assert client.post("/account", data={"name": "Nume nou"}, headers=HERE, csrf=False).status_code == 400
    assert client.page.main.find("input", {"name": "name"})["value"] == "Nume nou"
    assert db.session.get(Person, owner.id).name != "Nume nou"


def test_a_form_of_another_site_is_neither_kept_nor_shown(client: Any, owner: Person, sign_in: Any) -> None:
    elsewhere = {"Origin": "https://evil.test"}
    client.post("/account", data={"name": "Forged"}, headers=elsewhere, csrf=False)
    assert db.session.scalars(select(KeptForm)).all() == []
    sign_in(client, owner)
    answer = client.post("/account", data={"name": "Forged"}, headers=elsewhere, csrf=False)
    assert answer.status_code == 400
    assert "Forged" not in answer.text


def test_an_autosaving_form_hears_that_the_session_ended(client: Any, owner: Person) -> None:
    headers = {"HX-Request": "true", **HERE}
    assert client.post("/account", data={"name": "x"}, headers=headers).status_code == 401


def test_forms_nobody_came_back_for_are_forgotten(context: Flask, now: dt.datetime) -> None:
    from dih.accounts import operations

    with unit_of_work():
        operations.keep_form("/a", [("x", "1")], False, now)
        kept = operations.keep_form("/b", [("x", "1")], False, now + dt.timedelta(hours=12))
    with unit_of_work():
        operations.forget_old_forms(now + dt.timedelta(hours=25))
    assert db.session.scalars(select(KeptForm.token)).all() == [kept]


def test_signing_out_needs_a_button_and_closes(client: Any, owner: Person, sign_in: Any) -> None:
    sign_in(client, owner)
    assert client.get("/logout").status_code == 405
    client.post("/logout")
    assert client.get("/account").location.startswith("/login")


def test_signing_out_works_from_a_page_that_was_open_for_long(client: Any, owner: Person, sign_in: Any) -> None:
    sign_in(client, owner)
    assert client.post("/logout", csrf=False).location == "/"
    assert client.get("/account").location.startswith("/login")


def test_a_sign_in_page_that_was_open_for_long_is_shown_anew(client: Any, owner: Person) -> None:
    headers = {**HERE, "Referer": "http://127.0.0.1:5000/login?next=/calls"}
    assert client.post("/login", data={"email": "x"}, headers=headers, csrf=False).location == "/login"
    client.get("/login")
    assert "a stat deschisă prea mult" in client.page.main.get_text()


@pytest.mark.sqlite_only
@pytest.mark.parametrize("written_by", ["autoflush", "commit"])
def test_what_was_read_may_be_written_though_somebody_committed_in_between(owner: Person, written_by: str) -> None:
    person = db.session.get_one(Person, owner.id)
    person.password = "new"
    with sqlite3.connect(str(db.engine.url.database)) as other:
        other.execute("UPDATE person SET language = 'en'")
    if written_by == "autoflush":
        db.session.execute(select(Person.id))
    Datastore().commit()
    assert (person.password, person.language) == ("new", "en")


@pytest.mark.sqlite_only
def test_guessing_is_slowed_down_by_account_and_by_the_address_behind_the_proxy(
    databases: Any, make_app: Callable[..., Flask], now: dt.datetime
) -> None:
    address = databases.clone()
    app = make_app(address, RATELIMIT_ENABLED=True, TRUSTED_PROXIES=1)
    with app.app_context(), unit_of_work():
        secret = app.extensions["security"].totp_factory.generate_totp_secret()
        facts = {"password": hash_password(PASSWORD), "tf_primary_method": "authenticator"}
        for name in ("first", "second", "third"):
            factories.person(now, email=f"{name}@alfa.test", tf_totp_secret=secret, **facts)

    def somebody() -> tuple[FlaskClient, str]:
        visitor = app.test_client()
        return visitor, visitor.get("/login").text.split('name="csrf_token" value="')[1].split('"')[0]

    def send(path: str, number: int, **typed: str) -> int:
        headers = {"X-Forwarded-For": f"192.0.2.99, 203.0.113.{number}"}
        return visitor.post(path, data={"csrf_token": token, **typed}, headers=headers).status_code

    def enter(number: int, name: str, password: str = "wrong") -> int:
        return send("/login", number, email=f"{name.upper()}@alfa.test ", password=password)

    visitor, token = somebody()
    assert [enter(1, "first") for _ in range(11)] == [422] * 10 + [429]
    assert [enter(1, "second") for _ in range(11)] == [422] * 10 + [429], "one address stops at 20 in a minute"
    assert enter(2, "first", PASSWORD) == 302, "the holder, from another address behind the same proxy"
    visitor, token = somebody()
    assert {enter(number, "first") for number in range(3, 7) for _ in range(10)} == {422}
    assert enter(9, "first", PASSWORD) == 429, "50 wrong ones from everywhere in an hour"
    for number in range(11, 16):
        visitor, token = somebody()
        assert enter(number, "third", PASSWORD) == 302
        assert {send("/second-step", number, code="000000") for _ in range(10)} == {422}
    visitor, token = somebody()
    assert enter(16, "third", PASSWORD) == 302
    assert send("/second-step", 16, code="000000") == 429
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)


def old_password(email: str) -> None:
    """Signs in by typing somebody whose hash was made with another effort than today's: it is made anew."""
    visitor = current_app.test_client()
    token = visitor.get("/login").text.split('name="csrf_token" value="')[1].split('"')[0]
    typed = {"csrf_token": token, "email": email, "password": PASSWORD}
    assert visitor.post("/login", data=typed).status_code == 302


def other_work(number: int) -> None:
    """Writes again and again while others sign in."""
    for _ in range(20):
        with unit_of_work():
            next_number("race", number)


def test_signing_in_while_others_write(databases: Any, make_app: Any, now: dt.datetime) -> None:
    address = databases.clone()
    app = make_app(address)
    emails = [f"owner{number}@alfa.test" for number in range(3)]
    with app.app_context():
        weak = argon2.using(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
        with unit_of_work():
            for email in emails:
                factories.member(Role.OWNER, now, 1, email=email, password=weak)
        assert together(address, *(job(old_password, one) for one in emails), job(other_work, 2026)) == ["done"] * 4
        assert weak not in db.session.scalars(select(Person.password)).all()
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)
