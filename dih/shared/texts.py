"""Free text as people type it: kept whole, or refused with the way out. Pure."""

from __future__ import annotations

from dih.shared.errors import Problem
from dih.shared.wording import N_, Text


def excess(text: str, limit: int) -> Text | None:
    """What is said about a text of more than `limit` characters; None for one that fits."""
    over = len(text) - limit
    if over <= 0:
        return None
    return Text(
        N_("Shorten this text by %(num)s character: at most %(limit)s fit."),
        {"limit": limit},
        plural=N_("Shorten this text by %(num)s characters: at most %(limit)s fit."),
        count=over,
    )


def too_long(text: str, limit: int, field: str) -> list[Problem]:
    """The same as problems at a field: one, or none."""
    found = excess(text, limit)
    return [Problem(field, found)] if found else []


def plain(text: str) -> str:
    """What a browser sent, as every database stores it: lines end in one way, no null characters."""
    return text.replace("\r\n", "\n").replace("\x00", "")
