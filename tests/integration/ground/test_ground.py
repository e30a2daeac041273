"""The ground itself: visitors are apart, and the client notices what it promises to notice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, request, session
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from dih.extensions.database import db
from dih.shared import access, audit, clock
from dih.shared.models import AuditRecord, NumberSeries
from dih.shared.unit_of_work import unit_of_work
from tests.support.client import watch_over

PAGE = "<html lang='ro'><head><title>O pagină</title></head><body><main><h1>Salut</h1>{}</main></body></html>"


@access.public
def commit_on_get() -> str:
    with unit_of_work():
        db.session.add(NumberSeries(name="trial", year=2026))
    return PAGE


@access.public
def leave_uncommitted() -> str:
    db.session.add(NumberSeries(name="trial", year=2026))
    db.session.flush()
    return PAGE


@access.public
def poor_page() -> str:
    return PAGE.format("<h3>x</h3><p id=a style='color:red'></p><p id=a></p><form method=post></form>")


@access.public
def take() -> str:
    return PAGE.format(request.form["word"])


@access.public
def remember() -> str:
    session["seen"] = session.get("seen", 0) + 1
    return PAGE.format(session["seen"])


@pytest.fixture
def trial(databases: Any, make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """An application of its own with a few odd pages."""
    address = databases.clone()
    app = make_app(address)
    watch_over(app, words=False)
    for view in (commit_on_get, leave_uncommitted, poor_page, take, remember):
        app.add_url_rule(f"/{view.__name__}", view.__name__, view, methods=["GET", "POST"])
    yield app
    with app.app_context():
        db.engine.dispose()
    databases.drop(address)


def test_a_get_that_commits_is_noticed(trial: Flask) -> None:
    with pytest.raises(AssertionError, match=r"must change nothing.*NumberSeries"):
        trial.test_client().get("/commit_on_get")


def test_changes_left_uncommitted_are_noticed(trial: Flask) -> None:
    with pytest.raises(AssertionError, match=r"left changes uncommitted.*NumberSeries"):
        trial.test_client().post("/leave_uncommitted")


def test_a_poor_page_is_noticed_with_all_its_faults(trial: Flask) -> None:
    with pytest.raises(AssertionError) as seen:
        trial.test_client().get("/poor_page")
    for fault in ("h3 follows h1", "'a' occurs 2 times", "inline style", "no csrf_token"):
        assert fault in str(seen.value)


def test_what_is_posted_carries_a_token_that_counts(trial: Flask) -> None:
    visitor = trial.test_client()
    assert visitor.post("/take", data={"word": "bun"}).status_code == 200
    assert visitor.post("/take", data={"word": "bun"}, csrf=False, unwatched=True).status_code == 400


def test_visitors_are_apart_even_inside_an_open_context(trial: Flask) -> None:
    first, second = trial.test_client(), trial.test_client()
    with trial.app_context():
        first.get("/remember")
        first.get("/remember")
        second.get("/remember")
    assert first.page.main.get_text() == "Salut2"
    assert second.page.main.get_text() == "Salut1"


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_begins_clean(context: Flask, now: dt.datetime, turn: int) -> None:
    assert db.session.scalar(select(func.count()).select_from(AuditRecord)) == 0
    with unit_of_work():
        audit.record(access.SYSTEM, now, ("trial", 1), "tried")
    assert db.session.scalar(select(AuditRecord.id)) == 1


def test_time_stands_still_and_moves_on_request(context: Flask, now: dt.datetime, moment: Any) -> None:
    assert clock.now() == now == dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
    moment.advance(days=2)
    assert clock.now() - now == dt.timedelta(days=2)


@pytest.mark.parametrize("change", ["UPDATE audit_record SET action = 'x'", "DELETE FROM audit_record"])
def test_the_audit_is_append_only(context: Flask, now: dt.datetime, change: str) -> None:
    with unit_of_work():
        audit.record(access.SYSTEM, now, ("trial", 1), "tried")
    with pytest.raises(DBAPIError, match="append-only"), unit_of_work():
        db.session.execute(text(change))
    assert db.session.scalar(select(AuditRecord.action)) == "tried"


@pytest.mark.postgresql_only
def test_the_audit_cannot_be_truncated(context: Flask) -> None:
    with pytest.raises(DBAPIError, match="append-only"), unit_of_work():
        db.session.execute(text("TRUNCATE audit_record"))
