"""Registering, confirming the address, choosing a new password, changing the address."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from flask import Flask, current_app
from flask_security import hash_password
from sqlalchemy import select

from dih.accounts import operations
from dih.accounts.models import Person
from dih.extensions.database import db
from dih.shared import outbox
from dih.shared.models import AuditRecord
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.integration.accounts.mails import mails, path_in

NEW = {"name": "Persoană Nouă", "email": "Nou@Beta.test", "password": "nine red bicycles", "terms": "y"}


@pytest.fixture(autouse=True)
def open_context(context: Flask) -> None:
    """Each test reads the database after the requests."""


def person(email: str = "nou@beta.test") -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == email))


def enter(client: Any, password: str, email: str = "nou@beta.test") -> int:
    return int(client.post("/login", data={"email": email, "password": password}).status_code)


def test_a_new_account_opens_after_the_button_behind_the_mailed_link(
    client: Any, new_client: Any, now: dt.datetime
) -> None:
    assert client.post("/register", data={**NEW, "next": "/calls"}).location == "/register/check-mail"
    client.get("/register/check-mail")
    assert "nou@beta.test" in client.page.main.get_text(), "a slip in the address is seen at once"
    made = person()
    assert made is not None
    assert (made.confirmed_at, made.terms_accepted_at, made.language) == (None, now, "ro")
    assert enter(client, NEW["password"]) == 422
    path = path_in(mails()[-1], "confirm-email")
    client.get(path)
    assert person().confirmed_at is None, "following the link changes nothing"
    assert client.post(path).location == "/calls"
    assert client.get("/desk").status_code == 200, "who registered in this browser is signed in"
    assert person().confirmed_at == now
    assert client.post(path).status_code == 302, "a second press does no harm"
    assert enter(new_client(), NEW["password"]) == 302
    actions = db.session.scalars(select(AuditRecord.action).order_by(AuditRecord.id)).all()
    assert actions == ["person_created", "email_confirmed"]


def test_the_link_opened_in_another_browser_asks_for_the_password(client: Any, new_client: Any) -> None:
    client.post("/register", data={**NEW, "next": "/calls"})
    elsewhere, path = new_client(), path_in(mails()[-1], "confirm-email")
    elsewhere.get(path)
    assert elsewhere.page.main.find("input", id="password")
    for wrong in ("", "not the password"):
        assert elsewhere.post(path, data={"password": wrong}).status_code == 422
        assert elsewhere.page.select_one(".error-summary a")["href"] == "#password"
    assert person().confirmed_at is None
    assert elsewhere.post(path, data={"password": NEW["password"]}).location == "/calls"
    assert elsewhere.get("/desk").status_code == 200
    assert client.post(path).location == "/login?next=/calls", "what is confirmed opens no account a second time"


def test_a_registration_of_somebody_else_in_between_is_not_confirmed_unawares(client: Any, new_client: Any) -> None:
    client.post("/register", data=NEW)
    intruder = new_client()
    intruder.post("/register", data={**NEW, "password": "somebody elses password"})
    newest = path_in(mails()[-1], "confirm-email")
    assert client.post(newest).status_code == 422
    assert client.post(newest, data={"password": NEW["password"]}).status_code == 422
    assert person().confirmed_at is None
    assert enter(intruder, "somebody elses password") == 422
    with intruder.session_transaction() as cookie:
        waiting = set(cookie)
    with unit_of_work():
        person().confirmed_at = person().created_at
    intruder.post("/register", data=NEW)
    with intruder.session_transaction() as cookie:
        assert set(cookie) == waiting, "the cookie does not tell which address has an account"


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("email", "nou"), ("password", "short"), ("password", "a" * 201), ("password", "nou@beta.test"),
     ("password", ""), ("terms", "")],
)  # fmt: skip
def test_what_is_typed_wrong_is_named_and_the_rest_kept(client: Any, field: str, value: str) -> None:
    assert client.post("/register", data={**NEW, field: value}).status_code == 422
    assert client.page.find(class_="error-summary").find("a", href=f"#{field}")
    kept = {tag["name"]: tag.get("value") for tag in client.page.main.find_all("input")}
    assert kept["name"] == (value if field == "name" else NEW["name"])
    assert person() is None


def test_a_taken_address_looks_the_same_and_gets_a_mail(client: Any, now: dt.datetime) -> None:
    with unit_of_work():
        factories.person(now, email="nou@beta.test", name="Cine era")
    assert client.post("/register", data=NEW).location == "/register/check-mail"
    assert person().name == "Cine era"
    assert mails()[-1]["subject"] == "Aveți deja un cont"
    path_in(mails()[-1], "login")


def test_registering_again_voids_the_older_mail_and_password(client: Any, new_client: Any) -> None:
    client.post("/register", data={**NEW, "password": "somebody elses password"})
    client.post("/register", data=NEW)
    older, newer = (path_in(mail, "confirm-email") for mail in mails())
    assert client.post(older).status_code == 422
    assert client.post(newer).status_code == 302
    assert enter(new_client(), "somebody elses password") == 422
    assert enter(new_client(), NEW["password"]) == 302


def test_the_confirmation_mail_comes_again_only_where_it_is_waited_for(client: Any, now: dt.datetime) -> None:
    with unit_of_work():
        factories.person(now, email="waits@beta.test", confirmed_at=None)
        factories.person(now, email="done@beta.test")
    for email in ("waits@beta.test", "done@beta.test", "nobody@beta.test"):
        assert client.post("/confirm-email", data={"email": email}).location == "/register/check-mail"
    assert [mail["to"] for mail in mails()] == ["waits@beta.test"]


@pytest.mark.parametrize("path", ["/confirm-email/nonsense", "/account/email/nonsense", "/invitation/nonsense"])
def test_a_link_that_is_not_ours_says_so(client: Any, path: str) -> None:
    assert client.get(path).status_code == 422
    assert client.post(path).status_code == 422


def test_a_forgotten_password_is_replaced_once(client: Any, new_client: Any, sign_in: Any, now: dt.datetime) -> None:
    old = hash_password("nine red bicycles")
    with unit_of_work():
        holder = factories.person(now, email="nou@beta.test", password=old, language="en")
    elsewhere = sign_in(new_client(), holder)
    for nothing in ("", "nou.beta.test"):
        assert client.post("/reset-password", data={"email": nothing}).status_code == 422, "no mail is promised"
        assert client.page.select_one(".error-summary a")["href"] == "#email"
        assert client.page.select_one("#email")["value"] == nothing
    client.post("/reset-password", data={"email": "nobody@beta.test"})
    unknown = client.page.main.get_text().replace("nobody@beta.test", "")
    client.post("/reset-password", data={"email": "NOU@beta.test"})
    assert client.page.main.get_text().replace("nou@beta.test", "") == unknown
    assert mails() == [], "looking it up is left to the worker: both answers take as long"
    outbox.work(lambda: now)
    (mail,) = mails()
    assert (mail["to"], mail["language"], mail["subject"]) == ("nou@beta.test", "en", "Choose a new password")
    assert current_app.config["SECURITY_HASHING_SCHEMES"] == ["hex_sha256"], "slow hashing tells who has an account"
    path = path_in(mail, "reset-password")
    client.get(path)
    again = {"password": "ten green bicycles", "password_confirm": "ten green bicycles"}
    assert client.post(path, data={**again, "password_confirm": "other"}).status_code == 422
    assert client.post(path, data=again).location == "/login"
    assert mails()[-1]["subject"] == "Your password was changed"
    assert client.post(path, data=again).location == "/reset-password", "the link worked once"
    assert elsewhere.get("/account").location.startswith("/login"), "other sessions are closed"
    assert enter(client, "nine red bicycles") == 422
    assert enter(client, "ten green bicycles") == 302


def test_a_reset_link_never_follows_the_host_header(app: Flask, now: dt.datetime) -> None:
    with unit_of_work():
        holder = factories.person(now, email="nou@beta.test", password="x")
    with app.test_request_context("/reset-password", base_url="http://evil.test"), unit_of_work():
        operations.send_reset_link(holder.email, now)
    path_in(mails()[-1], "reset-password")


def test_the_address_changes_after_the_button_behind_the_mailed_link(
    app: Flask, client: Any, sign_in: Any, now: dt.datetime
) -> None:
    with unit_of_work():
        holder = factories.person(now, email="nou@beta.test")
        factories.person(now, email="taken@beta.test")
    sign_in(client, holder)
    with client.session_transaction() as cookie:
        cookie["fs_paa"] = time.time() - 2 * 3600
    assert client.get("/account/email").location == "/confirm-identity?next=/account/email"
    sign_in(client, holder)
    with app.test_request_context(), unit_of_work():
        operations.send_reset_link(holder.email, now)
    reset = path_in(mails().pop(), "reset-password")
    assert client.post("/account/email", data={"email": "nou@beta.test"}).status_code == 422
    client.post("/account/email", data={"email": "taken@beta.test"})
    assert len(mails()) == 1, "a taken address gets no mail, and nobody can tell"
    client.post("/account/email", data={"email": "Alt@beta.test"})
    path = path_in(mails()[-1], "account/email")
    client.get(path)
    assert person() is not None
    client.post(path)
    assert person("alt@beta.test").id == holder.id
    assert [mail["to"] for mail in mails()][1:] == ["alt@beta.test", "nou@beta.test"]
    assert client.get(reset).location == "/reset-password", "what the old address received counts no more"
    assert client.get("/account").location.startswith("/login"), "all sessions are closed"
    client.post(path)
    assert len(mails()) == 3, "twice is once"
    records = db.session.scalars(select(AuditRecord).where(AuditRecord.action == "email_changed")).all()
    assert [(record.before, record.after) for record in records] == [
        ({"email": "nou@beta.test"}, {"email": "alt@beta.test"})
    ]


def test_an_address_taken_in_the_meantime_is_refused(client: Any, sign_in: Any, now: dt.datetime) -> None:
    with unit_of_work():
        holder = factories.person(now, email="nou@beta.test")
    sign_in(client, holder)
    client.post("/account/email", data={"email": "alt@beta.test"})
    client.post("/account/email", data={"email": "third@beta.test"})
    taken, stolen = (path_in(mail, "account/email") for mail in mails())
    with unit_of_work():
        factories.person(now, email="alt@beta.test")
    assert client.post(taken).status_code == 422
    with unit_of_work():
        person().fs_uniquifier = "as after a change of password"
    assert client.post(stolen).status_code == 422
    assert person() is not None


def test_the_profile_is_saved(client: Any, sign_in: Any, now: dt.datetime) -> None:
    with unit_of_work():
        holder = factories.person(now, name="Nume vechi")
    sign_in(client, holder)
    assert client.post("/account", data={"name": "", "language": "en"}).status_code == 422
    assert client.post("/account", data={"name": "Țiriac Șerban", "language": "en"}).status_code == 302
    client.get("/account")
    assert client.page.html["lang"] == "en"
    saved = db.session.get(Person, holder.id)
    assert (saved.name, saved.search_name, saved.language) == ("Țiriac Șerban", "tiriac serban", "en")
