"""Addresses of the files that the browser gets, and the icons; what templates call `asset` and `icon`."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from flask import Flask, Response, send_from_directory
from markupsafe import Markup, escape

A_YEAR = 365 * 24 * 3600
"""Seconds that a browser may keep a file under the present mark: with another content comes another address."""


def furnish(app: Flask) -> None:
    """Serves `static/` under a mark of its content, and gives templates `asset(name)` and `icon(name)`.

    `asset` is the address of a file; relative addresses within styles and scripts carry the mark by themselves.
    `icon` is a drawing of the sprite `img/icons.svg`, hidden from screen readers.
    """
    folder = Path(str(app.static_folder))

    @functools.cache
    def mark() -> str:
        content = hashlib.sha256()
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                content.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
        return content.hexdigest()[:12]

    def asset(name: str) -> str:
        return f"/assets/{mark()}/{name}"

    @functools.cache
    def icon(name: str) -> Markup:
        address = escape(f"{asset('img/icons.svg')}#{name}")
        return Markup(  # noqa: S704 - the address is escaped
            f'<svg class="ico" aria-hidden="true" width="20" height="20"><use href="{address}"/></svg>'
        )

    @app.get("/assets/<asked>/<path:name>", endpoint="assets")
    def assets(asked: str, name: str) -> Response:
        response = send_from_directory(folder, name, max_age=A_YEAR if asked == mark() else 0)
        response.cache_control.public = True
        response.cache_control.immutable = asked == mark()
        return response

    app.jinja_env.globals.update(asset=asset, icon=icon)
