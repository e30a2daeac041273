"""What is to happen after the commit happens once, though slowly, and for as long as a mail server may be away."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from dih.extensions.database import db
from dih.shared import outbox
from dih.shared.access import Role
from dih.shared.models import OutboxItem
from dih.shared.unit_of_work import unit_of_work
from tests import factories


class Slow:
    """Work that takes 50 seconds each time; in its midst another worker looks for work at the same moment."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.done: list[int] = []
        self.beside = 0

    def __call__(self, _item_id: int, payload: dict[str, Any], _now: dt.datetime) -> None:
        self.done.append(payload["number"])
        self.now += dt.timedelta(seconds=50)
        if len(self.done) in (3, 9):
            self.beside += outbox.work(lambda: self.now, 2)


def test_two_workers_never_do_the_same_however_slow_each_is(
    context: Flask, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(now)
    monkeypatch.setitem(outbox._handlers, "slow", slow)
    with unit_of_work():
        outbox.put_all("slow", [{"number": number} for number in range(15)], now)
    while outbox.work(lambda: slow.now):
        pass
    assert slow.beside == 4
    assert sorted(slow.done) == list(range(15))


def test_a_mail_server_may_be_away_for_days(
    context: Flask, client: Any, sign_in: Any, moment: Any, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_item_id: int, _payload: dict[str, Any], _now: dt.datetime) -> None:
        raise ConnectionRefusedError("mail server away")

    runner = context.test_cli_runner()
    monkeypatch.setitem(outbox._handlers, "mail", away)
    with unit_of_work():
        administrator = factories.member(Role.ADMINISTRATOR, now)
        outbox.put("mail", {"to": "somebody@alfa.test"}, now)
    sign_in(client, *administrator)
    client.get("/desk")
    assert not client.page.select(".notice")
    while (item := db.session.scalars(select(OutboxItem)).one()).dead_at is None:
        pause = item.run_at - moment()
        assert pause <= dt.timedelta(hours=1)
        moment.advance(seconds=pause.total_seconds())
        outbox.work(moment)
    assert item.dead_at - now > dt.timedelta(days=5)
    client.get("/desk")
    assert "mail server away" in client.page.select_one(".notice").get_text()
    listed = runner.invoke(args=["outbox", "list"]).output
    assert "somebody@alfa.test" in listed
    assert "given up" in listed
    sent: list[int] = []
    monkeypatch.setitem(outbox._handlers, "mail", lambda item_id, _payload, _now: sent.append(item_id))
    assert "1 will be tried" in runner.invoke(args=["outbox", "revive", str(item.id)]).output
    outbox.work(moment)
    assert sent == [item.id]
    assert runner.invoke(args=["outbox", "list"]).output == ""
