"""What every page has: the reader's language, filters for money, days and words, and the error pages."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, jsonify, render_template, request, session, url_for
from flask_babel import format_date, format_datetime, format_decimal, get_locale, gettext, ngettext
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from dih.shared import assets, clock, forms
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.money import Euro
from dih.shared.wording import Text

LANGUAGES = ("ro", "en")
log = structlog.get_logger()


def reader_language() -> str:
    """`?lang=` for this page, else what was chosen, else Romanian; the browser's wish does not count."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else "ro"


def say(text: Any) -> str:
    """A Text, a bilingual value (data, so not for the catalogues) or a marked message, in the reader's language.

    What a template has translated or escaped already (`_("...")`, `name|e`) is said as it is.
    """
    if isinstance(text, Markup):
        return text
    if isinstance(text, Mapping):
        return local(text)
    if not isinstance(text, Text):
        return gettext(str(text)) if text else ""
    values = {
        name: say(value) if isinstance(value, Text | Mapping) else _readable(value)
        for name, value in text.values.items()
    }
    if text.plural is not None and text.count is not None:
        return ngettext(text.message, text.plural, text.count, **values)
    return gettext(text.message, **values)


def _readable(value: object) -> object:
    if isinstance(value, Euro):
        return euro(value.cents)
    if isinstance(value, Decimal):
        return format_decimal(value, format="#,##0.######")
    return day(value) if isinstance(value, dt.date) and not isinstance(value, dt.datetime) else value


def local(words: Mapping[str, str] | None) -> str:
    """The reader's language of a bilingual value; Romanian where that one is missing."""
    if not words:
        return ""
    return words.get(str(get_locale())) or words.get("ro") or next(iter(words.values()))


def euro(cents: int | None, decimals: bool = True) -> str:
    """1.234,56 € (Romanian) or €1,234.56 (English), kept on one line by non-breaking spaces."""
    if cents is None:
        return "–"
    number = format_decimal(Decimal(cents) / 100, format="#,##0.00" if decimals else "#,##0")
    return f"{number}\xa0€" if str(get_locale()) == "ro" else f"€{number}".replace("€-", "-€")


def day(value: dt.date | dt.datetime | None) -> str:
    """22 nov. 2026; a moment is shown as its day in Bucharest."""
    if value is None:
        return "–"
    return format_date(clock.day_of(value) if isinstance(value, dt.datetime) else value, "d MMM y")


def moment(value: dt.datetime | None) -> str:
    """22 nov. 2026, 14:05, in Bucharest."""
    return "–" if value is None else format_datetime(value, "d MMM y, HH:mm")


def address(endpoint: str, **values: Any) -> str:
    """The full address of a page for a mail or a document, the same inside and outside of a request."""
    return current_app.config["BASE_URL"] + url_for(endpoint, _external=False, **values)


def wants_json() -> bool:
    """Whether the caller asked for JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.is_json or (best == "application/json" and "text/html" not in request.headers.get("Accept", ""))


def refuse(code: int, **context: Any) -> tuple[Response | str, int]:
    """The error page of the site, or its JSON, with a reference that the log has too."""
    reference = secrets.token_hex(4)
    log.info("refused", status=code, reference=reference, path=request.path)
    if wants_json():
        return jsonify(error=code, reference=reference, problems=context.get("messages", [])), code
    return render_template("shared/error.html", code=code, reference=reference, **context), code


def furnish(app: Flask) -> None:
    """Gives templates their filters and the application its error pages."""
    app.jinja_env.filters.update(say=say, local=local, euro=euro, day=day, moment=moment)
    app.jinja_env.globals.update(
        address=address, language=lambda: str(get_locale()), now=clock.now, Markup=Markup, faults=forms.faults
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    assets.furnish(app)

    @app.context_processor
    def acting() -> dict[str, Any]:
        return {"actor": g.get("actor"), "support_email": app.config["SUPPORT_EMAIL"]}

    @app.errorhandler(NotFound)
    def not_found(error: NotFound) -> Any:
        return refuse(404)

    @app.errorhandler(Forbidden)
    def forbidden(error: Forbidden) -> Any:
        return refuse(403)

    @app.errorhandler(BrokenRule)
    def broken_rule(error: BrokenRule) -> Any:
        return refuse(422, messages=[say(problem.text) for problem in error.problems])

    @app.errorhandler(Stale)
    def stale(error: Stale) -> Any:
        return refuse(409)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        if error.code is None or error.code < 400:
            return error
        return refuse(error.code)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Any:
        app.logger.exception("unexpected error")
        return refuse(500)
