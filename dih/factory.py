"""Builds the application. The only module that knows every capability; it finds their parts by name."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from dih.extensions.database import db, migrate, tune_sqlite
from dih.extensions.web import babel, bootstrap, csrf, limiter, talisman
from dih.shared import gate, pages

ROOMS = (
    "shared",
    "taxonomy",
    "accounts",
    "documents",
    "organisations",
    "partners",
    "catalogue",
    "budget",
    "aid",
    "maturity",
    "calls",
    "conflicts",
    "applications",
    "routing",
    "reviews",
    "vouchers",
    "decisions",
    "payments",
    "delivery",
    "reporting",
    "desks",
    "demo",
)
"""The rooms in the order in which they may build on each other."""

HOME = Path(__file__).parent

CONTENT_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": ["'self'", "data:"],
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The application as the environment sets it; `overrides` are for tests."""
    app = Flask("dih", instance_path=str(config.instance_path()))
    app.config.from_mapping(
        BABEL_DEFAULT_LOCALE="ro",
        BABEL_DEFAULT_TIMEZONE="Europe/Bucharest",
        # The plural rule comes from the last folder, and is English where that has no catalogue: `shared` comes last.
        BABEL_TRANSLATION_DIRECTORIES=";".join(str(HOME / room / "translations") for room in reversed(ROOMS)),
        MAX_CONTENT_LENGTH=25 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        # The token alone decides: some browsers send no Referer, and strictness would lock them out of every form.
        WTF_CSRF_SSL_STRICT=False,
        TEMPLATES_AUTO_RELOAD=False,
        BOOTSTRAP_SERVE_LOCAL=True,
        RATELIMIT_STORAGE_URI="memory://",
    )
    app.config.from_mapping(config.from_environment())
    app.config.from_mapping(overrides or {})
    address = urlsplit(app.config["BASE_URL"])
    app.config.update(SERVER_NAME=address.netloc, PREFERRED_URL_SCHEME=address.scheme)
    app.jinja_loader = ChoiceLoader([FileSystemLoader([str(HOME / room / "templates") for room in ROOMS])])
    if proxies := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    _extend(app)
    for room in ROOMS:
        _open_room(app, room)
    gate.guard(app)
    gate.read_together(app)
    return app


def _extend(app: Flask) -> None:
    if app.config["REDIS_URL"]:
        app.config.update(RATELIMIT_STORAGE_URI=app.config["REDIS_URL"], RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True)
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            tune_sqlite(db.engine)
    migrate.init_app(app, db, directory=str(HOME.parent / "migrations"), render_as_batch=True)
    csrf.init_app(app)
    limiter.init_app(app)
    bootstrap.init_app(app)
    babel.init_app(app, locale_selector=pages.reader_language)
    talisman.init_app(
        app,
        content_security_policy={**CONTENT_POLICY, "form-action": ["'self'", *app.config["PAYMENT_PAGES"]]},
        force_https=False,
        strict_transport_security=app.config["SESSION_COOKIE_SECURE"],
        session_cookie_secure=app.config["SESSION_COOKIE_SECURE"],
    )
    pages.furnish(app)


def _open_room(app: Flask, room: str) -> None:
    """Loads what a room has of models, settings, mails, views, commands and timed jobs.

    Commands that need no application stand in pyproject.toml instead of COMMANDS.
    """
    for part in ("models", "settings", "emails", "handlers"):
        _part(room, part)
    if (setup := _part(room, "setup")) is not None:
        setup.furnish(app)
    if (views := _part(room, "views")) is not None:
        app.register_blueprint(views.blueprint)
    if (commands := _part(room, "commands")) is not None:
        for command in getattr(commands, "COMMANDS", ()):
            app.cli.add_command(command)
    if room != "shared" and (jobs := _part(room, "jobs")) is not None:
        app.extensions.setdefault("dih_jobs", []).extend(jobs.JOBS)


def _part(room: str, part: str) -> Any:
    name = f"dih.{room}.{part}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None
