"""What people type as answers: read, refused with a reason, kept as typed, and shown again.

A stored value is a JSON value: text, number (cents for money), list of choices, true or false, a day as 2026-12-31, or
nothing. What cannot be read is stored as {"typed": ...}: it stays in the draft and counts as a problem.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dih.shared.errors import BrokenRule, Problem
from dih.shared.money import Euro, parse_cents, plain
from dih.shared.wording import N_, Text

MOST_TYPED = 20_000
"""Characters of one field that are kept, whatever the question says."""

Typed = str | Sequence[str]
Words = Mapping[Any, str]
"""Text of the call in both languages."""


class Asked(Protocol):
    """What is asked in one field: a question of the call, or a condition that the applicant answers."""

    @property
    def key(self) -> str: ...
    @property
    def label(self) -> Words: ...
    @property
    def kind(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def max_length(self) -> int | None: ...
    @property
    def minimum(self) -> int | None: ...
    @property
    def maximum(self) -> int | None: ...
    @property
    def choices(self) -> Sequence[Any]: ...


def keep(asked: Asked, typed: Typed) -> tuple[Any, Problem | None]:
    """What is stored for what was typed, and what is wrong with it.

    Raises BrokenRule for what cannot be kept at all: characters that no database stores, or endless text.
    """
    typed = [part for part in typed if part] if not isinstance(typed, str) else typed.replace("\r\n", "\n")
    whole = typed if isinstance(typed, str) else "".join(typed)
    if "\x00" in whole or any("\ud800" <= letter <= "\udfff" for letter in whole):
        raise _refusal(asked, N_("“%(question)s” contains characters that cannot be stored. Type the text again."))
    if len(whole) > MOST_TYPED:
        raise _refusal(asked, N_("“%(question)s” is far too long to be kept. Shorten it."))
    try:
        return read(asked, typed), None
    except BrokenRule as refusal:
        return {"typed": typed}, refusal.problems[0]


def read(asked: Asked, typed: Typed) -> Any:
    """The value that was typed; None when nothing was. Raises BrokenRule naming the field."""
    if not isinstance(typed, str):
        return _several(asked, typed)
    return _READERS[asked.kind](asked, typed) if typed.strip() else None


def problem_with(asked: Asked, value: Any) -> Problem | None:
    """What stands in the way of submitting this stored value, if anything."""
    if isinstance(value, Mapping):
        return keep(asked, value["typed"])[1]
    if asked.required and value in (None, "", []):
        return Problem(asked.key, Text(N_("Answer “%(question)s”."), {"question": asked.label}))
    return None


def as_typed(asked: Asked, value: Any) -> Any:
    """A stored value as it stands in its field."""
    if isinstance(value, Mapping):
        return value["typed"]
    if value is None:
        return [] if asked.kind == "multi_choice" else ""
    if asked.kind == "money":
        return plain(value)
    if asked.kind == "yes_no":
        return "yes" if value else "no"
    if asked.kind == "date":
        return f"{dt.date.fromisoformat(value):%d.%m.%Y}"
    return value if isinstance(value, list) else str(value)


def as_shown(asked: Asked, value: Any) -> Any:
    """A stored value as people read it: text, a Text, a bilingual value, or a list of these; None when not given."""
    if value is None or value == []:
        return None
    if isinstance(value, Mapping):
        typed = value["typed"]
        return typed if isinstance(typed, str) else ", ".join(typed)
    if asked.kind in ("choice", "multi_choice"):
        labels = {choice.value: choice.label for choice in asked.choices}
        return [labels.get(one, str(one)) for one in (value if isinstance(value, list) else [value])]
    if asked.kind == "yes_no":
        return Text(N_("Yes")) if value else Text(N_("No"))
    if asked.kind == "money":
        return Euro(value)
    if asked.kind == "date":
        return dt.date.fromisoformat(value)
    return str(value)


def digest(value: Any) -> str:
    """A short mark of a stored value, by which a page knows whether its field was touched."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page showed in a field: the version of the answer (0: none yet) and the mark of its value."""

    version: int
    digest: str


NOTHING_SEEN = Seen(0, digest(None))


def fits(asked: Asked, value: Any) -> bool:
    """Whether a value stored for another question of the same key can stand as an answer to this one."""
    try:
        return value is not None and read(asked, as_typed(asked, value)) == value
    except (BrokenRule, TypeError, ValueError, AttributeError):
        return False


def _refusal(asked: Asked, message: str, **values: object) -> BrokenRule:
    return BrokenRule.because(message, asked.key, question=asked.label, **values)


def _text(asked: Asked, typed: str) -> str:
    excess = len(typed) - (asked.max_length or MOST_TYPED)
    if excess > 0:
        raise BrokenRule(
            Problem(
                asked.key,
                Text(
                    N_("Shorten “%(question)s” by %(num)s character: at most %(limit)s fit."),
                    {"question": asked.label, "limit": asked.max_length},
                    plural=N_("Shorten “%(question)s” by %(num)s characters: at most %(limit)s fit."),
                    count=excess,
                ),
            )
        )
    return typed


def _integer(asked: Asked, typed: str) -> int:
    digits = re.sub(r"(?<=[0-9])[.,   ](?=[0-9]{3}(?:[^0-9]|$))", "", typed.strip())
    if not re.fullmatch(r"[0-9]{1,18}", digits):
        raise _refusal(asked, N_("“%(question)s”: enter a whole number such as 12, without decimals."))
    return _between(asked, int(digits), lambda limit: limit)


def _money(asked: Asked, typed: str) -> int:
    if len(typed) > 60:
        raise _refusal(asked, N_("“%(question)s”: enter an amount such as 1.234,56 or 1234.56."))
    try:
        cents = parse_cents(typed, asked.key)
    except BrokenRule as refusal:
        raise _refusal(asked, N_("“%(question)s”: %(reason)s"), reason=refusal.problems[0].text)
    return _between(asked, cents, Euro)


def _between(asked: Asked, number: int, shown: Callable[[int], object]) -> int:
    least, most = asked.minimum or 0, asked.maximum
    if number < least or (most is not None and number > most):
        if most is None:
            raise _refusal(asked, N_("“%(question)s”: enter at least %(least)s."), least=shown(least))
        raise _refusal(
            asked,
            N_("“%(question)s”: enter a value between %(least)s and %(most)s."),
            least=shown(least),
            most=shown(most),
        )
    return number


def _choice(asked: Asked, typed: str) -> str:
    if typed not in {choice.value for choice in asked.choices}:
        raise _refusal(asked, N_("“%(question)s”: choose one of the answers."))
    return typed


def _several(asked: Asked, typed: Sequence[str]) -> list[str] | None:
    known = [choice.value for choice in asked.choices]
    if not set(typed) <= set(known):
        raise _refusal(asked, N_("“%(question)s”: choose among the answers."))
    return [value for value in known if value in typed] or None


def _yes_no(asked: Asked, typed: str) -> bool:
    if typed not in ("yes", "no"):
        raise _refusal(asked, N_("“%(question)s”: choose yes or no."))
    return typed == "yes"


_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})|([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")


def _date(asked: Asked, typed: str) -> str:
    match = _DAY.fullmatch(typed.strip())
    if match:
        year, month, day = (int(part) for part in (match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)))
        try:
            if 1900 <= year <= 2100:
                return dt.date(year, month, day).isoformat()
        except ValueError:
            pass
    raise _refusal(asked, N_("“%(question)s”: enter a day such as 31.12.2026."))


_READERS: Mapping[str, Callable[[Asked, str], Any]] = {
    "text": _text,
    "long_text": _text,
    "integer": _integer,
    "money": _money,
    "choice": _choice,
    "multi_choice": lambda asked, typed: _several(asked, [typed]),
    "yes_no": _yes_no,
    "date": _date,
}
