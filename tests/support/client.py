"""The test client: each request in a context of its own, each answer looked at, each promise about data held."""

from __future__ import annotations

import contextvars
from typing import Any

from babel.support import NullTranslations
from bs4 import BeautifulSoup
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from flask_babel import get_domain
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session
from werkzeug.test import TestResponse

from dih.extensions.database import db
from tests.support.pages import look, policy_faults

SAFE = ("GET", "HEAD", "OPTIONS")


class Watch:
    """Notes what requests do to the database and which words had no translation; `writes` counts commits of changes."""

    def __init__(self) -> None:
        self.writes = 0
        self.committed: list[str] = []
        self.left: list[str] = []
        self.untranslated: set[str] = set()

    def clear(self) -> None:
        self.committed, self.left, self.untranslated = [], [], set()


WATCH = Watch()
"""One for the test process: the events of all sessions go to it."""


class Client(FlaskClient):
    """A visitor with cookies of their own.

    A 500, a page that `look` finds fault with, a GET that commits and a request that leaves changes uncommitted fail
    the test at once. `client.get(path, unwatched=True)` leaves out the looks, for a test about such a fault itself.
    What it posts carries a valid CSRF token, as a page's form would; `csrf=False` leaves it out.
    """

    seen = ""
    """The last page fetched, as it came."""

    @property
    def page(self) -> Any:
        """The last page fetched, parsed when it is asked for."""
        if self._parsed[0] is not self.seen:
            self._parsed = (self.seen, BeautifulSoup(self.seen, "lxml"))
        return self._parsed[1]

    _parsed: tuple[str, Any] = ("", None)

    def open(self, *args: Any, unwatched: bool = False, csrf: bool = True, **kwargs: Any) -> TestResponse:
        if has_app_context():
            waiting = [*db.session.new, *db.session.dirty, *db.session.deleted]
            assert not waiting, f"commit what the test prepares, by unit_of_work(): {waiting}"
            db.session.rollback()
        if csrf and kwargs.get("method", "GET") not in SAFE:
            kwargs["headers"] = {"X-CSRFToken": self._token(), **dict(kwargs.get("headers") or {})}
        WATCH.clear()
        kwargs.setdefault("buffered", True)
        response = contextvars.Context().run(super().open, *args, **kwargs)
        if not unwatched:
            self._hold(response)
        return response

    def _token(self) -> str:
        """The CSRF token that a page of this visitor would carry."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", "a" * 40)
        return URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token").dumps(raw)

    def _hold(self, response: TestResponse) -> None:
        what = f"{response.request.method} {response.request.path}"
        assert response.status_code != 500, f"{what} broke; the log below says how"
        assert not WATCH.left, f"{what} left changes uncommitted: {WATCH.left}"
        if response.request.method in SAFE:
            assert not WATCH.committed, f"{what} must change nothing but wrote: {WATCH.committed}"
        assert not WATCH.untranslated, f"{what} shows words without a translation: {sorted(WATCH.untranslated)}"
        is_page = response.mimetype == "text/html" and response.get_data() and not response.location
        if is_page:
            look(response)
            self.seen = response.get_data(as_text=True)
        elif faults := policy_faults(response.headers):
            raise AssertionError(f"{what}: {faults}")


def watch_over(app: Flask, words: bool = True) -> None:
    """Installs the watch on an application made for tests; `words` says whether missing translations count."""
    app.test_client_class = Client

    @app.teardown_request
    def left_behind(error: BaseException | None) -> None:
        if db.session.registry.has():
            session = db.session()
            waiting = [repr(thing) for thing in (*session.new, *session.dirty, *session.deleted)]
            WATCH.left += waiting + session.info.get("written", [])

    if words:
        _watch_words(app)


def _wrote(session: Session, what: str) -> None:
    session.info.setdefault("written", []).append(what)


@event.listens_for(Session, "do_orm_execute")
def _statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        what = "INSERT" if state.is_insert else "UPDATE" if state.is_update else "DELETE"
        _wrote(state.session, f"{what} {getattr(state.statement, 'table', '')}")


@event.listens_for(Session, "before_flush")
def _flushed(session: Session, *rest: Any) -> None:
    for thing in (*session.new, *session.dirty, *session.deleted):
        _wrote(session, type(thing).__name__)


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    written = session.info.pop("written", [])
    WATCH.committed += written
    WATCH.writes += bool(written)


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    session.info.pop("written", None)


class _Missing(NullTranslations):
    """Stands behind the Romanian catalogues and notes each message that they lack."""

    def gettext(self, message: str) -> str:
        WATCH.untranslated.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, num: int) -> str:
        WATCH.untranslated.add(msgid1)
        return msgid1 if num == 1 else msgid2

    ugettext, ungettext = gettext, ngettext


def _watch_words(app: Flask) -> None:
    with app.test_request_context("/?lang=ro"):
        get_domain().get_translations().add_fallback(_Missing())
