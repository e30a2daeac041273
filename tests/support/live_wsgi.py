"""The application as journeys see it, in a process of its own: real in all but time, hashing and rate limits.

`flask --app tests.support.live_wsgi worker` is its worker. Time begins at LIVE_START, runs at its usual pace and jumps
by the seconds that stand in the file LIVE_JUMP.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path

from dih.factory import create_app
from dih.shared import clock
from tests.support.settings import FOR_TESTS

_start = dt.datetime.fromisoformat(os.environ["LIVE_START"])
_began = float(os.environ["LIVE_BEGAN"])
_jump = Path(os.environ["LIVE_JUMP"])


def now() -> dt.datetime:
    """The journey's moment."""
    return _start + dt.timedelta(seconds=time.time() - _began + float(_jump.read_text()))


clock.now = now
app = create_app({**FOR_TESTS, "TESTING": False})
