"""Whatever is refused is said in the site's style: what is the matter, the way out, a reference; as JSON too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, request

from dih.extensions.database import db
from dih.shared import access
from dih.shared.access import Role
from dih.shared.errors import BrokenRule, Forbidden, Stale
from dih.shared.unit_of_work import unit_of_work
from tests import factories
from tests.support.client import watch_over
from tests.support.pages import policy_faults

JSON = {"Accept": "application/json"}
RAISED = {
    403: Forbidden(),
    409: Stale(),
    422: BrokenRule.because("Choose another partner.", "partner"),
    500: KeyError(),
}


@access.public
def break_down() -> str:
    raise RAISED[int(request.form["code"])]


@pytest.fixture
def trial(databases: Any, make_app: Callable[..., Flask]) -> Iterator[Flask]:
    address = databases.clone()
    app = make_app(address, PROPAGATE_EXCEPTIONS=False, MAX_CONTENT_LENGTH=2000)
    watch_over(app, words=False)
    app.add_url_rule("/break", "break", break_down, methods=["POST"])
    yield app
    with app.app_context():
        db.engine.dispose()
    databases.drop(address)


@pytest.mark.sqlite_only
def test_a_refusal_has_words_and_a_reference(trial: Flask) -> None:
    for code in (400, 403, 404, 405, 409, 413, 422, 500):
        refused(trial.test_client(), code)


def refused(visitor: Any, code: int) -> None:
    path = {400: "/language", 404: "/nowhere", 405: "/calls"}.get(code, "/break")
    data = {"code": str(code), "long": "x" * 3000 if code == 413 else ""}
    page = visitor.post(path, data=data, unwatched=True)
    said = visitor.post(path, data=data, headers=JSON, unwatched=True)
    assert page.status_code == said.status_code == code
    assert policy_faults(page.headers) == policy_faults(said.headers) == []
    text = page.get_data(as_text=True)
    assert 'class="error-page"' in text
    assert re.search(r"<code>[0-9a-f]{8}</code>", text)
    assert "Traceback" not in text
    assert "KeyError" not in text + said.get_data(as_text=True)
    assert (said.json["error"], len(said.json["reference"])) == (code, 8)
    assert said.json["message"].partition(".")[0] in text
    assert said.json["problems"] == (["Alegeți alt partener."] if code == 422 else [])


@pytest.mark.sqlite_only
def test_a_refusal_keeps_somebody_signed_in(context, client, sign_in, now, monkeypatch):
    monkeypatch.setitem(context.config, "MAX_CONTENT_LENGTH", 2000)
    with unit_of_work():
        manager, membership = factories.member(Role.MANAGER, now)
    sign_in(client, manager, membership)
    for code, path, data in (
        (413, "/language", {"long": "x" * 3000}),
        (404, "/nowhere", {}),
        (405, "/desk", {}),
        (400, "/act-as", {}),
    ):
        answer = client.post(path, data=data, csrf=code != 400)
        assert answer.status_code == code
        assert client.page.select_one('header form[action="/logout"]')
        assert not client.page.select('a[href="/login"]')
        assert code == 400 or client.page.select_one('main a[href="/desk"]')
