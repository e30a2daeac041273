"""What every page has: the reader's language, addresses of files and pages, and the error pages."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Flask, Response, current_app, g, jsonify, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from dih.shared import assets, clock, forms, refusals, speech
from dih.shared.errors import BrokenRule, Forbidden, NotFound, Stale
from dih.shared.export import KINDS, Table
from dih.shared.paging import Page, Place
from dih.shared.speech import say

LANGUAGES = ("ro", "en")
log = structlog.get_logger()


def reader_language() -> str:
    """`?lang=` for this page, else what was chosen, else Romanian; the browser's wish does not count."""
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        return asked
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else "ro"


def address(endpoint: str, **values: Any) -> str:
    """The full address of a page for a mail or a document, the same inside and outside of a request."""
    return current_app.config["BASE_URL"] + url_for(endpoint, _external=False, **values)


def guest_address(endpoint: str, **values: Any) -> str:
    """The same for who may not be signed in when it is opened: the page is in the language of the mail."""
    own = speech.language()
    return address(endpoint, lang=None if own == "ro" else own, **values)


def place() -> Place:
    """Where in its list the page in the address begins."""
    return Place(request.args.get("before", ""), request.args.get("after", ""))


def beside(page: Page[Any]) -> dict[str, str]:
    """Addresses of the pages before and after this one, for `data.pager`; "" where there is none.

    They keep all else that is asked in the address.
    """
    kept = {name: text for name, text in request.args.items() if text and name not in ("before", "after")}

    def to(**place: str) -> str:
        return f"{request.path}?{urlencode({**kept, **place})}"

    return {
        "newer": to(before=page.previous) if page.previous else "",
        "older": to(after=page.next) if page.next else "",
    }


def rows_file(table: Table, kind: str, name: str) -> Response:
    """The rows as a file to keep: `name`, ending in its kind. Raises NotFound for a kind that is not written."""
    if kind not in KINDS:
        raise NotFound
    write, mimetype = KINDS[kind]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(write(table), mimetype=mimetype, headers=headers)


def wants_json() -> bool:
    """Whether the caller asked for JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.is_json or (best == "application/json" and "text/html" not in request.headers.get("Accept", ""))


def refuse(code: int, **context: Any) -> tuple[Response | str, int]:
    """The error page of the site, or its JSON, with a reference that the log has too."""
    reference = secrets.token_hex(4)
    log.info("refused", status=code, reference=reference, path=request.path)
    words = refusals.WORDS.get(code, refusals.OTHERWISE)
    if wants_json():
        message = f"{say(words[0])}. {say(words[1])}"
        return jsonify(error=code, message=message, reference=reference, problems=context.get("messages", [])), code
    return render_template("shared/error.html", code=code, words=words, reference=reference, **context), code


def furnish(app: Flask) -> None:
    """Gives templates what they call and the application its error pages."""
    app.jinja_env.globals.update(
        address=address, guest_address=guest_address, now=clock.now, Markup=Markup, faults=forms.faults
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    speech.furnish(app)
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
