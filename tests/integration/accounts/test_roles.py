"""Roles: given, ended, lent to a deputy, invited into; each change leaves exactly one record."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from dih.accounts import operations, queries
from dih.accounts.models import Membership, Person
from dih.extensions.database import db
from dih.shared.access import SYSTEM, Actor, Permission, Role, ScopeKind
from dih.shared.errors import BrokenRule, Forbidden, NotFound
from dih.shared.models import AuditRecord
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.integration.accounts.mails import mails
from tests.support.race import deed, together

HERE = ScopeKind.ORGANISATION


@pytest.fixture(autouse=True)
def open_context(context: Flask) -> None:
    """Each test reads the database after the requests."""


def records(*actions: str) -> int:
    wanted = select(func.count()).select_from(AuditRecord)
    return db.session.scalar(wanted.where(AuditRecord.action.in_(actions)) if actions else wanted) or 0


def test_a_role_is_given_once_ended_once_and_given_again(now: dt.datetime) -> None:
    with unit_of_work():
        holder = factories.person(now)
        given = operations.grant_membership(holder.id, Role.EDITOR, HERE, 1, SYSTEM, now)
        assert operations.grant_membership(holder.id, Role.EDITOR, HERE, 1, SYSTEM, now) == given
    assert records("role_given") == 1
    with unit_of_work():
        operations.end_membership(given, SYSTEM, now, "Left")
        operations.end_membership(given, SYSTEM, now)
    assert records("role_ended") == 1
    assert queries.people_of(HERE, 1) == []
    with unit_of_work():
        assert operations.grant_membership(holder.id, Role.EDITOR, HERE, 1, SYSTEM, now) == given
    assert records("role_given", "role_ended") == 3
    assert [member.name for member in queries.people_of(HERE, 1)] == [holder.name]


def test_the_database_itself_refuses_a_role_in_the_wrong_place(now: dt.datetime) -> None:
    with unit_of_work():
        holder = factories.person(now)
    wrong = Membership(person_id=holder.id, role=Role.MANAGER, scope_kind=HERE, scope_id=1, created_at=now)
    with pytest.raises(IntegrityError), unit_of_work():
        db.session.add(wrong)


def test_a_deactivated_person_gets_no_role(now: dt.datetime) -> None:
    with unit_of_work():
        holder = factories.person(now, active=False)
    with pytest.raises(BrokenRule), unit_of_work():
        operations.grant_membership(holder.id, Role.EDITOR, HERE, 1, SYSTEM, now)


@pytest.mark.parametrize(("role", "scope_id"), [(Role.OWNER, 1), (Role.ADMINISTRATOR, 0)])
def test_the_last_one_stays(now: dt.datetime, role: Role, scope_id: int) -> None:
    with unit_of_work():
        first = factories.member(role, now, scope_id)
        second = factories.member(role, now, scope_id)
        factories.member(role, now, scope_id, active=False)
    with unit_of_work():
        operations.end_membership(first[1].id, factories.actor(*second), now)
    with pytest.raises(BrokenRule), unit_of_work():
        operations.end_membership(second[1].id, factories.actor(*second), now)
    assert records("role_ended") == 1


def end_and_linger(membership_id: int, actor: Actor, now: dt.datetime) -> None:
    """Commits only when the other has had time to come as far."""
    operations.end_membership(membership_id, actor, now)
    time.sleep(0.5)


def test_two_owners_who_end_each_other_at_the_same_moment_leave_one(
    databases: Any, make_app: Callable[..., Flask], now: dt.datetime
) -> None:
    address = databases.clone()
    with make_app(address).app_context():
        with unit_of_work():
            first, second = (factories.member(Role.OWNER, now, 1) for _ in range(2))
            deeds = [
                deed(end_and_linger, ended[1].id, factories.actor(*by), now)
                for ended, by in ((first, second), (second, first))
            ]
        assert sorted(together(address, *deeds)) == ["BrokenRule", "done"]
        assert len(queries.people_of(HERE, 1)) == 1
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)


def test_roles_elsewhere_are_out_of_reach(now: dt.datetime) -> None:
    with unit_of_work():
        owner = factories.actor(*factories.member(Role.OWNER, now, 1))
        _person, elsewhere = factories.member(Role.EDITOR, now, 2)
        _person, reviewer = factories.member(Role.REVIEWER, now, 1)
    for membership in (elsewhere, reviewer):
        with pytest.raises(NotFound), unit_of_work():
            operations.end_membership(membership.id, owner, now)
    with pytest.raises(Forbidden), unit_of_work():
        operations.invite("x@beta.test", Role.EDITOR, HERE, 2, owner, now)
    with pytest.raises(BrokenRule), unit_of_work():
        operations.invite("x@beta.test", Role.MANAGER, HERE, 1, owner, now)


def test_an_own_role_is_given_up(client: Any, sign_in: Any, now: dt.datetime) -> None:
    with unit_of_work():
        reader, membership = factories.member(Role.READER, now, 1)
    sign_in(client, reader)
    client.get(f"/roles/{membership.id}/end")
    assert client.post(f"/roles/{membership.id}/end", data={"reason": ""}).status_code == 422
    assert client.post(f"/roles/{membership.id}/end", data={"reason": "Gone"}).location == "/account"
    assert queries.memberships_of(reader.id, now.date()) == []
    client.get("/account")


def test_the_first_role_is_the_one_with_most_to_do_until_another_is_chosen(
    client: Any, sign_in: Any, now: dt.datetime
) -> None:
    with unit_of_work():
        holder, owner = factories.member(Role.OWNER, now, 1)
        operations.name_scope(HERE, 1, "Alfa SRL")
        operations.grant_membership(holder.id, Role.MANAGER, ScopeKind.HUB, 0, SYSTEM, now)
    sign_in(client, holder)
    assert client.get("/people").status_code == 403
    other = client.page.select_one("main form[action='/act-as']")
    sent = {field["name"]: field["value"] for field in other.select("input")}
    assert (sent["membership"], sent["next"]) == (str(owner.id), "/people")
    assert client.post("/act-as", data=sent).location == "/people"
    assert client.post("/act-as", data={**sent, "next": "//evil.test"}).location == "/desk"
    assert client.post("/act-as", data={"membership": "999"}).status_code == 404
    assert client.post("/act-as", data={"membership": owner.id}).location == "/desk"
    assert client.get("/people").status_code == 200
    assert "Alfa SRL" in client.page.header.get_text()


def test_a_person_without_a_role_sees_only_the_own_account(client: Any, sign_in: Any, now: dt.datetime) -> None:
    with unit_of_work():
        holder = factories.person(now)
    sign_in(client, holder)
    assert client.get("/account").status_code == 200
    assert client.get("/people").status_code == 403
    assert client.get("/admin/people").status_code == 403


def test_who_gets_a_mail(now: dt.datetime) -> None:
    with unit_of_work():
        factories.member(Role.OWNER, now, 1, email="owner@alfa.test", language="en", name="Owner")
        both, _membership = factories.member(Role.EDITOR, now, 1, email="both@alfa.test", name="Both")
        operations.grant_membership(both.id, Role.READER, HERE, 1, SYSTEM, now)
        factories.member(Role.EDITOR, now, 1, active=False)
        factories.member(Role.EDITOR, now, 2)
        _person, left = factories.member(Role.EDITOR, now, 1)
        operations.end_membership(left.id, SYSTEM, now)
    assert queries.mail_recipients(HERE, 1, [Role.OWNER, Role.EDITOR, Role.READER]) == [
        ("both@alfa.test", "ro", "Both"),
        ("owner@alfa.test", "en", "Owner"),
    ]


def test_a_deputy_acts_from_the_first_day_to_the_last(client: Any, sign_in: Any, moment: Any, now: dt.datetime) -> None:
    with unit_of_work():
        owner, role = factories.member(Role.OWNER, now, 1, name="Titulara")
        deputy, _own = factories.member(Role.READER, now, 1)
        stranger, _elsewhere = factories.member(Role.OWNER, now, 2)
        operations.name_scope(HERE, 1, "Alfa SRL")
    sign_in(client, owner)
    path = f"/roles/{role.id}/deputy"
    client.get(path)
    days = {"starts_on": "2026-11-25", "ends_on": "2026-11-26"}
    assert client.post(path, data={"person": stranger.id, **days}).status_code == 422
    assert client.post(path, data={"person": deputy.id, **days}).location == path
    assert records("deputy_appointed") == 1
    (told,) = mails()
    assert told["to"] == deputy.email
    assert "Titulara" in told["subject"]
    assert "Alfa SRL" in told["body"]

    def may_submit(day: int) -> bool:
        moment.restart()
        moment.advance(days=day - 23)
        found = queries.memberships_of(deputy.id, dt.date(2026, 11, day))
        lent = [one for one in found if one.deputy_for == owner.id]
        return [one.role for one in lent] == [Role.OWNER]

    assert [may_submit(day) for day in (24, 25, 26, 27)] == [False, True, True, False]
    moment.restart()
    moment.advance(days=2)
    sign_in(client, deputy, role)
    assert client.get("/people").status_code == 200
    assert "Titulara" in client.page.header.get_text()
    sign_in(client, owner)
    client.get(path)
    client.post(client.page.main.find("form", class_="button-form")["action"])
    assert records("deputy_ended") == 1
    assert [one.deputy_for for one in queries.memberships_of(deputy.id, dt.date(2026, 11, 25))] == [None]


def test_a_deputy_of_a_deactivated_person_acts_no_more(now: dt.datetime) -> None:
    with unit_of_work():
        _owner, role = factories.member(Role.OWNER, now, 1)
        owner = db.session.get_one(Person, role.person_id)
        deputy, _own = factories.member(Role.READER, now, 1)
        operations.appoint_deputy(role.id, deputy.id, now.date(), now.date(), factories.actor(owner, role), now)
    assert len(queries.memberships_of(deputy.id, now.date())) == 2
    with unit_of_work():
        db.session.get_one(Person, owner.id).active = False
    assert len(queries.memberships_of(deputy.id, now.date())) == 1


def test_who_leaves_a_place_acts_for_nobody_there(now: dt.datetime) -> None:
    today = now.date()
    with unit_of_work():
        owner, role = factories.member(Role.OWNER, now, 1)
        factories.member(Role.OWNER, now, 1)
        deputy, reader = factories.member(Role.READER, now, 1)
        editor = operations.grant_membership(deputy.id, Role.EDITOR, HERE, 1, SYSTEM, now)
        operations.appoint_deputy(role.id, deputy.id, today, today, factories.actor(owner, role), now)
    with unit_of_work():
        operations.end_membership(editor, SYSTEM, now)
    assert [one.role for one in queries.memberships_of(deputy.id, today)] == [Role.READER, Role.OWNER]
    with unit_of_work():
        operations.end_membership(reader.id, SYSTEM, now)
    assert queries.memberships_of(deputy.id, today) == []
    with unit_of_work():
        operations.grant_membership(deputy.id, Role.READER, HERE, 1, SYSTEM, now)
    assert [one.role for one in queries.memberships_of(deputy.id, today)] == [Role.READER], "back, but no deputy"
    assert records("deputy_ended") == 1
    with unit_of_work():
        operations.appoint_deputy(role.id, deputy.id, today, today, factories.actor(owner, role), now)
        db.session.get_one(Membership, reader.id).ended_at = now
    assert queries.memberships_of(deputy.id, today) == [], "however the role ended"
    with unit_of_work():
        db.session.get_one(Membership, reader.id).ended_at = None
        operations.end_membership(role.id, SYSTEM, now)
        operations.grant_membership(owner.id, Role.OWNER, HERE, 1, SYSTEM, now)
    assert [one.role for one in queries.memberships_of(deputy.id, today)] == [Role.READER], "the lent role ended"
    assert records("deputy_ended") == 2


def test_a_deputy_does_not_close_the_account_of_the_last_administrator(now: dt.datetime) -> None:
    with unit_of_work():
        last, role = factories.member(Role.ADMINISTRATOR, now, 0)
        factories.member(Role.ADMINISTRATOR, now, 0, active=False)
        deputy, _auditor = factories.member(Role.AUDITOR, now, 0)
        operations.appoint_deputy(role.id, deputy.id, now.date(), now.date(), factories.actor(last, role), now)
    acting = replace(factories.actor(deputy, role), person_id=deputy.id, deputy_for=last.id)
    with pytest.raises(BrokenRule), unit_of_work():
        operations.deactivate(last.id, acting, now)
    with unit_of_work():
        factories.member(Role.ADMINISTRATOR, now, 0)
        operations.deactivate(last.id, acting, now)
    assert records("deactivated") == 1


def test_each_looks_after_the_own_people(client: Any, sign_in: Any, now: dt.datetime) -> None:
    with unit_of_work():
        coordinator, _membership = factories.member(Role.COORDINATOR, now, 3)
        factories.member(Role.REVIEWER, now, 3, name="Recenzenta")
        factories.member(Role.REVIEWER, now, 4, name="Alt partener")
    sign_in(client, coordinator)
    client.get("/people")
    words = client.page.main.get_text()
    assert "Recenzenta" in words
    assert "Alt partener" not in words
    client.post("/people/invite", data={"email": "r@p.test", "role": "reviewer", "language": "ro"})
    assert mails()[-1]["to"] == "r@p.test"


def test_permissions_follow_the_role_that_is_acted_in(client: Any, sign_in: Any, now: dt.datetime) -> None:
    from dih.accounts.acting import as_actor

    with unit_of_work():
        holder, _membership = factories.member(Role.OWNER, now, 1)
    actor = as_actor(holder.id, holder.name, queries.memberships_of(holder.id, now.date())[0])
    assert actor.organisation_id == 1
    assert actor.may(Permission.SUBMIT_APPLICATION)
    assert not actor.may(Permission.DECIDE)
    assert as_actor(holder.id, holder.name, None).role is Role.GUEST
