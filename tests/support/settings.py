"""How the application is set for tests, and who is signed in."""

from __future__ import annotations

import shutil
import time
from typing import Any

from flask import Flask

from tests.support.client import Client

FOR_TESTS: dict[str, Any] = {
    "TESTING": True,
    "RATELIMIT_ENABLED": False,
}
"""TESTING makes hashing as cheap as it goes; no limits on how often; all else as it is in use."""


def empty_folders(app: Flask) -> None:
    """Removes documents and mails that the test before left."""
    for name in ("DOCUMENT_FOLDER", "MAIL_FOLDER"):
        shutil.rmtree(app.config[name], ignore_errors=True)


def sign_in(client: Client, person: Any, membership: Any = None) -> Client:
    """Makes the visitor `person`, acting in `membership` where one is given; returns the client."""
    with client.session_transaction() as session:
        session.clear()
        session["_user_id"] = person.fs_uniquifier
        session["_fresh"] = True
        session["fs_paa"] = time.time()
        session["person"], session["language"] = person.id, person.language
        if membership is not None:
            session["membership"] = membership.id
    return client
