"""My account: who I am, how I sign in, in which roles I act."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_security import auth_required

from dih.accounts import operations, queries, tokens
from dih.accounts.forms import AddressForm, ProfileForm
from dih.accounts.views import Page, again, blueprint
from dih.extensions.web import limiter
from dih.shared import access, clock
from dih.shared.errors import BrokenRule
from dih.shared.gate import the_actor
from dih.shared.unit_of_work import unit_of_work


@blueprint.route("/account", methods=["GET", "POST"])
@access.signed_in
def account() -> Page:
    actor = the_actor()
    person = queries.account_of(actor.person_id)
    form = ProfileForm(name=person.name, language=person.language)
    if form.validate_on_submit():
        with unit_of_work():
            operations.change_profile(form.name.data, form.language.data, actor, clock.now())
        session["language"] = form.language.data
        flash(_("Your account is saved."), "success")
        return redirect(url_for("accounts.account"))
    return again("accounts/account.html", form, person=person)


@blueprint.route("/account/email", methods=["GET", "POST"])
@limiter.limit("5 per minute; 20 per hour", methods=["POST"])
@access.signed_in
@auth_required("session", within=lambda: current_app.config["SECURITY_FRESHNESS"])
def change_address() -> Page:
    form = AddressForm()
    if form.validate_on_submit():
        try:
            with unit_of_work():
                operations.ask_to_change_address(form.email.data, the_actor(), clock.now())
            flash(_("We have sent a mail to the new address. Open its link to finish."), "info")
            return redirect(url_for("accounts.account"))
        except BrokenRule as rule:
            form.refuse(rule)
    return again("accounts/change_address.html", form)


@blueprint.route("/account/email/<token>", methods=["GET", "POST"])
@access.public
def confirm_new_address(token: str) -> Page:
    try:
        person_id, mark, old, new = tokens.read(tokens.CHANGE, token)
        if request.method == "POST":
            with unit_of_work():
                operations.change_address(person_id, mark, old, new, clock.now())
            flash(_("Your e-mail address is changed. Use the new one to sign in."), "success")
            return redirect(url_for("accounts.account"))
    except BrokenRule as rule:
        return render_template("accounts/bad_link.html", refused=rule, again=url_for("accounts.change_address")), 422
    return render_template("accounts/confirm_address.html", email=new)
