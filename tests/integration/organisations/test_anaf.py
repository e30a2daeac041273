"""ANAF's look-up against a local server: up, down, slow, dripping and talking nonsense."""

import datetime as dt
import json
import time
from pathlib import Path

import pytest

from dih.organisations import anaf
from dih.shared.errors import BrokenRule
from tests.support.anaf import FIRM
from tests.support.anaf import anaf as stand_in

TODAY = dt.date(2026, 11, 23)
pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def server(context, monkeypatch):
    monkeypatch.setattr(anaf, "PAUSE", 0.0)
    (Path(context.instance_path) / "anaf.turn").unlink(missing_ok=True)
    with stand_in() as running:
        context.config["ANAF_URL"] = running.url
        yield running
        context.config["ANAF_URL"] = ""


def test_what_anaf_knows_comes_back_by_the_fields_of_the_form(server):
    found = anaf.look_up("99000018", TODAY)
    assert server.asked == [("/api/PlatitorTvaRest/v9/tva", [{"cui": 99000018, "data": "2026-11-23"}])]
    assert found["name"] == "ATELIERUL DE LEMN SRL"
    assert found["county"] == "BN"
    assert found["onrc"] == "J06/123/2010"
    assert (found["caen_code"], found["legal_nature"]) == ("3109", "enterprise")
    assert found["caen_revision"] == "2"


def test_the_county_is_found_by_its_name_in_old_spelling_too(server):
    entry = {**FIRM, "adresa_sediu_social": {"sdenumire_Judet": "JUDEŢUL BISTRIŢA NĂSĂUD"}}
    server.body = json.dumps({"found": [entry]}).encode()
    assert anaf.look_up("99000018", TODAY)["county"] == "BN"


def test_what_our_rules_refuse_of_anafs_data_is_left_to_the_person(server):
    general = {**FIRM["date_generale"], "nrRegCom": "J99/x", "telefon": "call us", "cod_CAEN": "0"}
    server.body = json.dumps({"found": [{"date_generale": general}]}).encode()
    found = anaf.look_up("99000018", TODAY)
    assert not {"onrc", "phone", "caen_code", "county"} & found.keys()


def test_an_unknown_number_is_said_at_the_field(server):
    server.body = b'{"found": [], "notFound": [99000018]}'
    with pytest.raises(BrokenRule, match="does not know this CUI") as refused:
        anaf.look_up("99000018", TODAY)
    assert refused.value.problems[0].field == "cui"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>maintenance</html>", b"", b"[]", b"null", b'{"found": "x"}', b'{"found": [{}]}', b"\xff\xfe",
        b'{"found": [{"date_generale": null}]}', b'{"found": [{"date_generale": {"cui": 1, "denumire": "X"}}]}',
        b'{"found": [{"date_generale": {"cui": 99000018, "denumire": " "}}]}', b"[" * 100_000,
        b'{"found": [{"date_generale": {"cui": 99000018, "denumire": [1]}}]}',
        b'{"found": "' + b"x" * 300_000 + b'"}',
    ],
)  # fmt: skip
def test_nonsense_is_called_unreadable(server, body):
    server.body = body
    with pytest.raises(BrokenRule, match="could not be read"):
        anaf.look_up("99000018", TODAY)


@pytest.mark.parametrize("status", [302, 404, 429, 500, 503])
def test_an_error_is_no_answer(server, status):
    server.status = status
    with pytest.raises(BrokenRule, match="does not answer now"):
        anaf.look_up("99000018", TODAY)


def test_down(server, context):
    context.config["ANAF_URL"] = "http://127.0.0.1:1"
    with pytest.raises(BrokenRule, match="does not answer now"):
        anaf.look_up("99000018", TODAY)
    assert server.asked == []


@pytest.mark.parametrize(("wait", "drip"), [(2.0, 0.0), (0.0, 0.02)])
def test_slow_and_dripping_answers_are_given_up_in_time(server, monkeypatch, wait, drip):
    monkeypatch.setattr(anaf, "PATIENCE", 0.5)
    server.wait, server.drip = wait, drip
    began = time.monotonic()
    with pytest.raises(BrokenRule, match="does not answer now"):
        anaf.look_up("99000018", TODAY)
    assert time.monotonic() - began < 1.5


def test_two_requests_keep_the_pause_between_them(server, monkeypatch):
    monkeypatch.setattr(anaf, "PAUSE", 0.4)
    anaf.look_up("99000018", TODAY)
    anaf.look_up("99000018", TODAY)
    assert server.moments[1] - server.moments[0] >= 0.39


def test_who_would_wait_too_long_for_a_turn_is_told(server, monkeypatch):
    monkeypatch.setattr(anaf, "PAUSE", 60.0)
    anaf.look_up("99000018", TODAY)
    with pytest.raises(BrokenRule, match="does not answer now"):
        anaf.look_up("99000018", TODAY)
    assert len(server.asked) == 1
