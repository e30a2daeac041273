"""What a manager does with calls. Each verb takes the actor and the moment; none commits."""

from __future__ import annotations

from dih.calls.operations.drafting import begin_version, change_dates, copy, discard, save_part
from dih.calls.operations.publishing import add_version, close, create, publish

__all__ = [
    "add_version",
    "begin_version",
    "change_dates",
    "close",
    "copy",
    "create",
    "discard",
    "publish",
    "save_part",
]
