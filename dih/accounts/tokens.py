"""Signed links that a mail carries: whose they are, what for, until when. Nothing about them is stored."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from dih.shared.errors import BrokenRule
from dih.shared.wording import N_

CONFIRM = "confirm e-mail address"
CHANGE = "change e-mail address"
LIFE = {CONFIRM: dt.timedelta(days=7), CHANGE: dt.timedelta(hours=24)}


def sign(purpose: str, data: Any) -> str:
    """A token for one purpose that carries `data` (JSON values); anybody can read it, nobody can change it."""
    return str(_serializer(purpose).dumps(data))


def read(purpose: str, token: str) -> Any:
    """What a token carries. Raises BrokenRule when it is too old, made for something else, or not ours."""
    try:
        return _serializer(purpose).loads(token, max_age=int(LIFE[purpose].total_seconds()))
    except SignatureExpired:
        raise BrokenRule.because(N_("This link is too old. Ask for a new one.")) from None
    except BadSignature:
        raise BrokenRule.because(
            N_("This link is not complete. Open it from the mail, or ask for a new one.")
        ) from None


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=purpose)
