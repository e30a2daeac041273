"""The second step: codes of an app, recovery codes, passkeys (from a device made of software), and losing them."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import struct
import time
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask_security import hash_password
from passlib.totp import TOTP

from dih.accounts import operations
from dih.accounts.models import Passkey, Person
from dih.extensions.database import db
from dih.shared.access import Role
from dih.shared.errors import Forbidden
from dih.shared.unit_of_work import unit_of_work
from tests import factories

PASSWORD = "nine red bicycles"


@pytest.fixture
def holder(context: Flask, now: dt.datetime, client: Any, sign_in: Any) -> Person:
    password = hash_password(PASSWORD)
    with unit_of_work():
        person = factories.person(now, email="doi@beta.test", password=password, fs_webauthn_user_handle="handle")
    sign_in(client, person)
    return person


def enter(client: Any, **more: Any) -> str:
    return str(client.post("/login", data={"email": "doi@beta.test", "password": PASSWORD, **more}).location)


def switch_on(client: Any) -> tuple[TOTP, list[str]]:
    """Switches codes on; returns the app on the phone and the recovery codes."""
    client.post("/account/second-step", data={"setup": "authenticator"})
    assert client.page.find("img", class_="qr")["src"].startswith("data:image/svg+xml")
    phone = TOTP(key=client.page.main.find("code").get_text().replace("-", ""))
    form = client.page.main.find(id="code").find_parent("form")
    assert client.post(form["action"], data={"code": "000000"}).status_code == 422
    assert client.page.select_one(".error-summary a[href='#code']")
    assert client.page.title.get_text().startswith("Eroare:")
    again = client.page.main.find(id="code").find_parent("form")
    assert again["action"] == form["action"], "the phone has scanned that one"
    assert client.post(form["action"], data={"code": phone.generate().token}).location == "/account"
    client.post("/account/recovery-codes", data={"generate_new_codes": "1"})
    codes = [code.get_text() for code in client.page.select(".recovery-codes code")]
    assert len(set(codes)) == 8
    client.post("/logout")
    return phone, codes


def test_a_code_of_the_app_counts_once(client: Any, holder: Person) -> None:
    phone, _codes = switch_on(client)
    used = phone.generate().token
    assert enter(client, next="/calls") == "/second-step?next=/calls"
    client.get("/second-step?next=/calls")
    assert client.post("/second-step?next=/calls", data={"code": used}).status_code == 422, "it was used to switch on"
    later = phone.generate(time=time.time() + 30).token
    assert client.post("/second-step?next=/calls", data={"code": later}).location == "/calls"
    assert client.get("/account").status_code == 200


def test_the_password_alone_does_not_open(client: Any, holder: Person) -> None:
    switch_on(client)
    enter(client)
    assert client.get("/account").location.startswith("/login")
    assert client.post("/second-step", data={"code": "000000"}).status_code == 422
    assert client.get("/account").location.startswith("/login")


def test_a_recovery_code_works_once(client: Any, holder: Person) -> None:
    _phone, codes = switch_on(client)
    assert all(code not in json.dumps(db.session.get(Person, holder.id).mf_recovery_codes) for code in codes)
    enter(client)
    client.get("/second-step/recovery-code")
    assert client.post("/second-step/recovery-code", data={"code": "1111-2222-3333"}).status_code == 422
    shouted = codes[0].upper().replace("-", " ")
    assert client.post("/second-step/recovery-code", data={"code": shouted}).location == "/desk"
    client.get("/account")
    assert "7" in client.page.main.get_text()
    client.post("/logout")
    enter(client)
    assert client.post("/second-step/recovery-code", data={"code": codes[0]}).status_code == 422


def test_the_administrator_switches_it_off_for_who_lost_the_phone(
    client: Any, holder: Person, now: dt.datetime
) -> None:
    switch_on(client)
    with unit_of_work():
        administrator = factories.actor(*factories.member(Role.ADMINISTRATOR, now))
        manager = factories.actor(*factories.member(Role.MANAGER, now))
    with pytest.raises(Forbidden), unit_of_work():
        operations.switch_second_step_off(holder.id, manager, now, "x")
    with unit_of_work():
        operations.switch_second_step_off(holder.id, administrator, now, "Came by in person")
    assert enter(client) == "/desk"


def test_changing_how_one_signs_in_asks_for_the_password_when_that_was_long_ago(client: Any, holder: Person) -> None:
    with client.session_transaction() as session:
        session["fs_paa"] = time.time() - 2 * 3600
    assert client.get("/account/second-step").location == "/confirm-identity?next=/account/second-step"
    client.get("/confirm-identity?next=/account/second-step")
    where = "/confirm-identity?next=/account/second-step"
    assert client.post(where, data={"password": "wrong"}).status_code == 422
    assert client.post(where, data={"password": PASSWORD}).location == "/account/second-step"
    assert client.get("/account/second-step").status_code == 200


def test_the_password_is_changed_knowing_the_present_one(client: Any, holder: Person) -> None:
    client.get("/account/password")
    new = {"new_password": "ten green bicycles", "new_password_confirm": "ten green bicycles"}
    assert client.post("/account/password", data={"password": "wrong", **new}).status_code == 422
    assert client.post("/account/password", data={"password": PASSWORD, **new}).location == "/account"
    assert client.get("/account").status_code == 200


class Device:
    """A security key made of software (ES256, no attestation)."""

    def __init__(self, origin: str) -> None:
        self.origin, self.key, self.id, self.count = origin, ec.generate_private_key(ec.SECP256R1()), b"device-1", 0

    def _data(self, host: str, flags: int) -> bytes:
        self.count += 1
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def create(self, options: dict[str, Any]) -> str:
        point = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        data = self._data(options["rp"]["id"], 0x45) + bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        return self._answer(
            attestationObject=cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}),
            clientDataJSON=self._client("webauthn.create", options["challenge"]),
        )

    def get(self, options: dict[str, Any]) -> str:
        data, words = self._data(options["rpId"], 0x05), self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(words).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(authenticatorData=data, clientDataJSON=words, signature=signature, userHandle=b"handle")

    def _answer(self, **parts: bytes) -> str:
        def text(raw: bytes) -> str:
            return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

        response = {name: text(raw) for name, raw in parts.items()}
        return json.dumps({"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response})


def ask_device(client: Any, what: Any) -> dict[str, str]:
    """Reads the options that the page hands to the script, and answers in its place."""
    form = client.page.find("form", attrs={"data-passkey": True})
    return {"action": form["action"], "credential": what(json.loads(form["data-options"]))}


def add_passkey(client: Any, usage: str) -> Device:
    device = Device("http://127.0.0.1:5000")
    client.get("/account/passkeys")
    client.post("/account/passkeys", data={"name": "Cheia mea", "usage": usage})
    options = json.loads(client.page.find("form", attrs={"data-passkey": True})["data-options"])
    assert not options["authenticatorSelection"].get("authenticatorAttachment"), "the device's own reader will do"
    answer = ask_device(client, device.create)
    assert client.post(answer["action"], data={"credential": answer["credential"]}).location == "/account"
    client.get("/account")
    assert "Cheia mea" in client.page.main.get_text()
    client.post("/logout")
    return device


def test_a_passkey_takes_the_place_of_the_password(client: Any, holder: Person) -> None:
    device = add_passkey(client, "first")
    client.get("/passkey?next=/calls")
    client.post("/passkey?next=/calls", data={"identity": "doi@beta.test"})
    answer = ask_device(client, device.get)
    other = Device("http://127.0.0.1:5000").get(
        json.loads(client.page.find("form", {"data-passkey": True})["data-options"])
    )
    assert client.post(answer["action"], data={"credential": other}).location == "/passkey"
    assert client.get("/account").location.startswith("/login")
    assert client.post(answer["action"], data={"credential": answer["credential"]}).location == "/calls"
    assert client.get("/account").status_code == 200


def test_a_passkey_is_the_second_step(client: Any, holder: Person) -> None:
    device = add_passkey(client, "secondary")
    assert enter(client, next="/calls") == "/passkey?next=/calls"
    client.get("/passkey?next=/calls")
    client.post("/passkey?next=/calls")
    answer = ask_device(client, device.get)
    assert client.post(answer["action"], data={"credential": answer["credential"]}).location == "/calls"


def test_a_passkey_is_removed(client: Any, holder: Person, sign_in: Any) -> None:
    add_passkey(client, "first")
    sign_in(client, db.session.get(Person, holder.id))
    client.get("/account/passkeys")
    client.post("/account/passkeys/remove", data={"name": "Cheia mea"})
    assert db.session.query(Passkey).count() == 0
