"""Invitations: mailed, accepted by somebody new or known, withdrawn, out of date."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from dih.accounts import operations, queries
from dih.accounts.models import Person
from dih.extensions.database import db
from dih.shared.access import Role, ScopeKind
from dih.shared.models import AuditRecord
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.integration.accounts.mails import mails, path_in


@pytest.fixture(autouse=True)
def open_context(context: Flask) -> None:
    """Each test reads the database after the requests."""


def records(*actions: str) -> int:
    wanted = select(func.count()).select_from(AuditRecord)
    return db.session.scalar(wanted.where(AuditRecord.action.in_(actions)) if actions else wanted) or 0


@pytest.fixture
def invited(client: Any, sign_in: Any, now: dt.datetime) -> str:
    """An owner has invited an editor; the path of the mailed link."""
    with unit_of_work():
        owner, _membership = factories.member(Role.OWNER, now, 1, name="Titulara")
        operations.name_scope(ScopeKind.ORGANISATION, 1, "Alfa SRL")
    sign_in(client, owner)
    client.get("/people/invite")
    typed = {"email": "Coleg@Alfa.test", "role": "editor", "language": "en", "note": "Salut <b>"}
    assert client.post("/people/invite", data={**typed, "role": "manager"}).status_code == 422
    assert client.post("/people/invite", data=typed).location == "/people"
    client.get("/people")
    assert "coleg@alfa.test" in client.page.main.get_text()
    assert client.post("/people/invite", data=typed).status_code == 422, "twice is refused"
    (mail,) = mails()
    assert mail["subject"] == "Titulara invites you to Alfa SRL"
    assert "Salut <b>" in mail["body"]
    path, _, language = path_in(mail, "invitation").partition("?")
    assert language == "lang=en"
    return path


JOIN = {"name": "Coleg Nou", "password": "nine red bicycles", "terms": "y"}


def test_somebody_new_joins(invited: str, new_client: Any) -> None:
    visitor = new_client()
    visitor.get(f"{invited}?lang=en")
    assert visitor.post(invited, data={**JOIN, "password": "short"}).status_code == 422
    assert visitor.post(f"{invited}?lang=en", data=JOIN).location == "/desk"
    visitor.get("/account")
    assert visitor.page.html["lang"] == "en", "what one reads while joining stays"
    assert "Alfa SRL" in visitor.page.main.get_text()
    person = db.session.scalar(select(Person).where(Person.email == "coleg@alfa.test"))
    assert person.confirmed_at is not None
    assert records("role_given") == 1
    assert new_client().post(invited, data=JOIN).status_code == 422, "the link worked once"


def test_somebody_with_an_account_joins(invited: str, new_client: Any, sign_in: Any, now: dt.datetime) -> None:
    with unit_of_work():
        other = factories.person(now, email="other@alfa.test")
        colleague = factories.person(now, email="coleg@alfa.test")
    visitor = new_client()
    visitor.get(invited)
    assert visitor.page.main.find("a", href=f"/login?next={invited}")
    assert visitor.post(invited, data=JOIN).status_code == 200, "an account is not overwritten"
    sign_in(visitor, other)
    visitor.get(invited)
    assert visitor.post(invited).status_code == 422
    sign_in(visitor, colleague)
    visitor.get(invited)
    assert visitor.post(invited).location == "/desk"
    assert [one.role for one in queries.memberships_of(colleague.id, now.date())] == [Role.EDITOR]


def test_a_withdrawn_or_old_invitation_counts_no_more(invited: str, client: Any, new_client: Any, moment: Any) -> None:
    moment.advance(days=15)
    assert new_client().post(invited, data=JOIN).status_code == 422
    moment.restart()
    client.get("/people")
    form = client.page.main.find("form", class_="button-form")
    client.post(form["action"])
    assert new_client().post(invited, data=JOIN).status_code == 422
    assert client.post(form["action"]).status_code == 302, "twice is once"
    assert records("withdrawn") == 1
