"""Entering a new organisation, and what to do when it is there already."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from dih.accounts.rules import local_path
from dih.extensions.web import limiter
from dih.organisations import operations, rules
from dih.organisations.operations import AlreadyEntered
from dih.organisations.queries import id_of_cui
from dih.organisations.views import blueprint, filling
from dih.organisations.views.filling import Page
from dih.shared import access, clock
from dih.shared.access import ScopeKind
from dih.shared.errors import BrokenRule
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work


@blueprint.route("/organisation/new", methods=["GET", "POST"])
@limiter.limit("30 per minute", methods=["POST"])
@access.signed_in
def new() -> Page:
    """Enters the organisation whose owner one becomes; `next` says where to go on."""
    now = clock.now()
    today = clock.day_of(now)
    form = filling.blank_form(session.get("eligibility_answers", {}).get("answers", {}), today)
    going_on = local_path(request.values.get("next"), "")
    if filling.asks_anaf():
        filling.fill_in_from_anaf(form, today)
    elif request.method == "POST":
        try:
            facts, figures = filling.read(form, today)
            with unit_of_work():
                _id, membership = operations.enter(facts, figures, the_actor(), now)
            session["membership"] = membership
            flash(_("%(name)s is entered. You are its owner.", name=facts.name), "success")
            return redirect(going_on or url_for("organisations.own"))
        except AlreadyEntered:
            return redirect(url_for("organisations.already", cui=rules.cui(form.cui.data)))
        except BrokenRule as rule:
            form.refuse(rule)
    return filling.show(form, "organisations/new.html", next=going_on)


@blueprint.route("/organisation/already/<cui>", methods=["GET", "POST"])
@limiter.limit("5 per hour", methods=["POST"])
@access.signed_in
def already(cui: str) -> Page:
    """The organisation is in the platform: the button asks its owners for an invitation."""
    if request.method == "POST":
        with unit_of_work():
            operations.ask_to_join(cui, the_actor(), clock.now())
        return render_template("organisations/asked.html", cui=cui)
    organisation_id = id_of_cui(cui)
    if organisation_id is None:
        return redirect(url_for("organisations.new"))
    for membership in g.memberships:
        if membership.scope_kind is ScopeKind.ORGANISATION and membership.scope_id == organisation_id:
            session["membership"] = membership.id
            return redirect(url_for("organisations.own"))
    return render_template("organisations/already.html", cui=cui)
