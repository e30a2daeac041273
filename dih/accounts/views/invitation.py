"""What an invited person sees: the invitation, and a button or a small form to accept it."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import hash_password, login_user

from dih.accounts import operations, queries
from dih.accounts.forms import JoinForm
from dih.accounts.queries import Invited
from dih.accounts.views import Page, again, blueprint
from dih.accounts.vocabulary import TERMS_VERSION
from dih.extensions.web import limiter
from dih.shared import access, clock
from dih.shared.errors import BrokenRule
from dih.shared.unit_of_work import unit_of_work


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@limiter.limit("20 per minute", methods=["POST"])
@access.public
def answer_invitation(token: str) -> Page:
    try:
        invited = queries.invitation_of(token, clock.now())
        if g.actor is not None:
            return _as_signed_in(token, invited)
        if invited.has_account:
            here = url_for("accounts.answer_invitation", token=token)
            return render_template(
                "accounts/invitation.html", invited=invited, sign_in=url_for("security.login", next=here)
            )
        return _as_new(token, invited)
    except BrokenRule as rule:
        return render_template("accounts/bad_link.html", refused=rule), 422


def _as_signed_in(token: str, invited: Invited) -> Page:
    if request.method == "POST":
        with unit_of_work():
            membership_id = operations.accept_invitation(token, g.actor.person_id, clock.now())
        return _welcome(membership_id)
    return render_template(
        "accounts/invitation.html", invited=invited, address_fits=current_user.email == invited.email
    )


def _as_new(token: str, invited: Invited) -> Page:
    form = JoinForm()
    if form.validate_on_submit():
        password_hash = hash_password(form.password.data)
        with unit_of_work():
            person_id, membership_id = operations.accept_as_new(
                token, form.name.data, password_hash, str(get_locale()), TERMS_VERSION, clock.now()
            )
        login_user(current_app.extensions["security"].datastore.find_user(id=person_id), authn_via=["invitation"])
        session["person"], session["language"] = person_id, current_user.language
        return _welcome(membership_id)
    return again("accounts/invitation.html", form, invited=invited)


def _welcome(membership_id: int) -> Page:
    session["membership"] = membership_id
    flash(_("Welcome. You now act in your new role."), "success")
    return redirect("/desk")
