"""Who acts in a request, in which membership; and what happens to a form that is sent after the session ended."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from dih.accounts import operations, queries
from dih.accounts.queries import ActingMembership
from dih.accounts.rules import PERMISSIONS, as_guest
from dih.extensions.web import limiter
from dih.shared import clock, gate, pages
from dih.shared.access import ROLE_LABELS, Actor
from dih.shared.unit_of_work import unit_of_work

LARGEST_KEPT = 200_000


def recognise() -> Response | None:
    """Sets `g.actor` (None for an anonymous caller) and `g.memberships`; keeps a form that an anonymous caller sent."""
    g.actor, g.memberships = None, []
    if request.endpoint in gate.OPEN_ENDPOINTS:
        return None
    if current_user.is_authenticated:
        _recognise_person()
        return None
    if request.method == "POST" and request.endpoint and not gate.mark_of(current_app, request.endpoint).anyone:
        return keep_and_sign_in()
    return None


def _recognise_person() -> None:
    if session.get("person") != current_user.id:
        if "person" in session:
            # Somebody else was here before: what that person typed is not shown.
            session.pop("kept_form", None)
        session["person"] = current_user.id
        session["language"] = current_user.language
        session.pop("membership", None)
    g.memberships = queries.memberships_of(current_user.id, clock.day_of(clock.now()))
    chosen = next((m for m in g.memberships if m.id == session.get("membership")), None)
    g.actor = as_actor(current_user.id, current_user.name, chosen or next(iter(g.memberships), None))


def as_actor(person_id: int, name: str, membership: ActingMembership | None) -> Actor:
    """The Actor for a person in a membership; without one, somebody who may only see to the own account."""
    if membership is None:
        return as_guest(person_id, name)
    return Actor(
        person_id=person_id,
        name=name,
        role=membership.role,
        scope_kind=membership.scope_kind,
        scope_id=membership.scope_id,
        membership_id=membership.id,
        permissions=PERMISSIONS[membership.role],
        deputy_for=membership.deputy_for,
    )


def for_pages() -> dict[str, Any]:
    """What each page knows: the memberships to choose from, and how roles are called."""
    return {"memberships": g.get("memberships", []), "role_labels": ROLE_LABELS}


def typed_fields() -> list[tuple[str, str]]:
    """What was typed in the form at hand, without passwords and the token of the page."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and "password" not in name and "credential" not in name
    ]


def keep_and_sign_in() -> Any:
    """Keeps the form that was sent, asks to sign in, and offers the form again afterwards."""
    if pages.wants_json() or "HX-Request" in request.headers:
        return pages.refuse(401)
    fields = typed_fields()
    if not _from_this_site() or sum(len(value) for _name, value in fields) > LARGEST_KEPT:
        return gate.ask_to_sign_in()
    with limiter.limit("60 per hour"), unit_of_work():
        token = operations.keep_form(request.full_path.rstrip("?"), fields, bool(request.files), clock.now())
    session["kept_form"] = token
    flash(_("Your session has ended. Sign in: what you typed is kept."), "info")
    return redirect(url_for("security.login", next=url_for("accounts.kept_form")))


def kept_after_all(error: CSRFError) -> Any:
    """A form whose page token is gone (another tab signed in or out, the session ended): nothing typed is lost."""
    if not _from_this_site() or pages.wants_json() or "HX-Request" in request.headers:
        return pages.refuse(400)
    if request.blueprint == "security":
        flash(_("This page was open for too long. Please try again."), "info")
        return redirect(urlsplit(request.referrer or "").path or "/")
    return (
        render_template(
            "accounts/kept_form.html",
            path=request.full_path.rstrip("?"),
            fields=typed_fields(),
            with_files=bool(request.files),
        ),
        400,
    )


def _from_this_site() -> bool:
    """Whether the browser says that the form came from our own page: another site's form is neither kept nor shown."""
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(source).netloc == request.host
