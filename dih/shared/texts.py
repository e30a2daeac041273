"""Free text as people type it: kept whole, or refused with the way out. Pure."""

from __future__ import annotations

from dih.shared.errors import BrokenRule, Problem
from dih.shared.wording import N_, Text

MOST_WORDS = 5_000
"""How many characters a reason or an answer may have where nothing else is said."""


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


def trimmed(text: str) -> str:
    """The same without the space around it."""
    return plain(text).strip()


def needed(text: str, field: str, message: str, most: int = MOST_WORDS) -> str:
    """The text as it is kept. Raises BrokenRule at `field`, with `message` where it is empty; for one too long."""
    kept = trimmed(text)
    if not kept:
        raise BrokenRule.because(message, field)
    if problems := too_long(kept, most, field):
        raise BrokenRule(*problems)
    return kept
