"""Addresses of the files that the browser gets, and the icons; what templates call `asset` and `icon`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask
from markupsafe import Markup

A_YEAR = 365 * 24 * 3600
"""Seconds that a browser may keep a file: its address changes whenever its content does."""


def furnish(app: Flask) -> None:
    """Gives templates `asset(name)`, the address of a file under `static/`, and `icon(name)`, a drawing."""
    known: dict[str, str] = {}
    drawn: dict[str, Markup] = {}

    def asset(name: str) -> str:
        if name not in known:
            file = Path(str(app.static_folder)) / name
            mark = hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else ""
            known[name] = f"{app.static_url_path}/{name}" + (f"?v={mark}" if mark else "")
        return known[name]

    def icon(name: str) -> Markup:
        if name not in drawn:
            drawn[name] = Markup(
                '<svg class="ico" aria-hidden="true" focusable="false" width="20" height="20"><use href="{}#{}"/></svg>'
            ).format(asset("img/icons.svg"), name)
        return drawn[name]

    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = A_YEAR
    app.jinja_env.globals.update(asset=asset, icon=icon)
