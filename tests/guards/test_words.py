"""The words of the whole house, as the application puts its catalogues together."""

from __future__ import annotations

from flask import Flask

from dih.shared.speech import say
from dih.shared.wording import Text


def test_plurals_are_romanian_whichever_rooms_lack_a_catalogue(standing_app: Flask) -> None:
    days = Text("%(num)s working day", plural="%(num)s working days", count=20)
    with standing_app.test_request_context("/?lang=ro"):
        assert say(days) == "20 de zile lucrătoare"
    with standing_app.test_request_context("/?lang=en"):
        assert say(days) == "20 working days"
