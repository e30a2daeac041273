"""Minutes and letters as PDF: Romanian prevails, English stands beside it. The same data give the same bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from dih.decisions.meetings.records import Record
from dih.decisions.papers.letters import AppealLetter, Letter
from dih.shared import clock
from dih.shared.typesetting import typeset

_FOLDER = Path(__file__).parent


def minutes(record: Record) -> bytes:
    """The minutes of a meeting as the reader may see them; marked as a draft until the chair closes it."""
    content = record.content
    made_at = dt.datetime.fromisoformat(content["closed_at"])
    taken = [{**one, "money": _euro(one["cents"]), "voices": _grouped(one["voices"])} for one in content["decisions"]]
    data = {
        **content,
        "draft": record.closed_at is None,
        "hidden": record.hidden,
        "held_on": _day(dt.date.fromisoformat(content["held_on"])),
        "opened": _clock(content["opened_at"]),
        "closed": _clock(content["closed_at"]),
        "lines": [{**line, "free": _euro(line["free_cents"])} for line in content["lines"]],
        "agenda": [
            {
                **one,
                "score": _number(one["score"]),
                "asked": _euro(one["asked_cents"]),
                "aid": _euro(one["aid_cents"]),
                "money": _reached(one),
            }
            for one in content["agenda"]
        ],
        "decisions": taken,
        "reserved": _euro(sum(one["cents"] for one in content["decisions"])),
    }
    return typeset(_FOLDER / "minutes.typ", data, made_at)


def letter(letter: Letter) -> bytes:
    """The letter with a decision: what, why, by criterion, and what the applicant can do."""
    data = {
        **_head(letter.reference, letter.title, letter.organisation, letter.cui, letter.seat, letter.call),
        "outcome": letter.outcome.value,
        "decided": _day(clock.day_of(letter.decided_at)),
        "reason": letter.reason,
        "grounds": [
            {**one, "points": _number(one["points"]), "threshold": str(one["threshold"]), "most": str(one["most"])}
            for one in letter.grounds
        ],
        "money": _euro(letter.amount_cents),
        "until": _day(letter.appeal_until) if letter.appeal_until else None,
    }
    return typeset(_FOLDER / "letter.typ", data, letter.decided_at)


def appeal_letter(letter: AppealLetter) -> bytes:
    """The letter with the end of an appeal, and the reasons."""
    data = {
        **_head(letter.reference, letter.title, letter.organisation, letter.cui, letter.seat, letter.call),
        "upheld": letter.upheld,
        "filed": _day(clock.day_of(letter.filed_at)),
        "ended": _day(clock.day_of(letter.ended_at)),
        "reason": letter.reason,
    }
    return typeset(_FOLDER / "appeal.typ", data, letter.ended_at)


def _head(
    reference: str, title: str, organisation: str, cui: str, seat: str, call: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "reference": reference,
        "title": title,
        "organisation": organisation,
        "cui": cui,
        "seat": seat,
        "call": dict(call),
    }


def _reached(one: Mapping[str, Any]) -> str:
    """Whether the money reaches an item of the agenda, or why it is not asked."""
    if one["fails"]:
        return "below"
    if one["unjudged"]:
        return "unjudged"
    return "reached" if one["reached"] else "beyond"


def _grouped(voices: list[dict[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in voices:
        found.setdefault(one["voice"], []).append(one["name"])
    return found


def _euro(cents: int) -> dict[str, str]:
    amount = Decimal(cents) / 100
    return {
        "ro": f"{format_decimal(amount, '#,##0.00', locale='ro')}\xa0€",
        "en": f"€{format_decimal(amount, '#,##0.00', locale='en')}",
    }


def _number(number: Decimal | str | None) -> dict[str, str] | None:
    if number is None:
        return None
    return {language: format_decimal(Decimal(number), "0.00", locale=language) for language in ("ro", "en")}


def _day(day: dt.date) -> dict[str, str]:
    return {language: format_date(day, "d MMMM y", locale=language) for language in ("ro", "en")}


def _clock(iso: str) -> str:
    return dt.datetime.fromisoformat(iso).astimezone(clock.BUCHAREST).strftime("%H:%M")
