"""The door: before a view runs, its mark is held against who acts. A view without a mark answers nobody."""

from __future__ import annotations

from flask import Flask, Response, g, redirect, request, url_for

from dih.shared.access import Actor, Mark
from dih.shared.errors import Forbidden, NotFound
from dih.shared.unit_of_work import begin_reading, end_reading

OPEN_ENDPOINTS = frozenset({"static", "bootstrap.static", "assets"})
"""Endpoints of libraries and of files that carry no mark of ours and are open to anyone; sign-in has its own prefix."""

OPEN_BLUEPRINTS = frozenset({"security"})


def mark_of(app: Flask, endpoint: str) -> Mark:
    """What an endpoint declares. Raises LookupError for one that declares nothing."""
    if endpoint in OPEN_ENDPOINTS or endpoint.partition(".")[0] in OPEN_BLUEPRINTS:
        return Mark(anyone=True)
    mark = getattr(app.view_functions[endpoint], "access_mark", None)
    if mark is None:
        raise LookupError(f"the endpoint {endpoint} declares no permission")
    return mark


def guard(app: Flask) -> None:
    """Holds every request against its view's mark."""

    @app.before_request
    def check() -> Response | None:
        if request.endpoint is None:
            return None
        if "\x00" in request.path:
            raise NotFound
        mark = mark_of(app, request.endpoint)
        if mark.anyone:
            return None
        actor: Actor | None = g.get("actor")
        if actor is None:
            return ask_to_sign_in()
        if mark.signed_in or mark.permissions & actor.permissions:
            return None
        raise Forbidden


def read_together(app: Flask) -> None:
    """A request that only reads asks once for what several of its parts need."""

    @app.before_request
    def begin() -> None:
        if request.method in ("GET", "HEAD"):
            begin_reading()

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        end_reading()


def ask_to_sign_in() -> Response:
    """Sends an anonymous caller to the sign-in page and back here afterwards."""
    target = request.full_path.rstrip("?") if request.method == "GET" else request.referrer or "/"
    return redirect(url_for("security.login", next=target))  # type: ignore[return-value]


def the_actor() -> Actor:
    """Who acts in this request; views pass it on to operations. Raises Forbidden when nobody is signed in."""
    actor = g.get("actor")
    if actor is None:
        raise Forbidden
    return actor
