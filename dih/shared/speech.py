"""How the reader is spoken to: words, money and days in the language of the reader, for templates and views.

A list says hundreds of words and sums, so the way to each is short: the catalogue is looked up once in a request and
language, numbers are written without the general formatter, a day is formatted once in each process.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from gettext import NullTranslations
from typing import Any, NamedTuple

from babel import Locale
from babel.dates import format_date
from flask import Flask, g
from flask_babel import get_locale, get_translations
from jinja2 import pass_context, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup, escape

from dih.shared import clock
from dih.shared.money import Euro
from dih.shared.wording import Text

_UNBROKEN = re.compile(r"[A-Z]+(?:-\d+)+|[A-Z]{2,}-[^\W\dA-Z]+")
_SWAPPED = str.maketrans(",.", ".,")


class Speech(NamedTuple):
    """The language at hand: its locale, its code ("ro", "en") and its catalogue."""

    locale: Locale | None
    language: str
    catalogue: NullTranslations


_PLAIN = Speech(None, "en", NullTranslations())


def speech() -> Speech:
    """The language of the reader, or the one that `force_locale` has set; English outside of the application."""
    locale = get_locale()
    if locale is None:
        return _PLAIN
    known: Speech | None = g.get("speech")
    if known is None or known.locale is not locale:
        known = g.speech = Speech(locale, str(locale), get_translations())
    return known


def language() -> str:
    """The code of the reader's language: "ro" or "en"."""
    return speech().language


def say(text: Any) -> str:
    """A Text, a bilingual value (data, so not for the catalogues) or a marked message, in the reader's language.

    What a template has translated or escaped already (`_("...")`, `name|e`) is said as it is.
    """
    if isinstance(text, Markup):
        return text
    if isinstance(text, Mapping):
        return local(text)
    if not isinstance(text, Text):
        return speech().catalogue.gettext(str(text)) if text else ""
    values = {
        name: say(value) if isinstance(value, Text | Mapping) else _readable(value)
        for name, value in text.values.items()
    }
    if text.plural is not None and text.count is not None:
        message = speech().catalogue.ngettext(text.message, text.plural, text.count)
        return message % {"num": text.count, **values}
    message = speech().catalogue.gettext(text.message)
    return message % values if values else message


def _readable(value: object) -> object:
    if isinstance(value, Euro):
        return euro(value.cents)
    if isinstance(value, Decimal):
        return decimal(value)
    return day(value) if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else value


def local(words: Mapping[str, str] | None) -> str:
    """The reader's language of a bilingual value; Romanian where that one is missing."""
    if not words:
        return ""
    return words.get(language()) or words.get("ro") or next(iter(words.values()))


def euro(cents: int | None, decimals: bool = True) -> str:
    """1.234,56 € (Romanian) or €1,234.56 (English), kept on one line by non-breaking spaces.

    Without `decimals` it is rounded to whole euro, half up.
    """
    if cents is None:
        return "–"
    size = abs(cents)
    number = f"{size // 100:,}.{size % 100:02d}" if decimals else f"{(size + 50) // 100:,}"
    sign = "-" if cents < 0 else ""
    return f"{sign}{number.translate(_SWAPPED)}\xa0€" if language() == "ro" else f"{sign}€{number}"


def amount(minor: int, currency: str) -> str:
    """4.975,60 RON (Romanian) or 4,975.60 RON (English): hundredths of any currency, kept on one line."""
    number = f"{abs(minor) // 100:,}.{abs(minor) % 100:02d}"
    return f"{'-' if minor < 0 else ''}{number.translate(_SWAPPED) if language() == 'ro' else number}\xa0{currency}"


def decimal(value: Decimal) -> str:
    """4,9756 or 4.9756: a rate or a percent as it is, with up to six decimals."""
    number = f"{value:,.6f}".rstrip("0").rstrip(".")
    return number.translate(_SWAPPED) if language() == "ro" else number


def day(value: dt.date | dt.datetime | None) -> str:
    """22 nov. 2026, kept on one line by non-breaking spaces; a moment is shown as its day in Bucharest."""
    if value is None:
        return "–"
    return _day(clock.day_of(value) if isinstance(value, dt.datetime) else value, language())


@functools.lru_cache(maxsize=4096)
def _day(value: dt.date, language: str) -> str:
    return format_date(value, "d MMM y", locale=language).replace(" ", "\xa0")


def moment(value: dt.datetime | None) -> str:
    """22 nov. 2026, 14:05, in Bucharest."""
    return "–" if value is None else f"{day(value)}, {value.astimezone(clock.BUCHAREST):%H:%M}"


def whole(words: str) -> Markup:
    """Words whose references, such as DIH-2026-00042, and forms such as IMM-uri do not break at the end of a line."""
    return Markup(_UNBROKEN.sub(r'<span class="nowrap">\g<0></span>', str(escape(words))))  # noqa: S704 - escaped before


def _when_shown(form: Callable[..., str]) -> Callable[..., str]:
    """The filter of a form of speech; without the context a constant would be said when the template is compiled."""

    @pass_context
    def late(_context: Context, *arguments: Any) -> str:
        return form(*arguments)

    return late


@pass_eval_context
def _said(how: EvalContext, message: str, /, **values: Any) -> str:
    return _filled(how, speech().catalogue.gettext(message), values)


@pass_eval_context
def _counted(how: EvalContext, one: str, many: str, count: int, /, **values: Any) -> str:
    return _filled(how, speech().catalogue.ngettext(one, many, count), {"num": count, **values})


def _filled(how: EvalContext, message: str, values: Mapping[str, Any]) -> str:
    """The message with its values: escaped in pages, as they are in mails."""
    words = Markup(message) if how.autoescape else message  # noqa: S704 - ours, from the catalogue
    return words % values if values or "%" in message else words


def furnish(app: Flask) -> None:
    """Gives templates `_`, `ngettext`, `language` and the filters for words, money and days."""
    forms = (say, local, euro, amount, decimal, day, moment, whole)
    app.jinja_env.filters.update({form.__name__: _when_shown(form) for form in forms})
    app.jinja_env.globals.update(_=_said, gettext=_said, ngettext=_counted, language=language)
