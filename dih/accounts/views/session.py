"""The choices that last for a session: language, membership, and the form that waited for the sign-in."""

from __future__ import annotations

from flask import Response, abort, g, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from dih.accounts import operations, queries
from dih.accounts.rules import local_path
from dih.accounts.views import blueprint
from dih.shared import access
from dih.shared.errors import NotFound
from dih.shared.pages import LANGUAGES
from dih.shared.unit_of_work import unit_of_work


@blueprint.post("/language")
@access.public
def choose_language() -> AnyResponse:
    language = request.form.get("language")
    if language not in LANGUAGES:
        abort(400)
    session["language"] = language
    if g.actor is not None:
        with unit_of_work():
            operations.choose_language(g.actor.person_id, language)
    return redirect(local_path(request.form.get("next")))


@blueprint.post("/act-as")
@access.signed_in
def act_as() -> AnyResponse:
    chosen = request.form.get("membership", type=int)
    if chosen not in {membership.id for membership in g.memberships}:
        raise NotFound
    session["membership"] = chosen
    return redirect(local_path(request.form.get("next"), "/desk"))


@blueprint.get("/kept-form")
@access.signed_in
def kept_form() -> Response | str:
    kept = queries.kept_form(session.get("kept_form", ""))
    if kept is None:
        raise NotFound
    return render_template("accounts/kept_form.html", path=kept.path, fields=kept.fields, with_files=kept.with_files)
